"""Which of the shipped minima have a tag, in bases that no kernel tags: judged one by one."""

from __future__ import annotations

from typing import Any

from mesacircuits.circuits import TruthTable
from mesacircuits.circuits.bases import BASES
from mesacircuits.data.minima import chain_of_text, minima_files, stored_minima
from mesacircuits.data.orbit_ranges import ranges_text
from mesacircuits.definitions import Definition, LookupTable, SearchLike
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.minima_lists import shipped_classes
from mesacircuits.enumeration.symmetry import has_fast_kernel
from mesacircuits.tasks import FunctionTask

__all__ = ["SHIPPED_DEFINITIONS", "orbit_tags"]

#: What tags the minima that ship. They have the same to say of all circuits of an orbit under the
#: symmetries of a function: these permute inputs and, with free inverters, negate them.
SHIPPED_DEFINITIONS: tuple[Definition, ...] = (SearchLike(), LookupTable())


def orbit_tags(
    bases: tuple[str, ...] | None = None, most_inputs: int = 4, effort: Effort | None = None
) -> dict[str, Any]:
    """Return by shipped file, number of inputs, class and definition which orbits have the tag.

    Arguments:
        bases: names of bases; None for all that no kernel tags.
        most_inputs: only functions of so many inputs.
        effort: its progress bar is drawn.

    Orbits are named by their places in the file's list, as ranges.

    >>> found = orbit_tags(("monotone",))["minima-monotone-size.json.xz"]["tags"]
    >>> list(found["4"].items())[:2]
    [('8880', {'search-like': '0'}), ('A880', {'search-like': '0'})]
    """
    effort = effort or Effort()
    result = {}
    for (name, order), file in minima_files().items():
        basis = BASES[name]
        if has_fast_kernel(basis) or name not in (bases or (name,)):
            continue
        found = stored_minima(name, order)
        assert found is not None  # it is listed
        by_inputs: dict[str, Any] = {}
        for inputs in range(2, most_inputs + 1):
            listed = shipped_classes(inputs, basis, order)
            tagged = {}
            with effort.bar(f"{name}, {order}, {inputs} inputs", len(listed)) as bar:
                for form, record in listed.items():
                    table = TruthTable.from_hex(inputs, form)
                    held = _held(table, record.orbits, basis.names)
                    if held:
                        tagged[form] = {name: ranges_text(held[name]) for name in held}
                    bar.advance()
            if tagged:
                by_inputs[str(inputs)] = tagged
        result[file] = {"sha256": found[1], "inputs": most_inputs, "tags": by_inputs}
    return result


def _held(
    form: TruthTable, orbits: tuple[str, ...], names: tuple[str, ...]
) -> dict[str, list[int]]:
    task = FunctionTask((form,))
    held: dict[str, list[int]] = {}
    for place, text in enumerate(orbits):
        circuit = chain_of_text(text, form.inputs, names)
        inverted = circuit.tables()[0] != form
        if inverted:
            circuit = chain_of_text(text, form.inputs, names, True)
        for definition in SHIPPED_DEFINITIONS:
            if definition.judge(circuit, task).holds:
                held.setdefault(definition.name, []).append(place)
    return held
