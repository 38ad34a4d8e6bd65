"""The library's names: texts, parameters, labels, JSON, hashes, and what is refused."""

import doctest
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings as limits
from library_cases import STILL, settings_of

from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    LIBRARY,
    FunctionTask,
    Parameter,
    RelationTask,
    parse_function_task,
    parse_task,
    task_from_json,
    task_named,
)
from mesacircuits.tasks.library import TOPICS, library_json, library_text, task_json, task_text

#: The content hashes by which results are kept: they must never change.
HASHES = {
    "argmax": "9e8c0134cbd74405",
    "argmax(levels=3)": "282779b62b9feff6",
    "argmax(candidates=3,shared=1,objective=xor,ties=last)": "970a7a8f7598f07e",
    "satisfying": "bf808114e841bc85",
    "satisfying(candidates=3,otherwise=none)": "0937c3918c9abecc",
    "comparator": "d752c3e52ca68ff8",
    "adder": "9525833c743dc0b1",
    "majority": "d573973d190bd9ac",
    "random-table": "eeec9ea7966b6768",
    "random-partial": "36071c25d5ace901",
    "predict-agent": "a33ca0da0a6ee1c5",
    "predict-agent-control": "c573e78c33632add",
    "tic-tac-toe": "5fe2ef1709084785",
    "tic-tac-toe(moves=3)": "0d9fd95870b48bff",
    "nim": "15c10530054d85c2",
    "nim(heaps=3,ask=move)": "a5637557a6cc3212",
}


@pytest.mark.parametrize("name", LIBRARY)
def test_every_named_task_at_its_defaults(name):
    named, task = LIBRARY[name], task_named(name)
    assert named.name == name
    assert named.topic in TOPICS
    assert task == parse_task(name) == named.build() == task_from_json(task.to_json())
    assert task.hash_hex == task_from_json(task.to_json()).hash_hex
    if not isinstance(task, RelationTask):
        assert task.label == name
    if not isinstance(task, FunctionTask):
        assert str(task) == name
    for text in (named.description, named.text, named.source, *(p.doc for p in named.parameters)):
        assert text == text.strip() != ""


@pytest.mark.parametrize("name", LIBRARY)
def test_every_named_task_in_full(name):
    record, text = task_json(name), task_text(name)
    assert text.startswith(f"{name}: ")
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.split("\n"))
    assert record["hash"] in text
    assert task_from_json(record["task"]) == task_named(name)
    assert record["inputs"] <= 6
    assert 0 < record["support_size"] <= 1 << record["inputs"]


@given(settings_of())
@limits(max_examples=150)
def test_any_setting_is_a_task_or_refused(drawn):
    named, settings = drawn
    written = (f"{name}={'-' if v is None else v}" for name, v in settings.items())
    text = f"{named.name}({', '.join(written)})"
    try:
        task = named.build(**settings)
    except ArgumentError:
        with pytest.raises(ArgumentError, match=f"^task {named.name}, ({'|'.join(settings)}): "):
            parse_task(text)
        return
    label = named.label(**settings)
    assert task == parse_task(text) == parse_task(label) == task_from_json(task.to_json())
    assert task.hash_hex == parse_task(label).hash_hex
    assert parse_task(text).label == task.label == label
    picture = named.draw(**settings)
    assert picture
    assert all(len(line) <= 80 for line in picture.splitlines())


def test_labels_leave_defaults_out_and_spell_parameters_in_order():
    assert parse_task("argmax ( ties = first , candidates=2, levels = 03 )").label == (
        "argmax(levels=3,ties=first)"
    )
    assert parse_task("random-table(ones=-)").label == "random-table"
    assert parse_task("argmax()").label == "argmax"
    assert LIBRARY["maze"].label(**{"state-bits": 1}) == "maze(state_bits=1)"


def test_texts_of_function_tasks_stay_their_tables():
    task = parse_task("majority(bits=5)")
    assert str(task) == "tt:5:FEE8E880"
    assert task == parse_task(str(task))
    assert task.hash_hex == parse_task(str(task)).hash_hex
    assert hash(task) == hash(parse_task(str(task)))


