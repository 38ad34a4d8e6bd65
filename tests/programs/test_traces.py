"""Traces of programs: the lines in the terminal, and what every picture shows."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given, strategies as st

from mesacircuits.drawing import text_width
from mesacircuits.errors import ArgumentError
from mesacircuits.programs import (
    OPERATIONS,
    Instance,
    Instruction,
    Machine,
    Program,
    Run,
    run_turn,
)
from mesacircuits.programs.traces import answer_text, trace_svg, trace_text

Traced = tuple[Program, Run]

#: Machines of version 1, whose words are as wide as registers.
ORACLE = Machine(operations="oracle", words=((0, 1),))
WIDER = Machine(inputs=4, operations="oracle", words=((0, 1), (2, 3)))
SEARCH = Program.parse("0: inc r0; query r1, r0; jz r1, 0", WIDER)
ARGMAX = Program.parse(
    "0: query r2, r1; jlt r2, r3, 4; mov r3, r2; mov r0, r1; 4: inc r1; jnz r1, 0", ORACLE
)
THERMOSTAT = Program.parse("observe r1, 0; jz r1, 4; sub r1, r2; act r1; 4: inc r0", ORACLE)
TABLE = Program.parse(".table 1 - 2 3\ntable r0", ORACLE)
ENDLESS = Program.parse("inc r1; 1: inc r0; query r2, r0; jz r2, 1", WIDER)
# Its 16 registers of 4 bits leave no room for anything beside them.
LARGE = Program.parse(
    "observe r1, 0; 1: inc r12; query r15, r12; jlt r15, r14, end; andnot r10, r11, r12; "
    "dec r2; jnz r2, 1",
    Machine(16, 4, 4, 4, 8, tuple(OPERATIONS), words=((0, 1, 2, 3),)),
)

RUNS: dict[str, Traced] = {
    "search": (SEARCH, run_turn(SEARCH, Instance(4, (0, 0, 1, 0)))),
    "argmax": (ARGMAX, run_turn(ARGMAX, Instance(0, (1, 3, 0, 2)))),
    "thermostat": (THERMOSTAT, run_turn(THERMOSTAT, Instance(2))),
    "table": (TABLE, run_turn(TABLE, Instance(2))),
    "endless": (ENDLESS, run_turn(ENDLESS, Instance(0, (0, 0, 0, 0)))),
    "large": (LARGE, run_turn(LARGE, Instance(0b001100011111, tuple(range(16))))),
}
for _name, _text in {"one": "0: jmp 0", "empty": "", "late": "jmp end; 1: jmp 1"}.items():
    _program = Program.parse(_text, ORACLE)
    RUNS[_name] = _program, run_turn(_program, Instance(0))

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=RUNS)
def example(request: pytest.FixtureRequest) -> Traced:
    return RUNS[request.param]


@st.composite
def programs(draw: st.DrawFn, machine: Machine, onwards: bool = False) -> Program:
    """Draw a small program; if `onwards` its jumps all lead on, so that every turn is short."""
    count = draw(st.integers(0, 6))
    code = []
    for place in range(count):
        operation = OPERATIONS[draw(st.sampled_from(machine.names))]
        operands = []
        for letter in operation.form:
            low, high = 0, machine.registers - 1
            if letter == "t":
                low, high = place + 1 if onwards else 0, count
            elif letter == "i":
                high = max(machine.input_words, 1) - 1
            operands.append(draw(st.integers(low, high)))
        code.append(Instruction(operation.name, tuple(operands)))
    if all(instruction.name != "table" for instruction in code):
        return Program(machine, tuple(code))
    entries = st.none() | st.integers(0, (1 << machine.answers) - 1)
    size = 1 << machine.inputs + machine.memory
    return Program(machine, tuple(code), tuple(draw(st.tuples(*[entries] * size))))


@st.composite
def runs(draw: st.DrawFn, large: bool = False) -> Traced:
    """Draw a program and one of its turns."""
    if large:
        machine = Machine(16, draw(st.integers(1, 4)), 2, 1, 2, tuple(OPERATIONS))
    else:
        machine = Machine(3, 2, 2, 2, draw(st.integers(0, 2)), tuple(OPERATIONS))
    program = draw(programs(machine, onwards=large))
    scores = st.integers(0, machine.mask)
    objective = draw(st.just(()) | st.tuples(*[scores] * (machine.mask + 1)))
    x = draw(st.integers(0, (1 << machine.inputs + machine.memory) - 1))
    return program, run_turn(program, Instance(x, objective, draw(scores)))


# -- text ------------------------------------------------------------------------------------


def test_text_word_for_word() -> None:
    assert trace_text(*RUNS["thermostat"], {0: "controlled variable"}) == "\n".join(
        (
            "step  at  instruction    r0  r1  r2  r3",
            "          start          0   0   0   0",
            "   1   0  observe r1, 0  0   2*  0   0",
            "   2   1  jz r1, 4       0   2   0   0    does not jump",
            "   3   2  sub r1, r2     0   2*  0   0",
            "   4   3  act r1         0   2   0   0    answers r1",
            "instruction 0: controlled variable",
            "answer 2 (bits 01), time 4, 0 queries",
        )
    )


def test_text_says_that_a_turn_never_ends() -> None:
    text = trace_text(*RUNS["endless"])
    assert "   4   3  jz r2, 1      1   1   0   0    jumps to 1" in text.splitlines()
    last = text.splitlines()[-1]
    assert last == "never ends: step 13 returns to the configuration before step 2"


def test_text_has_the_end_and_what_is_asked() -> None:
    assert "jumps to end" in trace_text(*RUNS["late"])
    asked = re.findall(r"candidate (\d) scores (\d)", trace_text(*RUNS["argmax"]))
    assert asked == [("0", "1"), ("1", "3"), ("2", "0"), ("3", "2")]


def test_text_tells_the_answer_from_the_memory() -> None:
    assert answer_text(*RUNS["large"]).startswith("answer 0 (bits 0000), memory 15 (bits 11110000)")


@given(runs())
def test_text_has_a_line_for_each_step(drawn: Traced) -> None:
    program, turn = drawn
    marks = dict.fromkeys(range(len(program.code)), "label")
    lines = trace_text(program, turn, marks).splitlines()
    assert len(lines) == 2 + len(turn.steps) + len(marks) + 1
    assert max(map(len, lines)) <= 80
    for number, (step, line) in enumerate(zip(turn.steps, lines[2:], strict=False), 1):
        assert line.split()[:3] == [str(number), str(step.place), step.instruction.name]
        values = re.findall(r" (\d+)\*?(?= |$)", line[10:])[-program.machine.registers :]
        if step.argument is None and not step.instruction.operation.jumps:
            assert [int(value) for value in values] == list(step.registers)
        assert line.count("*") == (step.result is not None)
    assert lines[-1] == answer_text(program, turn)
    assert lines[-1].startswith("never ends") == (turn.word is None)


@given(runs(large=True), st.text(min_size=1, max_size=200))
def test_text_of_many_registers_is_not_wider_and_lacks_nothing(drawn: Traced, label: str) -> None:
    program, turn = drawn
    marked = program.code and any(c.isprintable() and not c.isspace() for c in label)
    text = trace_text(program, turn, {0: label} if marked else {})
    assert max(map(len, text.splitlines())) <= 80
    for number, step in enumerate(turn.steps, 1):
        assert f"\n{number:>4}  {step.place:>2}  {step.instruction.name}" in text
        if step.instruction.name in ("query", "query-proxy"):
            scores = f"candidate {step.argument} scores {step.result}"
            assert scores in text or f"{step.argument} is no candidate: 0" in text


# -- pictures --------------------------------------------------------------------------------


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == name]


def boxes(root: ET.Element) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield each text of a picture with room that it does not exceed."""

    def inside(element: ET.Element, across: float, down: float) -> Iterator[ET.Element]:
        move = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
        if move:
            across, down = across + float(move[1]), down + float(move[2])
        if element.tag == f"{SVG}text":
            element.set("x", str(float(element.get("x", 0)) + across))
            element.set("y", str(float(element.get("y", 0)) + down))
            yield element
        for child in element:
            yield from inside(child, across, down)

    for element in inside(root, 0, 0):
        text, size = element.text or "", float(element.get("font-size", 12))
        mono = "monospace" in element.get("font-family", "")
        wide = len(text) * size * 0.605 if mono else text_width(text, size)
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        left = x - wide * {"end": 1.0, "middle": 0.5}.get(element.get("text-anchor", ""), 0.0)
        yield text, left, y - 0.75 * size, left + wide, y + 0.2 * size


