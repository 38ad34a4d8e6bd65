"""Espresso PLA files: functions and don't-cares of single outputs, as sums of products.

Source: the manual page *espresso(5)* of R. Rudell's Espresso 2.3, University of California,
Berkeley, 1988.
"""

from __future__ import annotations

from collections.abc import Iterator

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.formats.netlist import lines_of, refusal
from mesacircuits.circuits.truthtable import input_bits
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import bits_text
from mesacircuits.tasks.function import MAX_TASK_INPUTS, MAX_TASK_OUTPUTS, FunctionTask
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask

__all__ = ["read_pla", "write_pla"]

_TYPES = ("f", "fd", "fr", "fdr")
#: Which set an output character puts the term in; others put it in none.
_SETS = {"1": "f", "4": "f", "0": "r", "3": "r", "-": "d", "2": "d", "~": ""}
_NAMES = {"f": "ON-set", "r": "OFF-set", "d": "DC-set"}
#: The sets that no input may share, by type.
_DISJOINT = {"f": "", "fd": "", "fr": "fr", "fdr": "fdr"}
_OTHER_FUNCTIONS = {".mv", ".kiss", ".symbolic", ".symbolic-output", ".pair", ".label"}
_IGNORED = {".na", ".model", ".name"}


class _Sets:
    """For each output the inputs listed in its ON-set (f), OFF-set (r) and DC-set (d)."""

    def __init__(self, argument: str, inputs: int, outputs: int, kind: str) -> None:
        self.argument = argument
        self.inputs = inputs
        self.outputs = outputs
        self.kind = kind
        self.full = (1 << (1 << inputs)) - 1
        self.listed = [dict.fromkeys("frd", 0) for _ in range(outputs)]

    def add_term(self, line: int, term: str) -> None:
        """Add a product term: characters for the inputs, then for the outputs."""
        cube = self.full
        for i, character in enumerate(term[: self.inputs]):
            literal = input_bits(self.inputs, i)
            if character == "1":
                cube &= literal
            elif character == "0":
                cube &= ~literal
            elif character not in "-2":
                raise refusal(self.argument, line, "0, 1 or - for an input", character)
        for i, character in enumerate(term[self.inputs :]):
            if character not in _SETS:
                raise refusal(self.argument, line, "0, 1, -, ~, 2, 3 or 4 for an output", character)
            name = _SETS[character]
            if name and name in self.kind:
                self.listed[i][name] |= cube
                self._check_disjoint(line, i, name)

    def _check_disjoint(self, line: int, output: int, added: str) -> None:
        sets = self.listed[output]
        for other in _DISJOINT[self.kind]:
            if other != added and sets[added] & sets[other]:
                both = f"in the {_NAMES[other]} and the {_NAMES[added]} of output {output + 1}"
                came = self._input_text(sets[added] & sets[other])
                raise refusal(self.argument, line, f"no input {both}", came)

    def _input_text(self, bits: int) -> str:
        x = (bits & -bits).bit_length() - 1
        return f"input {bits_text(x, self.inputs)}"

    def resolved(self) -> list[tuple[int, int]]:
        """Return for each output the inputs where it must be 1, and where it is free."""
        found = []
        for output, sets in enumerate(self.listed):
            on, off, free = sets["f"], sets["r"], sets["d"]
            if self.kind == "fr":
                free = self.full & ~on & ~off
            elif self.kind == "fdr" and (missing := self.full & ~on & ~off & ~free):
                expected = f"each input in a set of output {output + 1}, in a file of type fdr"
                raise ArgumentError(self.argument, expected, f"{self._input_text(missing)} in none")
            found.append((on & ~free, free))
        return found

    def task(self) -> FunctionTask | RelationTask:
        """Return the task that the sets state."""
        sets = self.resolved()
        support = self.full & ~sets[0][1]
        if support and all(free == sets[0][1] for _, free in sets):
            tables = (TruthTable(self.inputs, on) for on, _ in sets)
            return FunctionTask(tuple(tables), support)
        if self.outputs > MAX_RELATION_OUTPUTS:
            expected = f"at most {MAX_RELATION_OUTPUTS} outputs where their don't-cares differ"
            raise ArgumentError(self.argument, expected, self.outputs)
        masks = [self.full]
        for on, free in sets:
            off = self.full & ~on
            masks = [m & (off | free) for m in masks] + [m & (on | free) for m in masks]
        return RelationTask.from_word_masks(self.inputs, tuple(masks))


