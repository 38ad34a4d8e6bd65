"""Tasks from texts and files: truth tables, expressions, names, JSON, circuits, Espresso PLA.

Source of the last: the manual page *espresso(5)* of R. Rudell's Espresso 2.3, University of
California, Berkeley, 1988.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from operator import and_, or_
from pathlib import PurePath
from typing import Any

from mesacircuits.circuits import Circuit, TruthTable
from mesacircuits.circuits.circuit import NamesRecord
from mesacircuits.circuits.formats import (
    CIRCUIT_FORMATS,
    check_has_models,
    circuit_format,
    model_of_path,
    parse_circuit,
    read_blif_with_free,
)
from mesacircuits.circuits.formats.netlist import (
    NameRules,
    lines_of,
    refusal,
    replaced_note,
    text_bytes,
)
from mesacircuits.circuits.names import Names, distinct, named_json, names_of
from mesacircuits.circuits.truthtable import expression_inputs, input_bits, parse_expressions
from mesacircuits.circuits.written import is_expression, table_text
from mesacircuits.errors import ArgumentError, FileNote
from mesacircuits.records import (
    file_contents,
    json_record,
    json_values,
    read_bytes,
    readable_json,
)
from mesacircuits.tables import bits_text
from mesacircuits.tasks.library import near_names, task_from_name
from mesacircuits.tasks.policy_task import AnyTask, EpisodeTask, WorldTask
from mesacircuits.tasks.task import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    MAX_TASK_OUTPUTS,
    FunctionTask,
    OptimisationTask,
    RelationTask,
)

__all__ = [
    "TASK_FORMATS", "parse_function_task", "parse_task", "parse_task_file", "read_pla",
    "read_task", "task_bytes", "task_from_json", "task_notes", "task_of_circuit",
    "write_pla",
]  # fmt: skip

# -- texts -------------------------------------------------------------------------------------

#: The best known endings of a text that is the name of a file, without `file:` before it.
_SUFFIXES = (".pla", ".blif", ".bench", ".aag", ".aig", ".json")

#: Longer texts name no task that is of use, nor do files name their tasks so.
_LONGEST = 1_000_000

_FORMS = (
    "tt:N:HEX, expr:EXPRESSION, a name that `mesacircuits tasks` lists, a table such as 0x16E9 or "
    "11101000, an expression such as x1 & x2"
)


def parse_task(text: str, *, files: bool = True, inputs: int | None = None) -> AnyTask:
    """Return the task that `text` names, in one of these forms.

    - `tt:N:HEX[,HEX...][@SUPPORT]`: one truth table per output bit over N inputs, bit x of the
      integer being f(x); with a support, a table too, inputs where it is 0 are free.
    - `expr:EXPRESSION`: an expression in a, b, c, ... (`expr:N:EXPRESSION` fixes the number of
      inputs, else it is the last letter's; several outputs are separated by commas). Inputs of
      other names, such as x1 and x2, p and q, or x[0], are taken in their natural order.
    - `0x16E9`, `16E9`, `11101000` or `x1 & x2`: a table or an expression alone, as `table_text`
      reads it. The last digit is that of x = 0; digits 0 and 1 without 0x are binary.
    - `relation:N:M:SET,SET,...`: for each of the 2^N inputs, from 0 on, its acceptable words of M
      bits as a hexadecimal integer whose bit w says whether word w is one.
    - `NAME` or `NAME(p=v,...)`: a task of the library, parameters not given at their defaults.
    - `file:PATH`, or a path alone that ends in .pla, .blif, .bench, .cirbo, .aag, .aig, .json or
      .txt: a file.
      `FILE.blif:MODEL` is a model of one that has several. An Espresso PLA is a task (see
      `read_pla`), and so is BLIF's model, don't-cares and all; JSON states a relation, as
      `{"inputs": 4, "outputs": 2, "accept": [[0], [1, 2], ...]}`, or is what `to_json` gives of a
      task or a circuit; a circuit, of at most six inputs, is the task of computing its outputs.

    Arguments:
        text: the text.
        files: whether it may name a file; say False for texts of strangers.
        inputs: the number of inputs; None for what the text says.

    Raises `ArgumentError` that says which part is at fault, and for more than a million characters;
    `FileError` that says which file and line.

    >>> str(parse_task("expr:(a & b) ^ c")), str(parse_task("expr:4:a & b"))
    ('tt:3:78', 'tt:4:8888')
    >>> str(parse_task("16E9")), str(parse_task("x2 & ~x1"))
    ('tt:4:16E9', 'tt:2:4')
    >>> parse_task("relation:1:2:9,6")
    RelationTask(1, 2, ((0, 3), (1, 2)))
    >>> parse_task("argmax( levels = 4, candidates = 2 )").label
    'argmax(levels=4)'
    """
    if len(text) > _LONGEST:
        raise ArgumentError("task", f"a text of at most {_LONGEST:,} characters", f"{len(text):,}")
    found = _parsed(text, files, inputs)
    if inputs is not None and found.inputs != inputs:
        raise ArgumentError("task", f"{inputs} inputs, as n says", f"{found.inputs}")
    return found


def _parsed(text: str, files: bool, inputs: int | None) -> AnyTask:
    kind, colon, rest = text.partition(":")
    if kind == "tt" and colon:
        return _function(rest)
    if kind == "expr" and colon:
        return _expression(rest, inputs)
    if kind == "relation" and colon:
        return _relation(rest)
    if files and kind == "file" and colon:
        return read_task(rest)
    if (named := task_from_name(text)) is not None:
        return named
    if files and PurePath(model_of_path(text)[0]).suffix.lower()[1:] in _KNOWN:
        return read_task(text)
    if is_expression(text):
        return _expression(text, inputs)
    if (tables := table_text(text, inputs, "task", MAX_TASK_OUTPUTS)) is not None:
        return FunctionTask(tables)
    forms = f"{_FORMS}, a relation, or a file {', '.join(_SUFFIXES)}" if files else _FORMS
    raise ArgumentError("task", forms, text + near_names(text))


def parse_function_task(text: str, *, files: bool = True) -> FunctionTask:
    """Return the task that `text` names as `parse_task` reads it, as a function task.

    Raises `ArgumentError` as `parse_task` does, and for a task that no function task equals, such
    as a relation that accepts several words, but not all, on some input.

    >>> parse_function_task("relation:1:1:3,2")
    FunctionTask((TruthTable(inputs=1, bits=0x2),), support=0x2)
    """
    task = parse_task(text, files=files)
    if isinstance(task, OptimisationTask):
        task = task.relation()
    if isinstance(task, RelationTask):
        return task.to_function()
    if not isinstance(task, FunctionTask):
        raise ArgumentError("task", "a function, not a world to act in", text)
    return task


def _parse_count(text: str, what: str, most: int, place: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= most:
        return int(text)
    raise ArgumentError("task", f"a number of {what} from 1 to {most} after the {place} ':'", text)


def _parse_inputs(text: str) -> int:
    return _parse_count(text, "inputs", MAX_TASK_INPUTS, "first")


def _function(rest: str) -> FunctionTask:
    width, colon, tables = rest.partition(":")
    inputs = _parse_inputs(width)
    if not colon:
        raise ArgumentError("task", f"tt:{width}:HEX", f"tt:{rest}")
    tables, at, support = tables.partition("@")
    mask = TruthTable.from_hex(inputs, support.strip(), "task").bits if at else None
    if mask == 0:
        raise ArgumentError("task", "a support of at least one input after '@'", support)
    if (count := tables.count(",") + 1) > MAX_TASK_OUTPUTS:
        raise ArgumentError(
            "task", f"at most {MAX_TASK_OUTPUTS} truth tables, one per output", count
        )
    parts = (part.strip() for part in tables.split(","))
    return FunctionTask(tuple(TruthTable.from_hex(inputs, part, "task") for part in parts), mask)


def _expression(rest: str, inputs: int | None) -> FunctionTask:
    width, colon, expression = rest.partition(":")
    if colon:
        inputs = _parse_inputs(width.strip())
    else:
        expression = rest
    names = expression_inputs(expression, "task")
    if not colon:
        inputs = inputs or max(1, len(names))
        if inputs > MAX_TASK_INPUTS:
            raise ArgumentError("task", f"at most {MAX_TASK_INPUTS} inputs (a to f)", rest)
    tables = parse_expressions(expression, inputs or 1, "task", MAX_TASK_OUTPUTS, names)
    return FunctionTask(tables)


def _relation(rest: str) -> RelationTask:
    width, _, more = rest.partition(":")
    inputs = _parse_inputs(width)
    words, colon, sets = more.partition(":")
    outputs = _parse_count(words, "outputs", MAX_RELATION_OUTPUTS, "second")
    if not colon:
        raise ArgumentError("task", f"relation:{inputs}:{outputs}:SET,SET,...", f"relation:{rest}")
    if sets.count(",") + 1 != 1 << inputs:
        found = sets.count(",") + 1
        raise ArgumentError("task", f"{1 << inputs} sets for {inputs} inputs", found)
    parts = sets.split(",")
    accept = [_words(part.strip(), 1 << outputs, x) for x, part in enumerate(parts)]
    return RelationTask(inputs, outputs, tuple(accept))


def _words(text: str, count: int, x: int) -> tuple[int, ...]:
    digits = text[2:] if text[:2] in ("0x", "0X") else text
    most = (1 << count) - 1
    known = 1 <= len(digits) <= count and all(d in "0123456789abcdefABCDEF" for d in digits)
    mask = int(digits, 16) if known else 0
    if not 0 < mask <= most:
        raise ArgumentError("task", f"a set of words from 1 to {most:X} for input {x}", text)
    return tuple(word for word in range(count) if mask >> word & 1)


# -- files -------------------------------------------------------------------------------------

#: The formats of task files, by name: files end in a point and the name.
TASK_FORMATS: dict[str, str] = {"pla": "Espresso PLA", "json": "mesacircuits JSON"}

#: The kinds of tasks, and the field that tells each in JSON where `kind` lacks.
_KINDS: tuple[tuple[type[AnyTask], str], ...] = (
    (RelationTask, "accept"),
    (FunctionTask, "tables"),
    (OptimisationTask, "utilities"),
    (WorldTask, "world"),
    (EpisodeTask, "episode"),
)

_KNOWN = [*dict.fromkeys([*TASK_FORMATS, *CIRCUIT_FORMATS])]


def task_of_circuit(circuit: Circuit, argument: str = "circuit") -> FunctionTask:
    """Return the task of computing a circuit's outputs.

    Raises `ArgumentError`, naming `argument`, unless it has 1 to 6 inputs.

    >>> print(task_of_circuit(Circuit.parse(2, "g1 = a & b; out = g1, ~a")))
    tt:2:8,5
    """
    if not 1 <= circuit.inputs <= MAX_TASK_INPUTS:
        expected = f"a circuit of 1 to {MAX_TASK_INPUTS} inputs for a task"
        raise ArgumentError(argument, expected, circuit.inputs)
    return FunctionTask(circuit.tables(), names=circuit.names)


def _task_of_sets(
    inputs: int, sets: Sequence[tuple[int, int]], argument: str, names: Names | None
) -> FunctionTask | RelationTask:
    """Return the task of outputs that are to be 1, and are free, on these sets of inputs."""
    full, first = (1 << (1 << inputs)) - 1, sets[0][1]
    support = full & ~first
    if support and all(free == first for _, free in sets):
        tables = tuple(TruthTable(inputs, on & ~free) for on, free in sets)
        return FunctionTask(tables, support, names=names)
    if len(sets) > MAX_RELATION_OUTPUTS:
        expected = f"at most {MAX_RELATION_OUTPUTS} outputs where their don't-cares differ"
        raise ArgumentError(argument, expected, len(sets))
    masks = [full]
    for on, free in sets:
        masks = [m & (free | ~on) for m in masks] + [m & (free | on) for m in masks]
    return RelationTask.from_word_masks(inputs, tuple(masks), names)


def _task_of_blif(data: bytes, argument: str, model: str | None) -> FunctionTask | RelationTask:
    circuit, free = read_blif_with_free(data, argument, model)
    task = task_of_circuit(circuit, argument)
    if free is None:
        return task
    sets = [*zip(circuit.output_bits(), free.output_bits(), strict=True)]
    return _task_of_sets(circuit.inputs, sets, argument, circuit.names)


def task_from_json(value: Any, argument: str = "task") -> AnyTask:
    """Return the task that these JSON values state.

    They are what `to_json` gives of a task or of a circuit; `kind` may lack, since `accept` tells a
    relation, `tables` a function, `utilities` an optimisation task, `world` and `episode` theirs,
    and `gates` a circuit, which is the task of computing its outputs.

    Raises `ArgumentError`, naming `argument`, for anything else.

    >>> task_from_json({"inputs": 1, "outputs": 1, "accept": [[0, 1], [1]]})
    RelationTask(1, 1, ((0, 1), (1,)))
    """
    keys: Any = value if isinstance(value, dict) else {}
    kind = keys.get("kind")
    try:
        for cls, field in _KINDS:
            if kind == cls.kind or (kind is None and field in keys):
                return cls.from_json(value)
        if kind is None and "gates" in keys:
            return task_of_circuit(Circuit.from_json(value))
    except ArgumentError as error:
        raise ArgumentError(f"{argument}, {error.argument}", error.expected, error.got) from error
    expected = (
        "JSON with accept (a relation), tables (functions), utilities, world, episode "
        "or gates (a circuit)"
    )
    if isinstance(value, dict):
        raise ArgumentError(argument, expected, f"kind {kind}" if kind is not None else list(keys))
    raise ArgumentError(argument, expected, value)


def parse_task_file(
    data: bytes, format: str, argument: str | None = None, model: str | None = None
) -> AnyTask:
    """Return the task that a file's bytes state: PLA, JSON, or any format of circuits.

    Functions and relations keep the names that the file has for inputs and outputs. BLIF's `.exdc`
    says where outputs are free. Errors call the file `argument`, by default the name of the format;
    `model` is that of `parse_circuit`.

    Raises `ArgumentError` for an unknown format, and for bytes that state no task in it.

    >>> print(parse_task_file(b"INPUT(x)\\nOUTPUT(y)\\ny = NOT(x)", "bench"))
    tt:1:1
    """
    _check_format(format)
    name = format if argument is None else " ".join(argument.split())
    if model is not None and format in TASK_FORMATS:
        check_has_models(circuit_format(format))
    if format == "pla":
        return read_pla(data, name)
    if format == "json":
        try:
            value = json_values(text_bytes(data, name))
        except ValueError as error:
            raise ArgumentError(name, "a task in JSON form", str(error)) from error
        return _with_names(value, name)
    if format == "blif":
        return _task_of_blif(data, name, model)
    return task_of_circuit(parse_circuit(data, format, name, model), name)


def _with_names(value: Any, argument: str) -> AnyTask:
    """Return the task of a file's JSON values, `names` beside what `to_json` gives of a task."""
    if not isinstance(value, dict) or "names" not in value or "gates" in value:
        return task_from_json(value, argument)
    task = task_from_json({key: own for key, own in value.items() if key != "names"}, argument)
    try:
        record = json_record(value["names"], NamesRecord, "names", "names in JSON form")
        if not isinstance(task, FunctionTask | RelationTask):
            raise ArgumentError("names", "none, for a task that is more than a relation", "some")
        return replace(task, names=Names(record.inputs, record.outputs))
    except ArgumentError as error:
        raise ArgumentError(f"{argument}, {error.argument}", error.expected, error.got) from error


def _check_format(format: str) -> None:
    if format not in _KNOWN:
        raise ArgumentError("format", f"one of {', '.join(_KNOWN)}", format)


def read_task(path: str | os.PathLike[str], format: str | None = None) -> AnyTask:
    """Return the task of a file, in the named format or else the one that its suffix names.

    Raises `FileError` if the file cannot be read (naming `path`), and if it states no task (naming
    the file, and the line where there are lines); `ArgumentError` if its suffix names no format.

    >>> read_task("/missing/task.pla")
    Traceback (most recent call last):
    ...
    mesacircuits.errors.FileError: path: expected a readable file, got /missing/task.pla \
(No such file or directory)
    """
    name, model = model_of_path(os.fspath(path))
    if format is None:
        format = PurePath(name).suffix.lower().removeprefix(".")
        if format not in _KNOWN:
            suffixes = ", ".join(f".{known}" for known in _KNOWN)
            raise ArgumentError("path", f"a name that ends in one of {suffixes}", name)
    _check_format(format)
    with file_contents():
        return parse_task_file(read_bytes(name, "path"), format, name, model)


def task_bytes(task: AnyTask, format: str) -> bytes:
    """Return the file of a task in the named format of `TASK_FORMATS`.

    Raises `ArgumentError` for another format, and for what a PLA cannot state: relations that are
    no partial functions, and tasks that are more than relations.

    >>> task_bytes(FunctionTask(Circuit.parse(1, "out = ~a").tables()), "pla")
    b'.i 1\\n.o 1\\n.type fd\\n.p 1\\n0 1\\n.e\\n'
    """
    if format == "pla":
        if not isinstance(task, FunctionTask | RelationTask):
            raise ArgumentError("format", "json, for a task that is more than a relation", format)
        return write_pla(task).encode()
    if format == "json":
        return readable_json(task.to_json() | named_json(task)).encode() + b"\n"
    raise ArgumentError("format", f"one of {', '.join(TASK_FORMATS)} for a task", format)


def task_notes(task: AnyTask, format: str) -> tuple[str, ...]:
    """Return what the named format does not keep of a task: names that a PLA does not have.

    >>> task_notes(parse_task("tt:1:2"), "pla")
    ()
    """
    if format != "pla" or (names := names_of(task)) is None:
        return ()
    own = [*names.inputs, *names.outputs]
    written = [name for listed in _written_labels(names).values() for name in listed]
    return replaced_note(_RULES, zip(own, written, strict=True))


# -- Espresso PLA ------------------------------------------------------------------------------

#: The most inputs and outputs.
_MOST = {".i": MAX_TASK_INPUTS, ".o": MAX_TASK_OUTPUTS}
#: Which set an output character puts the term in; others put it in none.
_SETS = {"1": "f", "4": "f", "0": "r", "3": "r", "-": "d", "2": "d", "~": ""}
_NAMES = {"f": "ON-set", "r": "OFF-set", "d": "DC-set"}
#: The types, and the sets that no input may share in each.
_DISJOINT = {"f": "", "r": "dr", "d": "", "fd": "", "fr": "fr", "dr": "dr", "fdr": "fdr"}
_OTHER_FUNCTIONS = {".mv", ".kiss", ".symbolic", ".symbolic-output", ".pair", ".label"}
_IGNORED = {".na", ".model", ".name"}
#: How many lines that are passed over notes list, and how much of each.
_MOST_UNKNOWN = 5
_LONGEST_UNKNOWN = 20
_LABELS = {".ilb": ".i", ".ob": ".o"}


class _Pla:
    """A PLA as it is read: its numbers, its type, and the sets of inputs of each output."""

    def __init__(self, argument: str) -> None:
        self.argument = argument
        self.counts: dict[str, int] = {}
        self.kind = "fd"
        self.phase = ""
        #: What `.ilb` and `.ob` say; the last of these goes on in further lines until it is whole.
        self.labels: dict[str, list[str]] = {}
        self.open = ""
        #: For each output the inputs in its ON-set (f), OFF-set (r) and DC-set (d).
        self.sets: list[dict[str, int]] = []
        self.term, self.started = "", 0
        self.notes: list[str] = []
        #: Lines that begin with a word that no PLA has.
        self.unknown: list[str] = []

    def refusal(self, line: int, expected: str, got: object) -> ArgumentError:
        return refusal(self.argument, line, expected, got)

    def say_notes(self) -> None:
        """Give what is to be known of the file, once it is read."""
        if self.unknown:
            listed = ", ".join(self.unknown[:_MOST_UNKNOWN])
            more = len(self.unknown) - _MOST_UNKNOWN
            listed += f" and {more:,} more" if more > 0 else ""
            self.notes.append(f"passed over, as in Espresso: {listed}")
        for said in self.notes:
            warnings.warn(FileNote(f"{self.argument}: {said}"), stacklevel=4)

    def command(self, line: int, name: str, rest: list[str]) -> None:
        """Take a line that begins with a point, other than the end."""
        said = " ".join(rest)
        if name in (".i", ".o"):
            count = self._number(line, name, rest, 1, _MOST[name])
            if name in self.counts or self.sets:
                raise self.refusal(line, f"one {name}, before the terms", f"{name} {count}")
            self.counts[name] = count
        elif name == ".p":
            # Espresso passes the number by: files that were edited have it wrong.
            self._number(line, name, rest, 0, 10**9)
        elif name == ".type":
            if said not in _DISJOINT:
                raise self.refusal(line, f".type {', '.join(_DISJOINT)}", said)
            if self.sets and said != self.kind:
                said_of = f"line {line}: terms before it are of type {self.kind}, as in Espresso"
                self.notes = [*self.notes[-_MOST_UNKNOWN:], said_of]
            self.kind = said
            for i in range(len(self.sets)):
                self._check_disjoint(line, i)
        elif name in _LABELS:
            if name in self.labels:
                raise self.refusal(line, f"one {name}", f"a second one, {said}")
            self.labels[name] = []
            self.add_labels(line, name, rest)
        elif name == ".phase":
            digits = "".join(rest)
            if self.phase or not digits or {*digits} - {"0", "1"}:
                raise self.refusal(line, "one .phase, of a digit 1 or 0 for each output", said)
            self.phase = digits
            if "0" in digits:
                self.notes.append("outputs of phase 0 are asked for inverted, as in Espresso")
        elif name in _OTHER_FUNCTIONS:
            raise self.refusal(line, "a two-valued PLA without pairs or symbols", name)
        elif name not in _IGNORED:
            self.unknown.append(f"line {line} {name[:_LONGEST_UNKNOWN]}")

    def add_labels(self, line: int, name: str, words: list[str]) -> None:
        """Take names of inputs or outputs; the next line goes on with them until all are there."""
        labels, count = self.labels[name], self.counts.get(_LABELS[name])
        labels += words
        if count is not None and len(labels) > count:
            raise self.refusal(line, f"{name} and {count} names", " ".join(labels))
        self.open = name if count is not None and len(labels) < count else ""

    def end_labels(self, line: int) -> None:
        """Refuse labels that are not whole."""
        if self.open:
            raise self.refusal(
                line,
                f"{self.counts[_LABELS[self.open]]} names after {self.open}",
                f"{len(self.labels[self.open])}",
            )

    def _number(self, line: int, name: str, rest: list[str], least: int, most: int) -> int:
        digits = rest[0] if len(rest) == 1 else ""
        known = digits.isascii() and digits.isdigit() and len(digits) < 12
        if not known or not least <= int(digits) <= most:
            raise self.refusal(line, f"{name} and a number from {least} to {most}", " ".join(rest))
        return int(digits)

    def begin(self, line: int) -> None:
        """Begin with the terms, or end without any: the numbers and the type are known now."""
        if not self.sets:
            for name in (".i", ".o"):
                if name not in self.counts:
                    raise self.refusal(line, f"{name} and a number before this", "none")
            self.inputs, outputs = self.counts[".i"], self.counts[".o"]
            self.full = (1 << (1 << self.inputs)) - 1
            self.sets = [dict.fromkeys("frd", 0) for _ in range(outputs)]

    def add(self, line: int, characters: str) -> None:
        """Add the product terms of a line, the last of which may go on in the next."""
        self.begin(line)
        for character in characters:
            if character not in " \t|":
                self.started = self.started if self.term else line
                self.term += character
                if len(self.term) == self.inputs + len(self.sets):
                    self._add_term(line, self.term)
                    self.term = ""

    def end_term(self) -> None:
        """Refuse a term that is not whole."""
        if self.term:
            expected = f"a term of {self.inputs + len(self.sets)} characters"
            raise self.refusal(self.started, expected, self.term)

    def _add_term(self, line: int, term: str) -> None:
        cube = self.full
        for i, character in enumerate(term[: self.inputs]):
            if character not in "01-2":
                raise self.refusal(line, "0, 1 or - for an input", character)
            literal = input_bits(self.inputs, i)
            cube &= {"1": literal, "0": ~literal}.get(character, self.full)
        for i, (character, sets) in enumerate(zip(term[self.inputs :], self.sets, strict=True)):
            if character not in _SETS:
                raise self.refusal(line, "0, 1, -, ~, 2, 3 or 4 for an output", character)
            name = _SETS[character]
            if name and name in self.kind:
                sets[name] |= cube
                self._check_disjoint(line, i)

    def _check_disjoint(self, line: int, output: int) -> None:
        sets = self.sets[output]
        for one, other in combinations(_DISJOINT[self.kind], 2):
            if sets[one] & sets[other]:
                both = f"in the {_NAMES[one]} and the {_NAMES[other]} of output {output + 1}"
                came = self._input_text(sets[one] & sets[other])
                raise self.refusal(line, f"no input {both}", came)

    def _input_text(self, bits: int) -> str:
        x = (bits & -bits).bit_length() - 1
        return f"input {bits_text(x, self.inputs)}"

    def task(self) -> FunctionTask | RelationTask:
        """Return the task that the sets state."""
        for name, of in _LABELS.items():
            count, labels = self.counts[of], self.labels.get(name)
            if labels is not None and len(labels) != count:
                raise ArgumentError(self.argument, f"{count} names after {name}", len(labels))
        phase = self.phase or "1" * len(self.sets)
        if len(phase) != len(self.sets):
            expected = f"a phase for each of {len(self.sets)} outputs"
            raise ArgumentError(self.argument, expected, len(phase))
        # For each output where it must be 1, and where it is free.
        found = []
        for output, (sets, positive) in enumerate(zip(self.sets, phase, strict=True), 1):
            on, off, free = sets["f"], sets["r"], sets["d"]
            rest = self.full & ~on & ~off
            if self.kind == "fr":
                free = rest
            elif self.kind in ("r", "dr"):
                on = self.full & ~off
            elif self.kind == "fdr" and (missing := rest & ~free):
                expected = f"each input in a set of output {output}, in a file of type fdr"
                raise ArgumentError(self.argument, expected, f"{self._input_text(missing)} in none")
            on &= ~free
            found.append((on if positive == "1" else self.full & ~free & ~on, free))
        names = Names.of_file(
            self.labels.get(".ilb", [None] * self.inputs),
            self.labels.get(".ob", [None] * len(found)),
        )
        return _task_of_sets(self.inputs, found, self.argument, names)


def read_pla(data: str | bytes, argument: str = "pla") -> FunctionTask | RelationTask:
    """Return the task that an Espresso PLA file states.

    Output characters put a term's inputs in the output's ON-set (1 or 4), OFF-set (0 or 3) or
    DC-set (- or 2), or in none (~), as far as the file's type has that set:

    - `f`: ON-set; the rest is the OFF-set.
    - `fd` (also where no type is given): ON-set and DC-set, and in both is free; the rest is the
      OFF-set.
    - `fr`: ON-set and OFF-set, which may not overlap; the rest is the DC-set.
    - `fdr`: all three, which may not overlap and together cover all inputs.
    - `r`: OFF-set; the rest is the ON-set.
    - `dr`: DC-set and OFF-set, which may not overlap; the rest is the ON-set.
    - `d`: DC-set; the rest is the OFF-set, for no term is in an ON-set.

    A `.type` holds for the terms after it. Outputs whose `.phase` is 0 are asked for inverted. The
    first column is the first input, and the first output bit 0; `.ilb` and `.ob` name them, on
    several lines if need be. The number of terms and what follows `.e` are passed over, and so are
    lines that begin with another point and word, with a `FileNote`; a term may go on over several
    lines. The task is a `FunctionTask` if all outputs are free on the same inputs, but not on all,
    else a `RelationTask` of at most four outputs.

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
    pla, last = _Pla(argument), 1
    for line, text in lines_of(data, argument):
        statement = text.partition("#")[0].strip()
        if not statement:
            continue
        last = line
        if pla.open and not statement.startswith("."):
            pla.add_labels(line, pla.open, statement.split())
            continue
        pla.end_labels(line)
        if not statement.startswith("."):
            pla.add(line, statement)
            continue
        pla.end_term()
        name, *rest = statement.split()
        if name in (".e", ".end"):
            break
        pla.command(line, name, rest)
    pla.end_term()
    pla.end_labels(last)
    pla.begin(last)
    task = pla.task()
    pla.say_notes()
    return task


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
    texts = ((bits_text(x, task.inputs), _output_text(task, x)) for x in range(1 << task.inputs))
    lines = [f"{inputs} {outputs}\n" for inputs, outputs in texts if outputs.strip("0")]
    # ABC takes no file without terms, even for the constant 0.
    lines = lines or [f"{'-' * task.inputs} {'0' * task.outputs}\n"]
    labels = "".join(f"{key} {' '.join(own)}\n" for key, own in _written_labels(task.names).items())
    head = f".i {task.inputs}\n.o {task.outputs}\n{labels}.type fd\n.p {len(lines)}\n"
    return head + "".join(lines) + ".e\n"


_RULES = NameRules("PLA", r"\s#", lambda name, _: name.startswith("."))


def _written_labels(names: Names | None) -> dict[str, list[str]]:
    """Return what a PLA calls inputs and outputs, if they have names."""
    if names is None:
        return {}
    free = distinct()
    named = {".ilb": names.inputs, ".ob": names.outputs}
    return {key: [free(_RULES.cleaned(name, True)) for name in own] for key, own in named.items()}


def _output_text(task: FunctionTask | RelationTask, x: int) -> str:
    if isinstance(task, FunctionTask):
        on_support = task.support_bits >> x & 1
        return "".join(map(str, task.word(x))) if on_support else "-" * task.outputs
    words = task.accept[x]
    some, every = reduce(or_, words), reduce(and_, words)
    if len(words) != 1 << (some & ~every).bit_count():
        listed = ", ".join(bits_text(word, task.outputs) for word in words)
        place = bits_text(x, task.inputs)
        expected = "outputs that are each free or not on their own (JSON states other relations)"
        raise ArgumentError("task", expected, f"{{{listed}}} on input {place}")
    free = some & ~every
    return "".join("-" if free >> i & 1 else str(every >> i & 1) for i in range(task.outputs))
