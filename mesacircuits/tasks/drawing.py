"""Pictures of tasks in plain text: truth tables, relations, and tables of utilities."""

from __future__ import annotations

from mesacircuits.tables import WIDTH, bits_text
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.function import FunctionTask
from mesacircuits.tasks.optimisation import OptimisationTask
from mesacircuits.tasks.relation import RelationTask

__all__ = ["draw_task"]

#: The head, what stands off the support, and for each input its cells, None off the support.
_Table = tuple[str, str, list[str | None]]

_LETTERS = "abcdef"
_GAP = "   "
_MOST_ROWS = 16
_MOST_OFF = 8


def draw_task(task: AnyTask) -> str:
    """Return a picture of a task in plain text, at most 80 columns wide.

    A function or relation task is drawn as its truth table: inputs a, b, ... from bit 0 on, words
    output 0 first, `-` off the support. An optimisation task is drawn with the utility of each
    candidate, a `*` before what is acceptable. A world or an episode is drawn as its states and
    what leads from one to the other.

    >>> from mesacircuits.tasks import parse_task
    >>> print(draw_task(parse_task("expr:a & b, a ^ b")))
    ab  out
    00   00
    10   01
    01   01
    11   10
    >>> print(draw_task(parse_task("argmax(ties=first)")))
    ab   0   1
    00  *0   0
    10  *1   0
    01   0  *1
    11  *1   1
    """
    if isinstance(task, FunctionTask):
        return _in_columns(task.inputs, *_function_rows(task))
    if isinstance(task, RelationTask):
        return _in_columns(task.inputs, *_relation_rows(task))
    if isinstance(task, OptimisationTask):
        return _in_columns(task.inputs, *_utility_rows(task))
    from mesacircuits.tasks.world_drawing import draw_world_task

    return draw_world_task(task)


def _words(words: tuple[int, ...], outputs: int) -> str:
    """Return the words, or if they are more than half of all, those that they are not."""
    rest = [word for word in range(1 << outputs) if word not in words]
    if not rest:
        return "-"
    listed = " ".join(
        bits_text(word, outputs) for word in (words if len(words) <= len(rest) else rest)
    )
    return listed if len(words) <= len(rest) else f"all but {listed}"


def _function_rows(task: FunctionTask) -> _Table:
    width = max(3, task.outputs)
    rows = [
        f"{''.join(map(str, task.word(x))):>{width}}" if task.support_bits >> x & 1 else None
        for x in range(1 << task.inputs)
    ]
    return f"{'out':>{width}}", f"{'-' * task.outputs:>{width}}", rows


def _relation_rows(task: RelationTask) -> _Table:
    shown = [_words(words, task.outputs) for words in task.accept]
    width = max(len("words"), *map(len, shown))
    rows = [None if text == "-" else f"{text:<{width}}" for text in shown]
    return f"{'words':<{width}}", "-", rows


def _utility_rows(task: OptimisationTask) -> _Table:
    heads = [bits_text(word, task.outputs) for word in task.candidates]
    cells = []
    for x, row in enumerate(task.utilities):
        best = task.best(x)
        pairs = zip(task.candidates, row, strict=True)
        cells.append([("*" if word in best else "") + str(utility) for word, utility in pairs])
    widths = [max(len(line[i]) for line in (heads, *cells)) for i in range(len(heads))]
    if task.inputs + sum(width + 2 for width in widths) > WIDTH:
        # Too many candidates to show what each is worth.
        head, off = "best  words", "   -"
        lines = [
            f"{max(row)!s:>4}  {_words(task.best(x), task.outputs)}"
            for x, row in enumerate(task.utilities)
        ]
    else:
        head, off, *lines = (
            "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True))
            for line in (heads, ["-"] * len(heads), *cells)
        )
    inside = (task.support_bits >> x & 1 for x in range(1 << task.inputs))
    return head, off, [line if here else None for line, here in zip(lines, inside, strict=True)]


def _in_columns(inputs: int, head: str, off: str, cells: list[str | None]) -> str:
    """Return one row per input below the head, in as many columns as need be and fit.

    Inputs off the support, whose cells are None, are left out if they are many.
    """
    absent = cells.count(None)
    folded = absent > _MOST_OFF
    rows = [
        f"{bits_text(x, inputs)}  {cell or off}"
        for x, cell in enumerate(cells)
        if cell is not None or not folded
    ]
    head = f"{_LETTERS[:inputs]}  {head}"
    if not rows:
        return f"all {absent} inputs: off the support"
    width = max(len(head), *map(len, rows))
    room = max(1, (WIDTH + len(_GAP)) // (width + len(_GAP)))
    columns = min(room, -(-len(rows) // _MOST_ROWS))
    height = -(-len(rows) // columns)
    parts = [[head, *rows[start : start + height]] for start in range(0, len(rows), height)]
    lines = [
        _GAP.join(f"{part[i] if i < len(part) else '':<{width}}" for part in parts).rstrip()
        for i in range(height + 1)
    ]
    if folded:
        lines.append(f"{absent} other inputs: off the support")
    return "\n".join(lines)