def check_picture(picture: str, turn: Run) -> ET.Element:
    root = ET.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    assert root[0].tag == f"{SVG}title"
    assert root[1].tag == f"{SVG}desc"
    assert len(of_class(root, "step")) == len(turn.steps)
    assert len(of_class(root, "again")) == (turn.word is None)
    assert not [e for e in root.iter() if e.tag.endswith(("script", "image", "foreignObject"))]
    left, top, wide, high = map(float, root.attrib["viewBox"].split())
    found = list(boxes(root))
    for text, x0, y0, x1, y1 in found:
        assert left <= x0 <= x1 <= left + wide, text
        assert top <= y0 <= y1 <= top + high, text
    return root


def check_nothing_overlaps(root: ET.Element) -> None:
    for (text, *one), (other, *two) in combinations(boxes(root), 2):
        apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
        assert apart, (text, other)


def test_pictures_show_every_step(example: Traced) -> None:
    program, turn = example
    marks = dict.fromkeys(range(0, len(program.code), 2), "candidate")
    picture = trace_svg(program, turn, marks, "A title")
    root = check_picture(picture, turn)
    check_nothing_overlaps(root)
    texts = [text for text, *_ in boxes(root)]
    assert texts.count("candidate") == len(marks)
    assert {"A title", answer_text(program, turn)} <= {*texts}
    asked = [f"q({s.argument})={s.result}" for s in turn.steps if s.argument is not None]
    assert [text for text in texts if re.fullmatch(r"q\(\d+\)=\d+", text)] == asked
    assert {str(number) for number in range(turn.time + 1)} - {"0"} <= {*texts}
    assert picture == trace_svg(program, turn, marks, "A title")


