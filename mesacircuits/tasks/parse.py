"""Tasks from text: truth tables, expressions, relations, names of the library and of files."""

from __future__ import annotations

from pathlib import PurePath

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.truthtable import parse_expressions, variables_of
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.files import AnyTask, read_task
from mesacircuits.tasks.function import MAX_TASK_INPUTS, MAX_TASK_OUTPUTS, FunctionTask
from mesacircuits.tasks.library.registry import near_names, task_from_name
from mesacircuits.tasks.optimisation import OptimisationTask
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask

__all__ = ["parse_function_task", "parse_task"]

#: A text that ends in one of these is the name of a file, without `file:` before it.
_SUFFIXES = (".pla", ".blif", ".bench", ".aag", ".aig", ".json")

#: Longer texts name no task that is of use, nor do files name their tasks so.
_LONGEST = 1_000_000

_FORMS = "tt:N:HEX, expr:EXPRESSION, a name that `mesacircuits tasks` lists"


def parse_task(text: str, *, files: bool = True) -> AnyTask:
    """Return the task that `text` names, in one of these forms.

    - `tt:N:HEX[,HEX...][@SUPPORT]`: one truth table per output bit over N inputs, bit x of the
      integer being f(x); with a support, a table too, inputs where it is 0 are free.
    - `expr:EXPRESSION`: an expression in a, b, c, ... (`expr:N:EXPRESSION` fixes the number of
      inputs, else it is the last letter's; several outputs are separated by commas).
    - `relation:N:M:SET,SET,...`: for each of the 2^N inputs, from 0 on, its acceptable words of M
      bits as a hexadecimal integer whose bit w says whether word w is one.
    - `NAME` or `NAME(p=v,...)`: a task of the library, parameters not given at their defaults.
    - `file:PATH`, or a path alone that ends in .pla, .blif, .bench, .aag, .aig or .json: a file.
      An Espresso PLA is a task (see `read_pla`); JSON states a relation, as
      `{"inputs": 4, "outputs": 2, "accept": [[0], [1, 2], ...]}`, or is what `to_json` gives of a
      task or a circuit; a circuit, of at most six inputs, is the task of computing its outputs.

    Arguments:
        text: the text.
        files: whether it may name a file; say False for texts of strangers.

    Raises `ArgumentError` that says which part is at fault, and for more than a million characters;
    `FileError` that says which file and line.

    >>> str(parse_task("expr:(a & b) ^ c")), str(parse_task("expr:4:a & b"))
    ('tt:3:78', 'tt:4:8888')
    >>> parse_task("relation:1:2:9,6")
    RelationTask(1, 2, ((0, 3), (1, 2)))
    >>> parse_task("argmax( levels = 4, candidates = 2 )").label
    'argmax(levels=4)'
    """
    if len(text) > _LONGEST:
        raise ArgumentError("task", f"a text of at most {_LONGEST:,} characters", f"{len(text):,}")
    kind, colon, rest = text.partition(":")
    if kind == "tt" and colon:
        return _function(rest)
    if kind == "expr" and colon:
        return _expression(rest)
    if kind == "relation" and colon:
        return _relation(rest)
    if files and kind == "file" and colon:
        return read_task(rest)
    if (named := task_from_name(text)) is not None:
        return named
    if files and PurePath(text).suffix.lower() in _SUFFIXES:
        return read_task(text)
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


def _check_parts(text: str, most: int, what: str) -> None:
    """Refuse a text of too many parts between commas, before it is taken apart."""
    if text.count(",") >= most:
        raise ArgumentError("task", f"at most {most} {what}", text.count(",") + 1)


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
    _check_parts(tables, MAX_TASK_OUTPUTS, "truth tables, one per output")
    parts = (part.strip() for part in tables.split(","))
    return FunctionTask(tuple(TruthTable.from_hex(inputs, part, "task") for part in parts), mask)


def _expression(rest: str) -> FunctionTask:
    width, colon, expression = rest.partition(":")
    if colon:
        inputs = _parse_inputs(width.strip())
    else:
        expression, inputs = rest, max(1, variables_of(rest))
        if inputs > MAX_TASK_INPUTS:
            raise ArgumentError("task", f"at most {MAX_TASK_INPUTS} inputs (a to f)", rest)
    return FunctionTask(parse_expressions(expression, inputs, "task", MAX_TASK_OUTPUTS))


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
