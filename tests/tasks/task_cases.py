"""Relation tasks for the tests of tasks."""

from hypothesis import strategies as st

from mesacircuits.tasks import RelationTask

NARROW = st.integers(1, 3)


@st.composite
def relation_tasks(draw, inputs=NARROW, outputs=NARROW):
    """Draw relations of any kind: also those that are functions, or free everywhere."""
    n, m = draw(inputs), draw(outputs)
    word = st.integers(0, (1 << m) - 1)
    words = st.sets(word, min_size=1) | word.map(lambda w: {w}) | st.just({*range(1 << m)})
    return RelationTask(n, m, tuple(tuple(draw(words)) for _ in range(1 << n)))


@st.composite
def output_free_tasks(draw, inputs=NARROW, outputs=NARROW):
    """Draw relations in which each output on its own is 0, 1 or free."""
    n, m = draw(inputs), draw(outputs)
    accept = []
    for _ in range(1 << n):
        free, value = (draw(st.integers(0, (1 << m) - 1)) for _ in range(2))
        accept.append(tuple(w for w in range(1 << m) if (w ^ value) & ~free == 0))
    return RelationTask(n, m, tuple(accept))