def test_function_tasks_by_name():
    assert parse_function_task("adder") == parse_task("tt:3:96,E8")
    assert parse_function_task("argmax(ties=first)") == parse_task("expr:~a & b")
    # Two candidates that are equally good leave nothing to be wrong about.
    assert str(parse_function_task("argmax")) == "tt:2:4@6"
    assert parse_function_task("majority", files=False) == parse_task("tt:3:E8")
    with pytest.raises(ArgumentError, match="one acceptable word on each input"):
        parse_function_task("argmax(candidates=3)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("majorty", "task: expected tt:N:HEX, expr:EXPRESSION, a name that `mesacircuits tasks`"),
        ("majorty", "got majorty (did you mean majority or parity?)"),
        ("argmin(levels=2)", "got argmin(levels=2) (did you mean argmax?)"),
        ("parity(bits)", "task parity: expected NAME=VALUE, got bits"),
        ("parity(=3)", "task parity: expected NAME=VALUE, got =3"),
        ("parity(bits=)", "task parity: expected NAME=VALUE, got bits="),
        ("parity(bits=3,)", "task parity: expected NAME=VALUE, got nothing"),
        (
            "parity(bit=3)",
            "parameter of parity: expected bits, got bit (did you mean bits?)",
        ),
        ("parity(bits=2,bits=3)", "task parity: expected bits once, got bits=3"),
        ("parity(bits=7)", "task parity, bits: expected a whole number from 1 to 6, got 7"),
        ("parity(bits=3/2)", "task parity, bits: expected a whole number from 1 to 6, got 3/2"),
        ("parity(bits=-)", "task parity, bits: expected a whole number from 1 to 6, got -"),
        ("parity(bits=x)", "task parity, bits: expected a whole number from 1 to 6, got x"),
        ("argmax(objective=xr)", "one of own, xor, and, or, got xr (did you mean xor?)"),
        ("argmax(objective=xor)", "task argmax, shared: expected at least 1 for the objective xor"),
        ("argmax(shared=1,objective=or,levels=3)", "task argmax, levels: expected 2 for the"),
        ("argmax(candidates=4,levels=3)", "task argmax, candidates: expected at most 6 inputs"),
        ("satisfying(candidates=6,shared=1)", "task satisfying, candidates: expected at most 6"),
        ("predict-agent(options=4)", "task predict-agent, options: expected at most 6 inputs"),
        ("random-table(ones=9)", "task random-table, ones: expected at most 8 for 3 inputs, got 9"),
        ("random-table(seed=-1)", "task random-table, seed: expected a whole number from 0 to"),
        ("random-partial(inputs=2)", "task random-partial, support: expected at most 4 for 2"),
        ("tic-tac-toe(moves=4)", "task tic-tac-toe, moves: expected one of 1, 2, 3, 7, got 4"),
        ("nim(heaps=4)", "task nim, heaps: expected at most 6 inputs for their sizes, got 8"),
        ("nim(heaps=1,most=63,ask=move)", "task nim, most: expected at most 4 outputs for the"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(ArgumentError) as caught:
        parse_task(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_values_in_python():
    assert task_named("parity", bits=4) == task_named("parity", bits="4")
    for value in (True, 3.0, None, Fraction(7, 2)):
        with pytest.raises(ArgumentError, match="task parity, bits"):
            task_named("parity", bits=value)
    with pytest.raises(
        ArgumentError, match="task: expected a name that `mesacircuits tasks` lists"
    ):
        task_named("priority")
    with pytest.raises(
        ArgumentError, match="parameter of maze: expected state_bits once, got it twice"
    ):
        LIBRARY["maze"].settings(**{"state-bits": 1, "state_bits": 1})


def test_rational_parameters():
    good = Parameter("good", Fraction(3, 4), "chance", least=0, most=1)
    assert [good.read(v) for v in ("0.5", 1, Fraction(1, 3))] == [Fraction(1, 2), 1, Fraction(1, 3)]
    assert isinstance(good.read("1"), Fraction)
    assert good.to_json()["default"] == "3/4"
    for value in ("5/4", "-1/2", "1.5", "1/0", ""):
        with pytest.raises(ArgumentError, match="good: expected a fraction from 0 to 1"):
            good.read(value)
    rung = Parameter("rung", 1, "which", values=(1, 2, "streak"))
    assert [rung.read(v) for v in ("1", 2, "streak")] == [1, 2, "streak"]
    with pytest.raises(ArgumentError, match="rung: expected one of 1, 2, streak, got 3"):
        rung.read(3)


@pytest.mark.parametrize("label", HASHES)
def test_hashes_do_not_change(label):
    assert parse_task(label).hash_hex[:16] == HASHES[label]


def test_the_list_names_every_task_and_fits():
    text, names = library_text(), [record["name"] for record in library_json()]
    assert names == list(LIBRARY)
    assert all(f"\n  {name}" in text for name in names)
    assert all(len(line) <= 80 for line in text.splitlines())
    assert text.startswith(f"{len(names)} named tasks")
    topics = [record["topic"] for record in library_json()]
    assert list(dict.fromkeys(topics)) == list(TOPICS)
    assert set(STILL) < set(names)


def test_a_task_without_a_name_is_described_too():
    assert task_text("tt:2:8@B").splitlines() == [
        "tt:2:8@B: function task, 2 inputs, 1 output",
        "",
        "support: 3 of 4 inputs",
        f"hash: {parse_task('tt:2:8@B').hash_hex}",
        "",
        "ab  out",
        "00    0",
        "10    0",
        "01    -",
        "11    1",
    ]
    assert "name" not in task_json("tt:2:8@B")


def test_the_library_is_read_when_it_is_asked_for():
    code = (
        "import sys, mesacircuits.tasks as t\n"
        "assert not any(m.endswith('library.games') for m in sys.modules)\n"
        "assert 'nim' in t.LIBRARY and 'mesacircuits.tasks.library.games' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_python_examples_of_the_page():
    page = Path(__file__).parents[2] / "docs" / "tasks.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert result.attempted > 5
    assert result.failed == 0
