"""The prefix code: decoded as it was encoded, and no code the beginning of another."""

from fractions import Fraction
from itertools import pairwise, product

from hypothesis import given, strategies as st

from mesacircuits.enumeration.programs.length_search import all_variants
from mesacircuits.programs import OPERATIONS, Machine
from mesacircuits.programs.program import code_bits, decode, encode
from mesacircuits.testing import programs


@given(programs(), st.text("01", max_size=8))
def test_codes_are_read_back_whatever_follows(program, suffix):
    code = encode(program.machine, program.code)
    assert len(code) == code_bits(program.machine, program.code)
    assert decode(program.machine, code + suffix) == (program.code, suffix)


def test_no_code_is_the_beginning_of_another():
    machine = Machine(registers=2, width=1, inputs=1, answers=1, operations=("inc", "mov", "jz"))
    codes = []
    for length in range(3):
        instructions = [
            variant.instruction(target)
            for variant in all_variants(machine)
            for target in range(length + 1 if OPERATIONS[variant.name].jumps else 1)
        ]
        codes += [encode(machine, code) for code in product(instructions, repeat=length)]
    assert len(set(codes)) == len(codes)
    ordered = sorted(codes)
    # Were one the beginning of another, it would be that of its neighbour.
    assert not any(b.startswith(a) for a, b in pairwise(ordered))
    assert sum(Fraction(1, 1 << len(code)) for code in codes) <= 1


@given(programs())
def test_the_table_is_charged_with_its_entries(program):
    entries = sum(entry is not None for entry in program.table or ())
    assert program.bits == code_bits(program.machine, program.code) + entries * (
        program.machine.answers
    )
    assert program.length == len(program.code) + entries