def test_pictures_draw_every_jump_and_those_taken_in_colour() -> None:
    root = ET.fromstring(trace_svg(*RUNS["argmax"]))
    assert len(of_class(root, "jump")) == 2
    root = ET.fromstring(trace_svg(*RUNS["thermostat"]))
    (arc,) = of_class(root, "jump")
    assert arc.get("stroke") == "currentColor"


def test_pictures_leave_out_registers_without_use() -> None:
    texts = [text for text, *_ in boxes(ET.fromstring(trace_svg(*RUNS["search"])))]
    assert {"r0", "r1", "r2, r3 stay 0"} <= {*texts}
    assert not {"r2", "r3"} & {*texts}
    large = [text for text, *_ in boxes(ET.fromstring(trace_svg(*RUNS["large"])))]
    assert {"r1 memory", "the others stay 0"} <= {*large}


def test_pictures_tell_the_input_from_the_memory() -> None:
    texts = [text for text, *_ in boxes(ET.fromstring(trace_svg(*RUNS["large"])))]
    assert any(t.startswith("input 15 (bits 1111); memory 49 (bits 10001100); ") for t in texts)


def test_pictures_name_the_rows_of_a_wide_grid_twice() -> None:
    for name, times in (("argmax", 2), ("endless", 1)):
        root = ET.fromstring(trace_svg(*RUNS[name]))
        check_nothing_overlaps(root)
        assert [text for text, *_ in boxes(root)].count("r0") == times


def test_pictures_frame_the_register_of_the_answer() -> None:
    program, turn = RUNS["thermostat"]
    rectangles = list(ET.fromstring(trace_svg(program, turn)).iter(f"{SVG}rect"))
    # The other one explains it.
    assert sum(element.get("fill") == "none" for element in rectangles) == 2
    endless = ET.fromstring(trace_svg(*RUNS["endless"]))
    assert not [e for e in endless.iter(f"{SVG}rect") if e.get("fill") == "none"]


def test_pictures_of_long_traces_are_as_long() -> None:
    program = Program.parse(
        "0: inc r0; jnz r0, 0; inc r1; jnz r1, 0; query r2, r1",
        Machine(width=4, operations="oracle"),
    )
    turn = run_turn(program, Instance(0, (15,) * 16))
    assert turn.time == 545
    root = check_picture(trace_svg(program, turn), turn)
    columns = [float(circle.get("cx", 0)) for circle in root.iter(f"{SVG}circle")]
    assert float(root.attrib["width"]) > max(columns) > 545 * 30


def test_pictures_escape_what_they_are_given() -> None:
    program, turn = RUNS["search"]
    root = check_picture(trace_svg(program, turn, {0: "</text>&\x00\"'"}, "a < b\n&\x1b ]]>"), turn)
    texts = [text for text, *_ in boxes(root)]
    assert {"a < b & ]]>", "</text>&\"'"} <= {*texts}
    assert root[0].text == f"a < b & ]]>: {answer_text(program, turn)}"
    assert (root[1].text or "").startswith(str(program))


def test_long_labels_are_cut_in_the_listing_and_whole_for_a_pointer() -> None:
    program, turn = RUNS["search"]
    label = "a label of very many words " * 4
    root = check_picture(trace_svg(program, turn, {1: label}), turn)
    check_nothing_overlaps(root)
    whole = [element.text for element in root.iter(f"{SVG}title")]
    assert label.strip() in whole


@given(runs(), st.text(max_size=60), st.booleans())
def test_pictures_of_any_turn(drawn: Traced, title: str, marked: bool) -> None:
    program, turn = drawn
    marks = {place: f"mark {place}" for place in range(len(program.code)) if marked}
    root = check_picture(trace_svg(program, turn, marks, title), turn)
    if turn.time <= 40:
        check_nothing_overlaps(root)


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [trace_text, trace_svg])
def test_marks_and_turns_of_other_programs_are_refused(draw) -> None:
    program, turn = RUNS["search"]
    with pytest.raises(ArgumentError, match="marks: expected instructions from 0 to 2, got 3"):
        draw(program, turn, {3: "x"})
    with pytest.raises(ArgumentError, match="a label for instruction 0"):
        draw(program, turn, {0: " \x00"})
    with pytest.raises(ArgumentError, match="turn, step 1: expected a step of the program"):
        draw(ENDLESS, turn)
