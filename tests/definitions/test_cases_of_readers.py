"""The cases that docs/definitions.md shows as a reader would judge them, each judged again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mesacircuits.circuits import Circuit, Gate, Output, TruthTable
from mesacircuits.circuits.bases import operator_of
from mesacircuits.definitions import LookupTable, SearchLike, definition_named
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.tasks import FunctionTask, parse_task

PAGE = Path(__file__).parents[2] / "docs" / "definitions.md"


def rows(head: str) -> list[list[str]]:
    """Return the rows of the page's table with that head, without the marks of code."""
    _, found, rest = PAGE.read_text().partition(head + "\n")
    assert found
    lines = rest.split("\n\n")[0].splitlines()[1:]
    cells = (re.split(r"(?<!\\)\|", line.strip("|")) for line in lines)
    return [[cell.strip().strip("`*").replace("\\|", "|") for cell in row] for row in cells]


CIRCUITS = rows("| task | circuit | a reader | definition | given | why, where they differ |")
MINIMA = rows("| task | default | at other dials | why, where a reader sees a search |")


@pytest.mark.parametrize(
    ("task", "text", "definition", "given"),
    [(task, text, definition, given) for task, text, _, definition, given, _ in CIRCUITS],
)
def test_circuits_that_readers_typed_in(task: str, text: str, definition: str, given: str) -> None:
    asked = parse_task(task)
    circuit = Circuit.parse(asked.inputs, text)
    assert str(definition_named(definition).judge(circuit, asked).score) == given


@pytest.mark.parametrize(("task", "default", "others"), [row[:3] for row in MINIMA])
def test_minima_of_the_library(task: str, default: str, others: str) -> None:
    found = enumerate_minima(task)

    def said(definition: SearchLike) -> str:
        held = sum(definition.judge(circuit, found.task).holds for circuit in found.minima)
        return f"{held} of {len(found.minima)}"

    assert said(SearchLike()) == default
    if others:
        counts, dials = re.fullmatch(r"(\d+ of \d+) at `(.*)", others).groups()
        assert said(definition_named(f"search-like({dials})")) == counts


# -- XOR written out -------------------------------------------------------------------------------


def without_xor(circuit: Circuit) -> Circuit:
    """Return the circuit with each XOR as the OR of two ANDs."""
    n, gates = circuit.inputs, []
    at = {wire: wire for wire in range(n)}
    for number, gate in enumerate(circuit.gates):
        operands = tuple(at[wire] for wire in gate.operands)
        if gate.operator in ("xor", "xnor"):
            gates += [Gate(operator_of(2, table).name, operands) for table in (0b0010, 0b0100)]
            operands = (n + len(gates) - 2, n + len(gates) - 1)
            gates.append(Gate("or" if gate.operator == "xor" else "nor", operands))
        else:
            gates.append(Gate(gate.operator, operands))
        at[n + number] = n + len(gates) - 1
    outputs = tuple(Output(at[output.wire], output.inverted) for output in circuit.outputs)
    return Circuit(n, tuple(gates), outputs)


@pytest.mark.slow
def test_what_changes_when_xor_is_written_out() -> None:
    asked = (SearchLike(), LookupTable(), LookupTable(inputs_per_cell=1))
    counts = {definition: [0, 0, 0] for definition in asked}
    total = 0
    for bits in range(0, 256, 2):
        task = FunctionTask((TruthTable(3, bits),))
        for circuit in enumerate_minima(task).minima:
            if not any(gate.operator in ("xor", "xnor") for gate in circuit.gates):
                continue
            total += 1
            other = without_xor(circuit)
            for definition in asked:
                before = definition.judge(circuit, task).holds
                after = definition.judge(other, task).holds
                for place, held in enumerate((before, after, before and after)):
                    counts[definition][place] += held
    assert total == 702
    assert [*counts.values()] == [[12, 12, 12], [24, 57, 24], [0, 0, 0]]
