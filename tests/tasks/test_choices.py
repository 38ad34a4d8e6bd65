"""Choices, and the first that satisfies: against their statements, and what they ask for drawn."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings as limits, strategies as st
from library_cases import check_against

from mesacircuits.circuits import Circuit
from mesacircuits.enumeration import enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks import (
    TIES,
    OptimisationTask,
    draw_choice,
    parse_task,
    parse_task_file,
    task_bytes,
    task_named,
)
from mesacircuits.tasks.drawing import draw_task, task_svg
from mesacircuits.tasks.library.choices import choice_label


@st.composite
def parts_of_choices(draw):
    """Draw what a choice is made of: (K, m, s, L, U, ties, D, words)."""
    K = draw(st.integers(2, 6))
    m = draw(st.integers(1, 6 // K))
    s = draw(st.integers(0, min(6 - K * m, 3)))
    L = draw(st.integers(2, 4))
    U = tuple(draw(st.integers(0, L - 1)) for _ in range(1 << m + s))
    ties = draw(st.sampled_from([t for t in TIES if s or t != "context"]))
    D = draw(st.integers(1, (1 << (1 << m)) - 1))
    word = st.integers(0, 15)
    words = draw(st.lists(word, min_size=K, max_size=K).filter(lambda w: len({*w}) > 1))
    return K, m, s, L, U, ties, D, words


def text_of(K, m, s, L, U, ties, D, words):
    digits = "".join(f"{u:x}" for u in U)
    if L == 2:
        digits = f"{sum(u << v for v, u in enumerate(U)):0{max(1, len(U) // 4)}X}"
    width = max(1, (1 << m) // 4)
    return (
        f"choice({K},{m},{s},{L},utility={digits},ties={ties},training={D:0{width}X},"
        f"words={''.join(f'{w:x}' for w in words)})"
    )


def acceptable_words(x, K, m, s, L, U, ties, D, words):
    """Return the words that the statement accepts on an input; None where it asks for nothing."""
    bits = [x >> i & 1 for i in range(6)]
    own = [bits[m * i : m * i + m] for i in range(K)]
    shared = bits[K * m : K * m + s]
    if not all(D >> sum(b << t for t, b in enumerate(each)) & 1 for each in own):
        return None
    values = [U[sum(b << t for t, b in enumerate([*each, *shared]))] for each in own]
    best = [words[i] for i in range(K) if values[i] == max(values)]
    if ties == "free":
        return {*best}
    if ties == "excluded":
        return {*best} if len({*best}) == 1 else None
    last = ties == "last" or (ties == "context" and shared[-1] == 1)
    return {best[-1] if last else best[0]}


@given(parts_of_choices())
@limits(max_examples=60)
def test_a_choice_asks_for_a_word_of_the_best(parts):
    K, m, s, _, U, ties, _, words = parts
    text = text_of(*parts)
    sets = [acceptable_words(x, *parts) for x in range(1 << K * m + s)]
    if not any(accepted is not None for accepted in sets):
        with pytest.raises(ArgumentError, match="task choice, ties: expected an input"):
            parse_task(text)
        return
    task = parse_task(text)
    check_against(task, lambda x: sets[x])
    assert task.features == tuple(tuple(range(m * i, m * i + m)) for i in range(K))
    assert task.context == tuple(range(K * m, K * m + s))
    assert task.tie_input == (K * m + s - 1 if ties == "context" else None)
    assert task.common_utility == tuple(map(Fraction, U))
    assert task.words == tuple(sorted({*words}))
    for x in range(1 << task.inputs):
        for word in range(1 << task.outputs):
            values = [u for w, u in zip(words, task.utilities[x], strict=True) if w == word]
            assert task.utility(x, word) == max(values, default=None)


@given(parts_of_choices())
@limits(max_examples=60)
def test_a_choice_is_what_its_text_its_file_and_its_repr_say(parts):
    try:
        task = parse_task(text_of(*parts))
    except ArgumentError:
        return
    assert parse_task(str(task)) == task
    assert str(parse_task(str(task))) == str(task)
    again = parse_task_file(task_bytes(task, "json"), "json")
    assert (again, again.hash_hex) == (task, task.hash_hex)
    assert eval(repr(task)) == task
    assert ("tie_input" in task.to_json()) == (task.ties == "context")
    K, m, s, _, U, ties, D, words = parts
    direct = OptimisationTask.of_utility(U, K, m, s, words=words, ties=ties, training=D)
    assert direct == task
    if max(U) > 0 and len({*U}) == max(U) + 1:
        digits = "".join(f"{w:x}" for w in words)
        label = choice_label(U, K, m, s, ties=ties, training=D, words=digits)
        assert parse_task(label) == task


def test_the_usual_choice_is_argmax():
    for levels in (2, 3, 4):
        m = (levels - 1).bit_length()
        for ties in ("free", "first", "last"):
            settings = {"levels": levels, "ties": ties}
            usual = task_named("choice", features=m, **settings)
            assert usual == task_named("argmax", **settings)


def test_plans_share_their_first_step():
    # Three plans; the second and the third begin alike.
    task = parse_task("choice(3,1,utility=2,words=011)")
    assert task.candidates == (0, 1, 1)
    assert task.words == (0, 1)
    assert [task.best(x) for x in (0b000, 0b001, 0b010, 0b100, 0b101)] == [
        (0, 1), (0,), (1,), (1,), (0, 1)
    ]  # fmt: skip
    assert task.utility(0b100, 1) == 1
    assert task.utility(0b100, 2) is None
    # That both of the second and the third are good is no tie between words.
    excluded = parse_task("choice(3,1,utility=2,words=011,ties=excluded)")
    assert excluded.support_bits == sum(1 << x for x in (0b001, 0b010, 0b100, 0b110))
    assert excluded.support is None
    first = parse_task("choice(3,1,utility=2,words=101,ties=first)")
    assert first.best(0b000) == (1,)
    assert first.solved_by(Circuit.parse(3, "g1 = b & ~a; out = ~g1"))


def test_a_bit_of_the_context_breaks_ties():
    task = parse_task("choice(2,1,1,ties=context)")
    assert [task.best(x) for x in (0b000, 0b100, 0b011, 0b111, 0b101)] == [
        (0,), (1,), (0,), (1,), (0,)
    ]  # fmt: skip
    free = parse_task("choice(2,1,1)")
    assert free.tie_input is None
    # The bit that breaks ties is no part of a task in which none does.
    assert OptimisationTask(**(fields_of(task) | {"ties": "free"})).tie_input is None


def fields_of(task):
    names = ("inputs", "outputs", "candidates", "utilities", "support", "ties", "slack")
    return {name: getattr(task, name) for name in (*names, "features", "tie_input")}


@pytest.mark.parametrize(
    ("changes", "argument", "said"),
    [
        ({"tie_input": None}, "tie_input", "an input of the context: 2"),
        ({"tie_input": 0}, "tie_input", "an input of the context: 2"),
        ({"tie_input": True}, "tie_input", "an input of the context: 2"),
        ({"features": None}, "tie_input", "an input of the context: which is empty"),
        ({"ties": "often"}, "ties", "one of free, first, last, context, excluded"),
        ({"slack": 1}, "slack", "0, or more where ties are free"),
        ({"candidates": (1, 1)}, "candidates", "at least two words among several"),
        ({"candidates": (1, 1), "features": None, "ties": "first"}, "candidates", "each once"),
        ({"utilities": ((0, 0),) * 8, "ties": "excluded"}, "ties", "one best word"),
    ],
)
def test_what_is_no_choice(changes, argument, said):
    task = parse_task("choice(2,1,1,ties=context)")
    with pytest.raises(ArgumentError) as raised:
        OptimisationTask(**(fields_of(task) | changes))
    assert raised.value.argument == argument
    assert said in str(raised.value)


def test_there_are_at_most_sixteen_candidates():
    rows = ((0,) * 17,) * 2
    features = ((0,), *((),) * 16)
    with pytest.raises(ArgumentError, match="candidates: expected at most 16, got 17"):
        OptimisationTask(1, 1, (0, 1) * 8 + (0,), rows, features=features)


@pytest.mark.parametrize(
    ("arguments", "more", "said"),
    [
        (((0, 1), 3, 2), {}, "utility: expected 4 utilities, got 2"),
        (((0,) * 4, 4, 2), {}, "candidates: expected at most 6 inputs"),
        (((0,) * 4, 2, 2), {"training": 0}, "training: expected a set of some of 4 vectors"),
        (((0,) * 4, 2, 2), {"training": 16}, "training: expected a set of some of 4 vectors"),
        (((0,) * 4, 2, 2), {"words": (0, 1, 2)}, "words: expected 2 words, one per candidate"),
        (((0,), 2, 0), {}, "features: expected a whole number from 1"),
    ],
)
def test_what_is_no_utility(arguments, more, said):
    with pytest.raises(ArgumentError) as raised:
        OptimisationTask.of_utility(*arguments, **more)
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("choice(3,2,1)", "candidates: expected at most 6 inputs for their features"),
        ("choice(ties=context)", "context: expected at least 1 bit, to break ties by"),
        ("choice(2,2,utility=AA)", "utility: expected"),
        ("choice(2,2,levels=3,utility=012)", "utility: expected 4 digits from 0 to 2, or own"),
        ("choice(2,2,levels=3,utility=0123)", "utility: expected 4 digits from 0 to 2, or own"),
        ("choice(2,2,levels=3,utility=012x)", "utility: expected 4 digits from 0 to 2, or own"),
        ("choice(2,2,training=0)", "training: expected a set of some of 4 vectors"),
        ("choice(2,2,training=AA)", "training: expected"),
        ("choice(words=012)", "words: expected 2 hexadecimal digits, one per candidate"),
        ("choice(words=11)", "words: expected at least two words"),
        ("choice(words=0+)", "words: expected 2 hexadecimal digits"),
        ("choice(2,2,training=1,ties=excluded)", "ties: expected an input of the support"),
        ("first(6,a)", "candidates: expected a whole number from 2 to 5"),
        ("first(5,a,otherwise=none)", "candidates: expected at most 4"),
        ("first-or-none(5,a)", "candidates: expected a whole number from 2 to 4"),
        ("first(2,a&b&c&d)", "objective: expected an expression of at most 3 bits"),
        ("first(2,a|~a)", "objective: expected an expression that is not constant"),
        ("first(2,a&)", "objective: expected"),
        ("first(2,a)x", "task: expected"),
    ],
)
def test_what_is_refused(text, said):
    with pytest.raises(ArgumentError) as raised:
        parse_task(text)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


#: Objectives, and what they say of bits.
OBJECTIVES = {
    "a": lambda a: a,
    "~a": lambda a: not a,
    "a^b": lambda a, b: a != b,
    "a & b": lambda a, b: a and b,
    "a&(b|c)": lambda a, b, c: a and (b or c),
    "a ^ (b & c)": lambda a, b, c: a != (b and c),
}


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("otherwise", ["first", "free", "none"])
def test_first_asks_for_the_first_that_satisfies(objective, otherwise):
    phi = OBJECTIVES[objective]
    m = phi.__code__.co_argcount
    for K in range(2, min(6 // m, 4 + (otherwise != "none")) + 1):
        task = parse_task(f"first({K},{objective},otherwise={otherwise})")
        assert task.outputs == K - (otherwise != "none")

        def word(index, K=K):
            # One-hot, without a place for candidate 0; above it, whether there is one.
            found = 1 << (index - 1) if index else 0
            return found | (1 << (K - 1) if otherwise == "none" else 0)

        def acceptable(x, K=K, word=word):
            own = [[bool(x >> m * i + t & 1) for t in range(m)] for i in range(K)]
            good = [i for i in range(K) if phi(*own[i])]
            if good:
                return {word(good[0])}
            return {"first": {word(0)}, "free": None, "none": {0}}[otherwise]

        check_against(task, acceptable)
        assert len(task.common_utility) == 1 << m
        if otherwise == "none":
            assert task == parse_task(f"first-or-none({K},{objective})")
            assert (task.features[-1], task.candidates[-1]) == ((), 0)
            assert {row[-1] for row in task.utilities} == {Fraction(1, 2)}


@pytest.mark.parametrize(
    ("text", "size", "minima"),
    [
        ("first(2,a^b)", 3, 1),
        ("first(2,a&b)", 3, 3),
        ("first(4,a)", 5, 45),
        ("first-or-none(2,a^b)", 4, 5),
        ("first-or-none(2,a&b)", 4, 9),
        ("first-or-none(3,a)", 4, 25),
        pytest.param("first(3,a^b)", 6, 9, marks=pytest.mark.slow),
        pytest.param("first(3,a&b)", 6, 75, marks=pytest.mark.slow),
        pytest.param("first(2,a^(b&c))", 5, 1, marks=pytest.mark.slow),
        pytest.param("first-or-none(3,a^b)", 7, 25, marks=pytest.mark.slow),
    ],
)
def test_the_least_circuits_are_as_many_as_is_proved(text, size, minima):
    found = enumerate_minima(parse_task(text))
    assert (found.size, found.circuits) == (size, minima)


def test_spellings_of_one_objective_have_one_label():
    texts = ["first(3,a^b)", "first( 3 , a xor b )", "first(candidates=3,objective=(a ^ b))"]
    labels = [parse_task(text).label for text in texts]
    assert labels == ["first(candidates=3)"] * 2 + ["first(candidates=3,objective=(a^b))"]
    assert parse_task("first(objective=not a and b)").label == "first(objective=~a&b)"
    assert parse_task("first").label == "first"


# -- pictures ----------------------------------------------------------------------------------


def test_a_picture_by_hand():
    task = parse_task("choice(2,2,1,levels=3,utility=01202100,training=7,ties=context,words=20)")
    assert draw_choice(task).splitlines() == [
        "candidate  features  word",
        "0          ab        01",
        "1          cd        00",
        "",
        "own  e=0  e=1",
        "00     0    2",
        "10     1    1",
        "01     2    0",
        "11   (0)  (0)",
        "ties: the one listed first where e is 0, the last where it is 1",
    ]
    lines = draw_choice(parse_task("first-or-none(2,a)")).splitlines()
    assert lines[3] == "2          - (worth 1/2)  00"
    assert "01   0  1" not in lines


@given(parts_of_choices())
@limits(max_examples=40)
def test_a_picture_says_all_of_a_choice(parts):
    try:
        task = parse_task(text_of(*parts))
    except ArgumentError:
        return
    K, m, _, _, U, ties, D, words = parts
    text = draw_choice(task)
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines())
    upper, lower = text.split("\n\n")
    listed = [line.split() for line in upper.splitlines()[1:]]
    assert [int(word[::-1], 2) for *_, word in listed] == words
    assert "".join(letters for _, letters, _ in listed) == "abcdef"[: K * m]
    head, *rows = [line.split() for line in lower.split("\nties: ")[0].splitlines()]
    shown = {}
    for row in rows:
        for column, cell in zip(head[-len(row) + 1 :], row[1:], strict=True):
            # Which is which, however the table stands.
            parts_shown = {p.partition("=")[0]: p.partition("=")[2] for p in (row[0], column)}
            own = parts_shown.get("own", row[0])
            context = next((v for k, v in parts_shown.items() if v and k != "own"), "")
            shown[int(own[::-1], 2) | (int(context[::-1], 2) if context else 0) << m] = cell
    for v, u in enumerate(U):
        inside = D >> (v & (1 << m) - 1) & 1
        assert shown[v] == (str(u) if inside else f"({u})")
    assert TIES[ties].partition("a bit")[0] in text.replace("\n", " ")


@given(parts_of_choices())
@limits(max_examples=40)
def test_an_svg_shows_every_utility_within_the_page(parts):
    try:
        task = parse_task(text_of(*parts))
    except ArgumentError:
        return
    root = ElementTree.fromstring(draw_choice(task, "svg"))
    width, height = float(root.get("width")), float(root.get("height"))
    spaced = "{http://www.w3.org/2000/svg}"
    boxes = [r for r in root.iter(f"{spaced}rect") if r.get("class") == "utility"]
    assert len(boxes) == len(task.common_utility)
    for box in boxes:
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
        # What nobody has in training is not coloured, and nothing is filled with ink.
        assert box.get("fill") != "currentColor"
    _, m, s, _, _, _, D, _ = parts
    assert sum(box.get("fill") == "none" for box in boxes) == (((1 << m) - D.bit_count()) << s)
    texts = list(root.iter(f"{spaced}text"))
    assert all(0 <= float(t.get("y")) <= height and float(t.get("x")) <= width for t in texts)
    assert str(task) in root.get("aria-label")


def test_what_cannot_be_drawn_as_a_choice():
    with pytest.raises(ArgumentError, match="form: expected one of terminal, svg, got png"):
        draw_choice(parse_task("choice"), "png")
    unlike = OptimisationTask(2, 1, (0, 1), ((0, 1), (1, 0), (0, 1), (1, 1)), features=((0,), (1,)))
    assert unlike.common_utility is None
    for task in (parse_task("nim(ask=move)"), unlike):
        with pytest.raises(ArgumentError, match="task: expected a choice by one utility"):
            draw_choice(task)
    with pytest.raises(ArgumentError, match="task: expected a choice or a world"):
        task_svg(parse_task("adder"))
    assert task_svg(parse_task("thermostat")).startswith("<svg")


def test_a_choice_is_drawn_as_other_tasks_are_too():
    picture = draw_task(parse_task("choice(words=10,ties=excluded)"))
    assert picture.splitlines() == [
        "ab   1   0",
        "00   -   -",
        "10  *1   0",
        "01   0  *1",
        "11   -   -",
    ]
