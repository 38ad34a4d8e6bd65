"""Function tasks: reading them, solving them, and what is refused."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import Circuit, TruthTable, parse_expression
from mesacircuits.errors import ArgumentError
from mesacircuits.records import content_hash
from mesacircuits.tasks import FunctionTask, parse_task
from mesacircuits.testing import circuits, function_tasks, truth_tables

widths, few = st.integers(1, 3), st.integers(1, 3)
tasks = function_tasks(widths, outputs=few, partial=True)


@given(function_tasks(st.integers(1, 6), outputs=few, partial=True))
def test_text_round_trip(task):
    assert parse_task(str(task)) == task
    assert parse_task(str(task).replace(",", " , 0x").replace("@", " @ 0X")) == task
    assert ("@" in str(task)) == (task.support is not None)


@given(function_tasks(st.integers(0, 6), outputs=few, partial=True))
def test_json_round_trip(task):
    assert FunctionTask.from_json(task.to_json()) == task
    assert FunctionTask.from_json({k: v for k, v in task.to_json().items() if k != "kind"}) == task


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"inputs": 7}, "inputs: expected at most 6, got 7"),
        ({"inputs": "2"}, "task: expected a function task in JSON form, got Expected `int`"),
        ({"inputs": 3}, "tables: expected 2 hexadecimal digits for 3 inputs, got 8"),
        ({"tables": []}, "tables: expected at least one truth table, got none"),
        ({"tables": "8"}, "task: expected a function task in JSON form"),
        ({"support": "0"}, "support: expected a mask from 1 to 0xf, got 0"),
        ({"support": "x"}, "support: expected 1 hexadecimal digit for 2 inputs, got x"),
        ({"kind": "relation"}, "task: expected a function task in JSON form"),
        ({"more": 1}, "unknown field `more`"),
    ],
)
def test_json_that_is_no_function_task_is_refused(change, part):
    with pytest.raises(ArgumentError) as caught:
        FunctionTask.from_json(parse_task("tt:2:8").to_json() | change)
    assert part in str(caught.value)


@given(tasks)
def test_word_masks_list_the_acceptable_words(task):
    masks = task.word_masks
    assert len(masks) == 1 << task.outputs
    for x in range(1 << task.inputs):
        accepted = [w for w, mask in enumerate(masks) if mask >> x & 1]
        if task.support_bits >> x & 1:
            assert accepted == [sum(bit << i for i, bit in enumerate(task.word(x)))]
        else:
            assert accepted == [*range(1 << task.outputs)]


def test_too_many_words_are_not_listed():
    with pytest.raises(ArgumentError, match="tables: expected at most 16 outputs"):
        _ = FunctionTask((TruthTable(1, 0),) * 17).word_masks


@given(tasks, st.data())
def test_tables_off_the_support_do_not_tell_tasks_apart(task, data):
    noise = [data.draw(truth_tables(task.inputs)).bits & ~task.support_bits for _ in task.tables]
    pairs = zip(task.tables, noise, strict=True)
    other = tuple(TruthTable(task.inputs, table.bits | bits) for table, bits in pairs)
    again = FunctionTask(other, task.support)
    assert (again, str(again), again.hash_hex) == (task, str(task), task.hash_hex)


@given(tasks)
def test_repr_round_trip(task):
    again = eval(repr(task))
    assert again == task
    assert again.hash_hex == task.hash_hex == content_hash(task.to_json())


@given(tasks)
def test_words_are_read_across_the_tables(task):
    assert not task.has_world
    for x in range(1 << task.inputs):
        assert task.word(x) == tuple(t.bits >> x & 1 for t in task.tables)
    assert len(task.word(0)) == task.outputs


@given(tasks, st.data())
def test_solving_is_agreeing_on_the_support(task, data):
    circuit = data.draw(circuits(task.inputs, outputs=task.outputs))
    rows = [x for x in range(1 << task.inputs) if task.support_bits >> x & 1]
    assert task.solved_by(circuit) == all(circuit(x) == task.word(x) for x in rows)


@given(circuits(widths, outputs=few), st.data())
def test_a_circuit_solves_its_own_task_and_goes_wrong_freely_off_the_support(circuit, data):
    tables = circuit.tables()
    assert FunctionTask(tables).solved_by(circuit)
    x = data.draw(st.integers(0, (1 << circuit.inputs) - 1))
    wrong = (TruthTable(circuit.inputs, tables[0].bits ^ 1 << x), *tables[1:])
    assert not FunctionTask(wrong).solved_by(circuit)
    assert FunctionTask(wrong, tables[0].mask & ~(1 << x)).solved_by(circuit)


def test_a_circuit_of_another_shape_solves_nothing():
    task = parse_task("expr:a")
    assert task.solved_by(Circuit.parse(1, "out = a"))
    assert not task.solved_by(Circuit.parse(2, "out = a"))
    assert not task.solved_by(Circuit.parse(1, "out = a, a"))


@given(truth_tables(widths))
def test_the_whole_support_is_no_support(table):
    assert FunctionTask((table,), table.mask) == FunctionTask((table,))
    assert "support" not in FunctionTask((table,), table.mask).to_json()


@given(st.lists(st.sampled_from(["a", "b & c", "~(a ^ d)", "1", " c|a "]), min_size=1, max_size=4))
def test_expressions_give_one_output_each(parts):
    task = parse_task("expr:4:" + ",".join(parts))
    assert task.tables == tuple(parse_expression(part, 4) for part in parts)


def test_the_last_letter_gives_the_number_of_inputs():
    assert [parse_task(f"expr:{e}").inputs for e in ("0", "a", "b", "a,c", "f & a")] == [
        1,
        1,
        2,
        3,
        6,
    ]


FORMS = (
    "tt:N:HEX, expr:EXPRESSION, a name that `mesacircuits tasks` lists, "
    "a table such as 0x16E9 or 11101000, an expression such as x1 & x2, a relation, "
    "or a file .pla, .blif, .bench, .aag, .aig, .json"
)

REFUSED = [
    # truth tables
    ("tt:3:E", "2 hexadecimal digits for 3 inputs", "E"),
    ("tt:3:0E8", "2 hexadecimal digits for 3 inputs", "0E8"),
    ("tt:4:E8", "4 hexadecimal digits for 4 inputs", "E8"),
    ("tt:3:G8", "2 hexadecimal digits for 3 inputs", "G8"),
    ("tt:3:-8", "2 hexadecimal digits for 3 inputs", "-8"),
    ("tt:3:E8,", "2 hexadecimal digits for 3 inputs", "nothing"),
    ("tt:2:88", "1 hexadecimal digit for 2 inputs", "88"),
    ("tt:1:4", "at most 2 bits", "4"),
    ("tt:3", "tt:3:HEX", "tt:3"),
    ("tt:0:1", "a number of inputs from 1 to 6 after the first ':'", "0"),
    ("tt:9:1", "a number of inputs from 1 to 6 after the first ':'", "9"),
    ("tt:-3:E8", "a number of inputs from 1 to 6 after the first ':'", "-3"),
    ("tt::E8", "a number of inputs from 1 to 6 after the first ':'", "nothing"),
    ("tt:\u0663:E8", "a number of inputs from 1 to 6 after the first ':'", "\u0663"),
    ("tt:2:8@", "1 hexadecimal digit for 2 inputs", "nothing"),
    ("tt:2:8@7@7", "1 hexadecimal digit for 2 inputs", "7@7"),
    ("tt:2:8@0", "a support of at least one input after '@'", "0"),
    ("tt:2:@7", "1 hexadecimal digit for 2 inputs", "nothing"),
    # relations
    ("relation:", "a number of inputs from 1 to 6 after the first ':'", "nothing"),
    ("relation:1", "a number of outputs from 1 to 4 after the second ':'", "nothing"),
    ("relation:1:5:1,1", "a number of outputs from 1 to 4 after the second ':'", "5"),
    ("relation:1:1", "relation:1:1:SET,SET,...", "relation:1:1"),
    ("relation:1:1:1", "2 sets for 1 inputs", "1"),
    ("relation:1:1:1,0", "a set of words from 1 to 3 for input 1", "0"),
    ("relation:1:1:4,1", "a set of words from 1 to 3 for input 0", "4"),
    ("relation:1:1:g,1", "a set of words from 1 to 3 for input 0", "g"),
    ("relation:1:1:,1", "a set of words from 1 to 3 for input 0", "nothing"),
    # expressions
    ("expr:a b", "&, ^, | or the end", "'b' at column 3"),
    ("expr:3:a & d", "an input (a to c), 0, 1, '~' or '('", "'d' at column 5"),
    ("expr:a,b,(c", "')' or an operator", "the end at column 7"),
    ("expr:a & b, c +", "&, ^, | or the end", "'+' at column 10"),
    ("expr:a,,b", "an input (a to b), 0, 1, '~' or '('", "',' at column 3"),
    ("expr:", "an input (a), 0, 1, '~' or '('", "the end at column 1"),
    ("expr:0:a", "a number of inputs from 1 to 6 after the first ':'", "0"),
    ("expr:9:a", "a number of inputs from 1 to 6 after the first ':'", "9"),
    ("expr:a & g", "at most 6 inputs (a to f)", "a & g"),
    # neither
    ("", FORMS, "nothing"),
    ("tt", FORMS, "tt"),
    ("TT:3:E8", FORMS, "TT:3:E8"),
    ("a + b\n", FORMS, "a + b"),
]


@pytest.mark.parametrize(("text", "expected", "got"), REFUSED)
def test_what_is_no_task_is_refused(text, expected, got):
    with pytest.raises(ArgumentError) as caught:
        parse_task(text)
    assert str(caught.value) == f"task: expected {expected}, got {got}"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (((),), "tables: expected at least one truth table, got none"),
        (
            ((TruthTable(1, 0), TruthTable(2, 0)),),
            "tables: expected tables of 1 inputs, got TruthTable(inputs=2, bits=0x0)",
        ),
        (((TruthTable(7, 0),),), "tables: expected at most 6 inputs, got 7"),
        (((TruthTable(1, 0),), 0), "support: expected a mask from 1 to 0x3, got 0"),
        (((TruthTable(1, 0),), 4), "support: expected a mask from 1 to 0x3, got 4"),
    ],
)
def test_bad_tables_and_supports_are_refused(arguments, text):
    with pytest.raises(ArgumentError) as caught:
        FunctionTask(*arguments)
    assert str(caught.value) == text


@given(st.text(st.sampled_from("texpr:0123E8abg,@&~() \n\u0130")) | st.text())
def test_any_text_is_a_task_or_refused(text):
    for prefix in ("", "tt:", "tt:1:", "expr:", "expr:2:", "relation:", "relation:1:1:"):
        try:
            task = parse_task(prefix + text)
        except ArgumentError as refusal:
            message = str(refusal)
            assert len(message.splitlines()) == 1
        else:
            assert parse_task(str(task)) == task
