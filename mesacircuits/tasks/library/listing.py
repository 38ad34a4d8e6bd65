"""The library as text and as JSON values: the list by topic, and a single task in full."""

from __future__ import annotations

from typing import Any

from mesacircuits.call import value_text
from mesacircuits.tables import counted, wrapped
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.tasks.files import AnyTask
from mesacircuits.tasks.library.named_task import TOPICS, NamedTask
from mesacircuits.tasks.library.registry import LIBRARY, call_of
from mesacircuits.tasks.parse import parse_task

__all__ = ["library_json", "library_text", "task_json", "task_text"]


def library_json() -> list[dict[str, Any]]:
    """Return the named tasks, in the order of their topics, as JSON values."""
    return [named.to_json() for named in LIBRARY.values()]


def library_text() -> str:
    """Return the list of named tasks by topic, parameters at their defaults.

    >>> print("\\n".join(library_text().splitlines()[2:6]))
    search: pick a candidate that scores high, or one that satisfies
      argmax(candidates=2, levels=2, shared=0, objective=own, ties=free)
          Give the index of a candidate of greatest score.
      satisfying(candidates=2, shared=0, objective=own, otherwise=free)
    """
    lines = [
        f"{len(LIBRARY)} named tasks; write NAME or NAME(p=v,...) wherever a TASK is asked for"
    ]
    for topic, about in TOPICS.items():
        found = [named for named in LIBRARY.values() if named.topic == topic]
        if found:
            lines += ["", f"{topic}: {about}"]
        for named in found:
            lines += [wrapped(_usual(named), "  ", "    "), wrapped(named.description, " " * 6)]
    return "\n".join(lines)


def _usual(named: NamedTask) -> str:
    usual = (f"{p.name}={value_text(p.default)}" for p in named.parameters)
    inside = ", ".join(usual)
    return f"{named.name}({inside})" if inside else named.name


def task_json(text: str) -> dict[str, Any]:
    """Return what is known of the task that `text` names, in any form, as JSON values.

    Raises `ArgumentError` as `parse_task` does.

    >>> record = task_json("majority(bits=5)")
    >>> record["label"], record["settings"], record["inputs"], record["hash"][:8]
    ('majority(bits=5)', {'bits': 5}, 5, 'c0fbdc13')
    """
    task = parse_task(text)
    record: dict[str, Any] = {}
    if (call := call_of(text)) is not None:
        named = LIBRARY[call.name]
        settings = named.settings(**call.arguments)
        shown = {p: v if isinstance(v, int | None) else str(v) for p, v in settings.items()}
        record = named.to_json() | {"label": named.label(**call.arguments), "settings": shown}
    return record | {
        "kind": task.to_json()["kind"],
        "inputs": task.inputs,
        "outputs": task.outputs,
        "support_size": task.support_bits.bit_count(),
        "hash": task.hash_hex,
        "task": task.to_json(),
    }


def task_text(text: str) -> str:
    """Return a description of the task that `text` names, in any form, and its picture.

    Raises `ArgumentError` as `parse_task` does.

    >>> print("\\n".join(task_text("parity(bits=2)").splitlines()[:4]))
    parity(bits=2): function task, 2 inputs, 1 output
    <BLANKLINE>
    Say whether an odd number of bits is 1.
      Output: the exclusive or of all inputs.
    """
    task = parse_task(text)
    call = call_of(text)
    if call is None:
        return "\n".join(
            [wrapped(_head(str(task), task), hanging="  "), *_tail(task), draw_task(task)]
        )
    named = LIBRARY[call.name]
    lines = [
        wrapped(_head(named.label(**call.arguments), task), hanging="  "),
        "",
        wrapped(named.description),
        wrapped(named.text, "  "),
        wrapped(f"source: {named.source}", "  ", "    "),
    ]
    if named.parameters:
        lines += ["", "parameters"]
    settings = named.settings(**call.arguments)
    for parameter in named.parameters:
        value, usual = settings[parameter.name], parameter.default
        range_text = parameter.range_text
        if value != usual:
            range_text += f"; {value_text(usual)} unless given"
        line = f"{parameter.name}={value_text(value)}: {parameter.doc} ({range_text})"
        lines.append(wrapped(line, "  ", "    "))
    return "\n".join([*lines, *_tail(task), named.draw(**call.arguments)])


def _head(title: str, task: AnyTask) -> str:
    kind = str(task.to_json()["kind"]).removesuffix("-task")
    return (
        f"{title}: {kind} task, {counted(task.inputs, 'input')}, {counted(task.outputs, 'output')}"
    )


def _tail(task: AnyTask) -> list[str]:
    size, every = task.support_bits.bit_count(), 1 << task.inputs
    support = f"all {every} inputs" if size == every else f"{size} of {every} inputs"
    return ["", f"support: {support}", f"hash: {task.hash_hex}", ""]
