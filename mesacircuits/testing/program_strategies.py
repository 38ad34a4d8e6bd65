"""Hypothesis strategies for machines and programs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from mesacircuits.programs import OPERATIONS, Instruction, Machine, Program

__all__ = ["machines", "programs"]

_MOST_INSTRUCTIONS = 6


@st.composite
def machines(draw: Any, most_inputs: int = 4) -> Machine:
    """Return a strategy of machines of at most 4 registers and so many input bits, small and fast.

    >>> from hypothesis import find
    >>> find(machines(), lambda machine: machine.registers == 2).width
    1
    """
    width = draw(st.integers(1, 3))
    names = draw(st.sets(st.sampled_from(sorted(OPERATIONS)), min_size=1))
    registers = draw(st.integers(1, 4))
    inputs = draw(st.integers(1, most_inputs))
    memory = draw(st.integers(0, min(2, (registers - 1) * width)))
    loaded = draw(st.booleans()) and -(-inputs // width) <= registers
    answers = draw(st.integers(1, width))
    return Machine(registers, width, inputs, answers, memory, tuple(names), loaded)


@st.composite
def programs(draw: Any, machine: Machine | None = None, most: int = _MOST_INSTRUCTIONS) -> Program:
    """Return a strategy of programs of at most so many instructions, ending or not.

    Arguments:
        machine: what they are for; by default any of `machines`.
        most: the most instructions.

    >>> from hypothesis import find
    >>> find(programs(), lambda program: len(program.code) == 2).entries
    0
    """
    chosen = machine or draw(machines())
    length = draw(st.integers(0, most))
    code = []
    for _ in range(length):
        name = draw(st.sampled_from(chosen.names))
        limits = {"i": chosen.input_words, "t": length + 1}
        code.append(
            Instruction(
                name,
                tuple(
                    draw(st.integers(0, limits.get(letter, chosen.registers) - 1))
                    for letter in OPERATIONS[name].form
                ),
            )
        )
    table = None
    if any(instruction.name == "table" for instruction in code):
        entry = st.none() | st.integers(0, (1 << chosen.answers) - 1)
        size = 1 << chosen.inputs + chosen.memory
        table = tuple(draw(st.lists(entry, min_size=size, max_size=size)))
    return Program(chosen, tuple(code), table)
