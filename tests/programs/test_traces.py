"""Traces as text and as pictures: every step is there, and nothing is too wide."""

from xml.etree import ElementTree

from hypothesis import given

from mesacircuits.programs import Instance, Machine, Program, run_turn
from mesacircuits.programs.trace_svg import trace_svg
from mesacircuits.programs.trace_text import trace_text
from mesacircuits.testing import programs

SVG = "{http://www.w3.org/2000/svg}"


def instance_of(program):
    return Instance(0, tuple(range(1 << program.machine.width)), 0)


@given(programs())
def test_every_step_has_a_line_and_a_dot(program):
    turn = run_turn(program, instance_of(program))
    text = trace_text(program, turn, {0: "a <mark> & more"} if program.code else None)
    assert all(len(line) <= 80 for line in text.splitlines())
    numbered = [line for line in text.splitlines() if line[:4].strip().isdigit()]
    assert [int(line[:4]) for line in numbered] == list(range(1, turn.time + 1))
    picture = ElementTree.fromstring(trace_svg(program, turn, {0: "a <mark> & more"}, "x < y"))
    dots = [e for e in picture.iter(f"{SVG}circle") if e.get("class") == "step"]
    assert len(dots) == turn.time
    width = float(picture.get("viewBox").split()[2])
    assert all(0 <= float(dot.get("cx")) <= width for dot in dots)
    assert picture.find(f"{SVG}title") is not None


def test_endless_turns_say_so():
    program = Program.parse("inc r1; 1: jmp 1", Machine())
    turn = run_turn(program, Instance(0))
    assert "never ends: step 2 returns to the configuration before step 2" in trace_text(
        program, turn
    )
    assert "again" in trace_svg(program, turn)


def test_the_same_turn_gives_the_same_picture():
    program = Program.parse("0: inc r0; query r1, r0; jz r1, 0", Machine())
    turn = run_turn(program, Instance(4, (0, 0, 1, 0)))
    assert trace_svg(program, turn) == trace_svg(program, turn)
