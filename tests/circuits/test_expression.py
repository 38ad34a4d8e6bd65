"""Boolean expressions against Python's own evaluation, and the columns of what is refused."""

import pytest
from hypothesis import given, strategies as st

from mesacircuits.circuits import TruthTable, parse_expression
from mesacircuits.circuits.truthtable import tokens_of, variables_of
from mesacircuits.errors import ArgumentError

INPUTS = 4
SPELLINGS = {
    "~": ["~", "!", "not ", "NOT "],
    "&": ["&", " and "],
    "^": ["^", " xor "],
    "|": ["|", " or ", " Or "],
}

# Python's &, ^ and | on 0 and 1 bind as ours do; ~ is written (1-...) for it.
leaves = st.sampled_from([(c, c) for c in "abcd01"] + [("B", "b")])
symbols = st.sampled_from("&^|").flatmap(
    lambda symbol: st.sampled_from(SPELLINGS[symbol]).map(lambda spelled: (spelled, symbol))
)


def joined(pieces):
    return tuple(map("".join, zip(*pieces, strict=True)))


def extended(atoms):
    inverted = st.tuples(st.sampled_from(SPELLINGS["~"]), atoms).map(
        lambda case: (f"{case[0]}{case[1][0]}", f"(1-{case[1][1]})")
    )
    # A chain of atoms without parentheses, for precedence is what is under test.
    chains = st.lists(st.tuples(symbols, atoms | inverted), min_size=1, max_size=5).map(
        lambda links: joined([piece for link in links for piece in link][1:])
    )
    return inverted | chains.map(lambda e: (f"( {e[0]} )", f"({e[1]})"))


atoms = st.recursive(leaves, extended, max_leaves=12)
expressions = st.lists(st.tuples(symbols, atoms), min_size=1, max_size=4).map(
    lambda links: joined([piece for link in links for piece in link][1:])
)


@pytest.mark.parametrize("first", "&^|")
@pytest.mark.parametrize("second", "&^|")
@pytest.mark.parametrize("inverted", ["", "~"])
def test_precedence(first, second, inverted):
    text = f"a {first} b {second} {inverted}c"
    expected = TruthTable.of(
        3,
        lambda x: eval(text, {"a": -(x & 1), "b": -(x >> 1 & 1), "c": -(x >> 2 & 1)}) & 1,
    )
    assert parse_expression(text, 3) == expected


@given(expressions)
def test_expressions_mean_what_python_says(case):
    ours, pythons = case
    code = compile(pythons, "expression", "eval")
    expected = TruthTable.of(
        INPUTS, lambda x: eval(code, {c: x >> i & 1 for i, c in enumerate("abcd")})
    )
    assert parse_expression(ours, INPUTS) == expected
    assert variables_of(ours) == max((ord(c) - 96 for c in pythons if c.isalpha()), default=0)


@given(expressions, st.data())
def test_a_stray_symbol_is_found_at_its_column(case, data):
    text = case[0]
    places = [t.column for t in tokens_of(text)] + [len(text) + 1]
    column = data.draw(st.sampled_from(places))
    broken = f"{text[: column - 1]}? {text[column - 1 :]}"
    with pytest.raises(ArgumentError, match=rf"got '\?' at column {column}$"):
        parse_expression(broken, INPUTS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: expected an input (a to c), 0, 1, '~' or '(', got the end at column 1"),
        ("a &", "f: expected an input (a to c), 0, 1, '~' or '(', got the end at column 4"),
        ("a b", "f: expected &, ^, | or the end, got 'b' at column 3"),
        ("(a", "f: expected ')' or an operator, got the end at column 3"),
        ("a)", "f: expected &, ^, | or the end, got ')' at column 2"),
        ("a & | b", "f: expected an input (a to c), 0, 1, '~' or '(', got '|' at column 5"),
        ("a & d", "f: expected an input (a to c), 0, 1, '~' or '(', got 'd' at column 5"),
        ("a and xyz", "f: expected an input (a to c), 0, 1, '~' or '(', got 'xyz' at column 7"),
        ("a ^ 2", "f: expected an input (a to c), 0, 1, '~' or '(', got '2' at column 5"),
        ("a &\n\n+", "f: expected an input (a to c), 0, 1, '~' or '(', got '+' at column 6"),
    ],
)
def test_errors_name_the_column(text, message):
    with pytest.raises(ArgumentError) as caught:
        parse_expression(text, 3, "f")
    assert str(caught.value) == message


@pytest.mark.parametrize("letter", ["\u0130", "\u212a", "\u00e9", "\u0430"])
def test_letters_of_other_alphabets_are_no_inputs(letter):
    # The first lowers to two characters, the second (the Kelvin sign) to an ASCII k.
    assert variables_of(letter) == 0
    with pytest.raises(ArgumentError, match=r"at column 1$"):
        parse_expression(letter, 16)


@pytest.mark.parametrize("opened", ["(", "~"])
def test_nesting_is_bounded_below_pythons_own_limit(opened):
    closed = ")" if opened == "(" else ""
    assert parse_expression(opened * 100 + "a" + closed * 100, 1).bits == 2
    with pytest.raises(ArgumentError, match=r"nested parentheses and negations.* at column 102"):
        parse_expression(opened * 10_000 + "a" + closed * 10_000, 1)
    assert parse_expression("^".join("a" * 10_001), 1).bits == 2


@given(
    st.text(alphabet=st.sampled_from("abcz01()~!&^|,;xor not\t\n\u0130\u00df"), max_size=20)
    | st.text()
)
def test_any_text_is_read_or_refused(text):
    try:
        assert parse_expression(text, 2).inputs == 2
    except ArgumentError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1
    assert 0 <= variables_of(text) <= 26
