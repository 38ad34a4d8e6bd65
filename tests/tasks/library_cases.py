"""Named tasks for the tests of the library: settings to build, and circuits of given words."""

from itertools import product

from hypothesis import strategies as st

from mesacircuits.circuits.formats import parse_circuit
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import LIBRARY

#: The named tasks without a world: what is acceptable can be read off input by input.
STILL = [n.name for n in LIBRARY.values() if n.topic not in ("worlds", "episodes")]


#: Of parameters that are texts, by name, values that may or may not go together with others.
TEXTS = {
    "utility": ["own", "2", "6", "A6", "0120", "20"],
    "training": ["all", "1", "3", "7E"],
    "words": ["index", "01", "10", "011", "3120"],
    "proxy": ["none", "none", "own", "1", "6", "0120"],
    "objective": ["a^b", "a", "~a & b", "a | (b ^ c)", "a & ~a"],
}


def choices(parameter, most=8):
    """Return values of a parameter: all that are listed, or the first few of its range."""
    if parameter.values:
        return list(parameter.values)
    if isinstance(parameter.default, str):
        return TEXTS[parameter.name]
    low = parameter.least
    high = min(parameter.most, low + most - 1)
    absent = [None] if parameter.default is None else []
    return [*absent, *range(low, high + 1)]


@st.composite
def settings_of(draw, names=None):
    """Draw a name and settings in range, which may not go together."""
    named = LIBRARY[draw(st.sampled_from(STILL if names is None else names))]
    return named, {p.name: draw(st.sampled_from(choices(p))) for p in named.parameters}


def members(name, most=4):
    """Yield settings and the task of each combination of a few values that go together."""
    named = LIBRARY[name]
    for values in product(*(choices(p, most) for p in named.parameters)):
        settings = dict(zip((p.name for p in named.parameters), values, strict=True))
        try:
            yield settings, named.build(**settings)
        except ArgumentError:
            continue


def circuit_giving(inputs, outputs, words):
    """Return a circuit that gives `words[x]` on each input x."""
    names = [f"x{i}" for i in range(inputs)]
    lines = [".model m", ".inputs " + " ".join(names)]
    lines.append(".outputs " + " ".join(f"y{i}" for i in range(outputs)))
    for i in range(outputs):
        lines.append(f".names {' '.join(names)} y{i}")
        for x, word in enumerate(words):
            if word >> i & 1:
                lines.append("".join(str(x >> k & 1) for k in range(inputs)) + " 1")
    return parse_circuit("\n".join([*lines, ".end", ""]).encode(), "blif")


def check_against(task, acceptable):
    """Assert that a task accepts on each input x the set `acceptable(x)`, None being any word.

    Then whole solvers: the greatest words that are acceptable solve it, and with any one word
    changed to one that is not, they no longer do.
    """
    every = set(range(1 << task.outputs))
    sets = [acceptable(x) for x in range(1 << task.inputs)]
    for x, words in enumerate(sets):
        assert (words is not None) == task.support_bits >> x & 1
        accepted = {w for w, mask in enumerate(task.word_masks) if mask >> x & 1}
        assert accepted == (every if words is None else set(words)), x
    words = [0 if s is None else max(s) for s in sets]
    assert task.solved_by(circuit_giving(task.inputs, task.outputs, words))
    for x, good in enumerate(sets):
        if good is not None and (bad := every - set(good)):
            wrong = [*words[:x], min(bad), *words[x + 1 :]]
            assert not task.solved_by(circuit_giving(task.inputs, task.outputs, wrong))
            break
