"""Sentences read back as written; what is wrong is named by word, column and nearest word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mesacircuits.circuits.bases import BASES
from mesacircuits.conjectures.sentence import (
    MOST_GATES,
    QUANTIFIERS,
    SENTENCE_ORDERS,
    Sentence,
    parse_sentence,
)
from mesacircuits.definitions import (
    REENCODINGS,
    Contains,
    ControlLike,
    Definition,
    LookupTable,
    SearchLike,
    definition_record,
)
from mesacircuits.enumeration import ORDERS
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.studies.universe import Functions, Universe
from mesacircuits.testing import function_tasks


def definitions() -> SearchStrategy[Definition]:
    plain = (
        st.builds(
            SearchLike,
            candidates=st.integers(2, 5),
            objective_gates=st.integers(0, 12),
            reencoding=st.sampled_from(REENCODINGS),
        )
        | st.builds(LookupTable, st.none() | st.integers(1, 64))
        | st.just(ControlLike())
    )
    return plain | st.builds(Contains, plain | st.builds(Contains, plain), st.integers(1, 3))


def sentences() -> SearchStrategy[Sentence]:
    tasks = function_tasks(st.integers(1, 6), outputs=st.integers(1, 2))
    return st.sampled_from(SENTENCE_ORDERS).flatmap(
        lambda order: st.builds(
            Sentence,
            st.sampled_from(list(QUANTIFIERS)),
            st.just(order),
            st.integers(1, 5).map(Universe.of_functions) | tasks.map(Universe.of_task),
            st.sampled_from(list(BASES.values())),
            definitions(),
            cap=st.integers(0, MOST_GATES) if ORDERS[order].takes_cap else st.none(),
        )
    )


def refusal(text: str) -> ArgumentError:
    with pytest.raises(ArgumentError) as raised:
        parse_sentence(text)
    assert "\n" not in str(raised.value)
    return raised.value


def refused_at(text: str, place: int, column: int) -> ArgumentError:
    error = refusal(text)
    assert error.argument == f"sentence, word {place}, column {column}"
    return error


@given(sentences())
def test_sentences_read_back_as_written(sentence: Sentence) -> None:
    assert parse_sentence(str(sentence)) == sentence
    record = sentence.to_json()
    assert parse_sentence(record["sentence"]) == sentence
    assert record["universe"] == sentence.universe.to_json()


@st.composite
def spaced(draw: DrawFn, words: list[str]) -> str:
    """Draw a text of these words with any white space around them."""
    gaps = [draw(st.sampled_from([" ", "  ", "\t", " \n "])) for _ in words]
    ends = st.sampled_from(["", " "])
    return draw(ends) + "".join(w + g for w, g in zip(words, gaps, strict=True)) + draw(ends)


@given(sentences(), st.data())
def test_white_space_does_not_matter(sentence: Sentence, data: st.DataObject) -> None:
    assert parse_sentence(data.draw(spaced(str(sentence).split()))) == sentence


@given(
    sentences().filter(lambda s: s.universe.only_functions),
    st.integers(1, 9),
    st.data(),
)
def test_a_typo_in_any_word_is_named_and_corrected(
    sentence: Sentence, place: int, data: st.DataObject
) -> None:
    words = str(sentence).split()
    right = words[place - 1]
    name = right.partition("(")[0]
    # A letter written twice, or one left out (but the first, which tells words best).
    twice = data.draw(st.booleans())
    letter = data.draw(st.integers(0 if twice else 1, len(name) - 1))
    typo = name[:letter] + name[letter] * 2 * twice + name[letter + 1 :]
    words[place - 1] = typo + right[len(name) :]
    text = data.draw(spaced(words))
    start = [*re.finditer(r"\S+", text)][place - 1]
    assert start[0] == words[place - 1]
    error = refused_at(text, place, start.start() + 1)
    # A universe is suggested by its form, as the number is not known to be right.
    suggested = "functions(4)" if name == "functions" else name
    assert f"(did you mean {suggested}?)" in str(error)
    assert f"'{typo}" in str(error)


@given(sentences(), st.integers(1, 9), st.text("xyzw", min_size=5, max_size=8))
def test_a_word_like_no_other_is_named_with_what_was_expected(
    sentence: Sentence, place: int, word: str
) -> None:
    words = str(sentence).split()
    column = len(" ".join(words[: place - 1])) + (place > 1) + 1
    error = refused_at(" ".join([*words[: place - 1], word, *words[place:]]), place, column)
    expected = {
        1: "'no' or 'every' or 'some'",
        2: "'size-minimal' or 'depth-size-minimal' or 'size-depth-minimal'",
        3: "'circuit'",
        4: "'of'",
        5: "functions(N) or a task tt:N:HEX",
        6: "'over'",
        7: "'b2'",
        8: "'is'",
        9: "'search-like' or 'control-like' or 'lookup-table'",
    }
    assert expected[place] in error.expected
    assert "did you mean" not in str(error)


@given(sentences(), st.integers(0, 8), st.sampled_from(["", " ", "  "]))
def test_a_sentence_that_stops_early_is_refused_at_its_end(
    sentence: Sentence, kept: int, gap: str
) -> None:
    text = " ".join(str(sentence).split()[:kept]) + gap
    assert "the end" in str(refused_at(text, kept + 1, len(text) + 1))


@given(sentences(), st.sampled_from(["indeed", "(indeed)", "is", "."]))
def test_trailing_words_are_refused(sentence: Sentence, word: str) -> None:
    error = refused_at(f"{sentence}  {word}  more", 10, len(str(sentence)) + 3)
    assert error.expected == "the end of the sentence"


def with_universe(universe: str) -> str:
    return f"no size-minimal circuit of {universe} over b2 is search-like"


@pytest.mark.parametrize(
    ("universe", "said"),
    [
        ("functions(0)", "from 1 to 5"),
        ("functions(6)", "from 1 to 5"),
        ("functions(999)", "from 1 to 5"),
        ("functions(1000)", "functions(N)"),
        ("functions()", "functions(N)"),
        ("functions(-1)", "functions(N)"),
        ("functions(4", "functions(N)"),
        ("functions", "functions(N)"),
        ("tt:7:0", "from 1 to 6"),
        ("tt:0:0", "from 1 to 6"),
        ("tt:3:1FF", "tt"),
        ("tt:3:XY", "tt"),
        ("tt:3", "tt:3:HEX"),
        ("tt:3:", "task"),
        ("expr:a&", "task"),
        ("expr:a&g", "task"),
    ],
)
def test_universes_out_of_range_are_refused(universe: str, said: str) -> None:
    error = refused_at(with_universe(universe), 5, 28)
    assert said in str(error)


def test_an_expression_without_spaces_is_a_universe() -> None:
    sentence = parse_sentence(with_universe("expr:a&~b"))
    assert str(sentence) == with_universe("tt:2:2")
    assert [task.inputs for _, task in sentence.universe.tasks] == [2]


@pytest.mark.parametrize(
    ("universe", "read"),
    [
        ("argmax( candidates = 3 )", "argmax(candidates=3)"),
        ("thermostat ; library;functions( 2 , outputs=2 )",
         "thermostat; library; functions(2,outputs=2)"),
        ("tt:3:96,E8; expr:a&b", "tt:3:96,E8; tt:2:8"),
    ],
)  # fmt: skip
def test_universes_are_joined(universe: str, read: str) -> None:
    sentence = parse_sentence(with_universe(universe))
    assert str(sentence) == with_universe(read)
    assert parse_sentence(str(sentence)) == sentence


@pytest.mark.parametrize("universe", ["mine.json", "file:mine.json", "exemplars", "tt:3:E8;"])
def test_a_sentence_opens_no_file_and_takes_no_given_solvers(universe: str) -> None:
    refused_at(with_universe(universe), 5, 28)


@pytest.mark.parametrize(
    ("solver", "universe", "said"),
    [
        ("controller", "thermostat; bandit(state_bits=0)", None),
        ("mealy", "maze(state_bits=1); bandit", None),
        ("controller", "thermostat; bandit", "without state, for controller, got bandit"),
        ("mealy", "bandit; thermostat", "with bits of state, for mealy, got thermostat"),
        ("controller", "functions(2)", "got functions(2)"),
        ("mealy", "tt:2:8", "got tt:2:8"),
    ],
)
def test_what_a_circuit_is_called_depends_on_its_tasks(solver, universe, said) -> None:
    text = f"every size-minimal {solver} of {universe} over b2 is control-like"
    if said is None:
        sentence = parse_sentence(text)
        assert parse_sentence(str(sentence)) == sentence
        assert sentence.solver == solver
    else:
        assert said in str(refusal(text))


def test_a_sentence_names_at_most_256_tasks() -> None:
    error = refused_at(with_universe(";".join(["weather(steps=2,state_bits=2)"] * 257)), 5, 28)
    assert "at most 256 parts, got 257 parts" in str(error)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("search-like(objectiv_gates=2)", "did you mean objective_gates"),
        ("search-like(gates=2)", "dial of search-like"),
        ("lookup-table(inputs_per_cel=2)", "did you mean inputs_per_cell"),
        ("control-like(gain=2)", "expected least_rank"),
        ("search-like(objective_gates)", "NAME=VALUE"),
        ("search-like(objective_gates=)", "NAME=VALUE"),
        ("search-like(objective_gates=-1)", "objective_gates"),
        ("search-like(objective_gates=two)", "objective_gates"),
        ("search-like(objective_gates=" + "9" * 5000 + ")", "objective_gates"),
        ("search-like(objective_gates=\u00b2)", "objective_gates"),
        ("search-like(candidates=1)", "a whole number from 2"),
        ("search-like(candidates=2,candidates=3)", "candidates once"),
        ("search-like(wires_per_score=4)", "wires_per_score"),
        ("search-like(reencoding=all)", "one of common, none, per-group"),
        ("lookup-table(inputs_per_cell=0)", "a whole number from 1"),
        ("lookup-table(inputs_per_cell=1", "lookup-table"),
    ],
)
def test_unknown_dials_are_refused(tag: str, said: str) -> None:
    text = f"no size-minimal circuit of functions(4) over b2 is {tag}"
    assert said in str(refused_at(text, 9, 52))


def test_dials_are_recorded() -> None:
    start = "some depth-size-minimal circuit of tt:3:7E over aig is "
    sentence = parse_sentence(start + "search-like( objective-gates = 2 )")
    assert sentence.definition == SearchLike(objective_gates=2)
    record = sentence.to_json()
    assert record["definition"] == definition_record(sentence.definition)
    assert (record["quantifier"], record["order"], record["basis"]) == (
        "some",
        "depth-size",
        "aig",
    )
    assert str(sentence).endswith("is search-like(objective_gates=2)")


@given(st.text() | st.lists(st.sampled_from(with_universe("tt:3:E8(").split())).map(" ".join))
def test_any_text_is_read_or_refused_in_order(text: str) -> None:
    try:
        shown = str(parse_sentence(text))
    except MesacircuitsError as error:
        shown = str(error)
    if not re.match(r"sentence, word \d+, column \d+: expected ", shown):
        assert str(parse_sentence(shown)) == shown


@pytest.mark.parametrize("inputs", [0, 6, -1, "4", 2.0, None])
def test_universes_check_their_number(inputs: object) -> None:
    with pytest.raises(ArgumentError) as raised:
        Functions(inputs)  # type: ignore[arg-type]
    assert raised.value.argument == "inputs"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("every shortest program of argmax is search-like",
         "every length-minimal program of argmax over fair is search-like"),
        ("no smallest circuit of tt:3:E8 is search-like",
         "no size-minimal circuit of tt:3:E8 over b2 is search-like"),
        ("some kt-minimal program of rock; functions(1) over inc+jz is control-like", ""),
        ("no bits-minimal program of argmax over oracle-search is lookup-table", ""),
        ("no queries-minimal program of argmax is search-like",
         "no queries-minimal(cap=4) program of argmax over fair is search-like"),
        ("no mean-time-minimal(cap=2) program of argmax over fair is search-like", ""),
    ],
)  # fmt: skip
def test_sentences_about_programs_and_short_forms(text: str, read: str) -> None:
    sentence = parse_sentence(text)
    assert str(sentence) == (read or text)
    assert parse_sentence(str(sentence)) == sentence


@pytest.mark.parametrize(
    ("text", "place", "column", "said"),
    [
        ("no length-minimal circuit of argmax is search-like", 2, 4, "'size-minimal'"),
        ("no shortest circuit of argmax is search-like", 2, 4, "'size-minimal'"),
        ("no size-minimal program of argmax is search-like", 2, 4, "'length-minimal'"),
        ("no f:t-minimal program of argmax is search-like", 2, 4, "'length-minimal'"),
        ("no bits-minimal(cap=3) program of argmax is search-like", 2, 4, "takes no cap"),
        ("no size-minimal(cap=3) circuit of argmax is search-like", 2, 4, "takes no cap"),
        ("no depth-minimal circuit of argmax is search-like", 2, 4, "cap=N"),
        ("no depth-minimal(cap=65) circuit of argmax is search-like", 2, 4, "from 0 to 64"),
        ("no queries-minimal(cap=65) program of argmax is search-like", 2, 4, "from 0 to 64"),
        ("no queries-minimal(cap=x) program of argmax is search-like", 2, 4, "from 0 to 64"),
        ("no queries-minimal(most=3) program of argmax is search-like", 2, 4, "from 0 to 64"),
        ("no queries-minimal( program of argmax is search-like", 2, 4, "(cap=N)"),
        ("no shortest program of argmax over abacus is search-like", 7, 36, "one of fair"),
        ("no shortest program of argmax by b2", 6, 31, "'over' or 'is'"),
        ("no shortest program of functions(4) is search-like", 5, 24, "at most 3 inputs"),
    ],
)
def test_what_no_sentence_about_programs_says(
    text: str, place: int, column: int, said: str
) -> None:
    assert said in str(refused_at(text, place, column))
