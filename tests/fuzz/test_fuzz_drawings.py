"""Everything that is drawn, drawn at random: pictures come out whole, whatever they are of."""

from xml.etree import ElementTree

from hypothesis import given, settings, strategies as st

from mesacircuits.circuits.drawing import draw
from mesacircuits.tasks import (
    FunctionTask,
    OptimisationTask,
    RelationTask,
    WorldTask,
    draw_world,
    parse_task,
    task_from_json,
)
from mesacircuits.tasks.drawing import draw_task
from mesacircuits.testing import (
    bases,
    circuits,
    episode_tasks,
    function_tasks,
    optimisation_tasks,
    relation_tasks,
    tasks,
    world_tasks,
)

few = settings(max_examples=60)
sizes = st.tuples(st.integers(1, 6), st.integers(1, 4))
#: Tasks of every kind, also as wide as they may be.
any_tasks = st.one_of(
    tasks(),
    function_tasks(st.integers(1, 6), outputs=st.integers(1, 64), partial=True),
    st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(lambda s: relation_tasks(*s)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(lambda s: optimisation_tasks(*s)),
    world_tasks(observation_bits=3, action_bits=2, max_states=12),
    episode_tasks(observation_bits=2, action_bits=2, max_states=6),
)
labels = st.text(max_size=12).map("x".__add__)


def whole(text, width=80):
    lines = text.split("\n")
    assert all(lines)
    assert all(c.isprintable() for line in lines for c in line)
    assert max(map(len, lines)) <= width


@few
@given(any_tasks)
def test_tasks(task):
    # The name of a state may be long, so tables of worlds are as wide as they need be.
    whole(draw_task(task), 200 if task.has_world else 80)
    assert draw_task(task_from_json(task.to_json())) == draw_task(task)
    if isinstance(task, WorldTask):
        ElementTree.fromstring(draw_world(task.world, "svg"))
    elif isinstance(task, FunctionTask | RelationTask):
        whole(draw_task(parse_task(str(task))))


@few
@given(sizes, st.integers(0, (1 << 64) - 1), st.booleans())
def test_tasks_with_few_inputs_that_matter(size, chosen, every):
    # Off the support any word is acceptable; a relation may be free on all inputs, a function not.
    inputs, outputs = size
    count, words = 1 << inputs, tuple(range(1 << outputs))
    mask = 0 if every else chosen & (1 << count) - 1
    accept = tuple((0,) if mask >> x & 1 else words for x in range(count))
    drawn = draw_task(RelationTask(inputs, outputs, accept))
    whole(drawn)
    if not mask and count > 8:
        assert drawn == f"all {count} inputs: off the support"
    if mask:
        rows = tuple(tuple(word & 1 for word in words) for _ in range(count))
        whole(draw_task(OptimisationTask(inputs, outputs, words, rows, mask)))


def test_a_relation_that_asks_for_nothing(run):
    text = "relation:6:1:" + ",".join(["3"] * 64)
    status, out, errors = run("tasks", text)
    assert (status, errors) == (0, "")
    assert out.endswith("\nall 64 inputs: off the support\n")


@settings(max_examples=25)
@given(circuits(st.integers(0, 16), bases(), max_gates=8, outputs=st.integers(1, 9)), st.data())
def test_circuits(circuit, data):
    wires = st.dictionaries(st.integers(0, circuit.wires - 1), labels, max_size=3)
    marks = data.draw(wires if circuit.wires else st.just({}))
    assert draw(circuit, "terminal", marks)
    ElementTree.fromstring(draw(circuit, "svg", marks))
    dot = draw(circuit, "dot", marks)
    assert dot.startswith("digraph")
    assert dot.endswith("}\n")
    assert draw(circuit, "tex", marks).startswith("\\documentclass")