class _Reader:
    def __init__(self, argument: str) -> None:
        self.argument = argument
        self.counts: dict[str, int] = {}
        self.kind: str | None = None
        self.sets: _Sets | None = None

    def refusal(self, line: int, expected: str, got: object) -> ArgumentError:
        return refusal(self.argument, line, expected, got)

    def command(self, line: int, words: list[str]) -> None:
        """Take a line that begins with a point, other than the end."""
        name, *rest = words
        if name in (".i", ".o"):
            self._count(line, name, rest)
        elif name == ".p":
            # Espresso passes the number by: files that were edited have it wrong.
            self._number(line, name, rest, 10**9, least=0)
        elif name == ".type":
            if len(rest) != 1 or rest[0] not in _TYPES:
                raise self.refusal(line, f".type {', '.join(_TYPES)}", " ".join(rest))
            if self.kind is not None or self.sets is not None:
                raise self.refusal(line, "one .type, before the terms", " ".join(words))
            self.kind = rest[0]
        elif name in (".ilb", ".ob"):
            count = self.counts.get(".i" if name == ".ilb" else ".o")
            if count is None or len(rest) != count:
                expected = f"{name} after .i and .o, with as many names"
                raise self.refusal(line, expected, " ".join(words))
        elif name == ".phase":
            if set("".join(rest)) - {"1"}:
                raise self.refusal(line, "positive phases only (.phase 1...)", " ".join(rest))
        elif name in _OTHER_FUNCTIONS:
            raise self.refusal(line, "a two-valued PLA without pairs or symbols", name)
        elif name not in _IGNORED:
            raise self.refusal(line, ".i, .o, .p, .ilb, .ob, .type, .phase, .e or .end", name)

    def _count(self, line: int, name: str, rest: list[str]) -> None:
        most = MAX_TASK_INPUTS if name == ".i" else MAX_TASK_OUTPUTS
        count = self._number(line, name, rest, most)
        if name in self.counts or self.sets is not None:
            raise self.refusal(line, f"one {name}, before the terms", f"{name} {count}")
        self.counts[name] = count

    def _number(self, line: int, name: str, rest: list[str], most: int, least: int = 1) -> int:
        digits = rest[0] if len(rest) == 1 else ""
        known = digits.isascii() and digits.isdigit() and len(digits) < 12
        if not known or not least <= int(digits) <= most:
            raise self.refusal(line, f"{name} and a number from {least} to {most}", " ".join(rest))
        return int(digits)

    def begun(self, line: int) -> _Sets:
        """Return the sets, made when the first term or the end comes."""
        if self.sets is None:
            if len(self.counts) < 2:
                missing = ".o" if ".i" in self.counts else ".i"
                raise self.refusal(line, f"{missing} and a number before this", "none")
            counts = self.counts[".i"], self.counts[".o"]
            self.sets = _Sets(self.argument, *counts, self.kind or "fd")
        return self.sets


def read_pla(data: str | bytes, argument: str = "pla") -> FunctionTask | RelationTask:
    """Return the task that an Espresso PLA file states.

    Output characters put a term's inputs in the output's ON-set (1 or 4), OFF-set (0 or 3) or
    DC-set (- or 2), or in none (~), as far as the file's type has that set:

    - `f`: ON-set; the rest is the OFF-set.
    - `fd` (also where no type is given): ON-set and DC-set, and in both is free; the rest is the
      OFF-set.
    - `fr`: ON-set and OFF-set, which may not overlap; the rest is the DC-set.
    - `fdr`: all three, which may not overlap and together cover all inputs.

    The first column is input a, and the first output bit 0. Labels are passed over, and so are the
    number of terms and what follows `.e`; a term may go on over several lines. The task is a
    `FunctionTask` if all outputs are free on the same inputs, but not on all, else a
    `RelationTask` of at most four outputs.

    Arguments:
        data: the file's text or bytes.
        argument: what errors call the file.

    Raises `ArgumentError` that names the line for what is no such PLA, the input where sets
    overlap, and for more than 6 inputs.

    >>> print(read_pla(".i 2\\n.o 1\\n11 1\\n00 -\\n.e"))
    tt:2:8@E
    >>> print(read_pla(".i 1\\n.o 2\\n1 1-\\n0 01"))
    relation:1:2:4,A
    """
    argument = " ".join(argument.split())
    reader = _Reader(argument)
    term, started, last = "", 0, 1
    for line, text in lines_of(data, argument):
        statement = text.partition("#")[0].strip()
        if not statement:
            continue
        last = line
        if statement.startswith("."):
            if term:
                raise refusal(argument, started, f"a term of {_width(reader)} characters", term)
            words = statement.split()
            if words[0] in (".e", ".end"):
                break
            reader.command(line, words)
            continue
        sets = reader.begun(line)
        width = sets.inputs + sets.outputs
        for character in statement:
            if character in " \t|":
                continue
            started = started if term else line
            term += character
            if len(term) == width:
                sets.add_term(line, term)
                term = ""
    if term:
        raise refusal(argument, started, f"a term of {_width(reader)} characters", term)
    return reader.begun(last).task()


def _width(reader: _Reader) -> int:
    return sum(reader.counts.values())


def write_pla(task: FunctionTask | RelationTask) -> str:
    """Return a task as a PLA of type fd, one line for each input where some output is 1 or free.

    Raises `ArgumentError` for a relation that is more than don't-cares of single outputs, such as
    one that accepts just 01 and 10 on some input: JSON states those.

    >>> print(write_pla(FunctionTask((TruthTable(2, 8),), support=0xE)), end="")
    .i 2
    .o 1
    .type fd
    .p 2
    00 -
    11 1
    .e
    """
    # ABC takes no file without terms, even for the constant 0.
    nothing = f"{'-' * task.inputs} {'0' * task.outputs}\n"
    lines = list(_term_lines(task)) or [nothing]
    head = f".i {task.inputs}\n.o {task.outputs}\n.type fd\n.p {len(lines)}\n"
    return head + "".join(lines) + ".e\n"


def _term_lines(task: FunctionTask | RelationTask) -> Iterator[str]:
    for x in range(1 << task.inputs):
        outputs = _output_text(task, x)
        if outputs.strip("0"):
            yield bits_text(x, task.inputs) + f" {outputs}\n"


def _output_text(task: FunctionTask | RelationTask, x: int) -> str:
    if isinstance(task, FunctionTask):
        on_support = task.support_bits >> x & 1
        return "".join(map(str, task.word(x))) if on_support else "-" * task.outputs
    words = task.accept[x]
    some = every = words[0]
    for word in words:
        some |= word
        every &= word
    if len(words) != 1 << (some & ~every).bit_count():
        listed = ", ".join(bits_text(word, task.outputs) for word in words)
        place = bits_text(x, task.inputs)
        expected = "outputs that are each free or not on their own (JSON states other relations)"
        raise ArgumentError("task", expected, f"{{{listed}}} on input {place}")
    free = some & ~every
    return "".join("-" if free >> i & 1 else str(every >> i & 1) for i in range(task.outputs))
