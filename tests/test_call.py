"""Calls as texts state them, and what parameters read; each reader goes through a text once."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from mesacircuits.call import Call, Parameter, check_whole, named_values, read_all
from mesacircuits.errors import ArgumentError

NAMES = st.from_regex(r"[a-z][a-z_-]{0,8}", fullmatch=True)
VALUES = (
    st.integers(-(10**8), 10**8)
    | st.from_regex(r"[a-z][a-z/-]{0,5}", fullmatch=True)
    | st.sampled_from(("argmax(levels=2,ties=first)", "a(b(c,d),e)"))
    | st.none()
)


@given(
    st.sampled_from(("", "some/file (1).py:", "a(b/mine.py:")),
    NAMES,
    st.dictionaries(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), VALUES, max_size=3),
)
def test_texts_and_calls_are_one_to_one(file, name, arguments):
    call = Call(file + name, arguments)
    read = Call.parse(str(call), "call")
    assert (read.name, read.values) == (call.name, arguments)
    assert Call.parse(str(read), "call") == read


@given(st.text("ab(),= -", max_size=20))
def test_what_is_read_is_written_as_it_is_read(text):
    try:
        call = Call.parse(text, "call")
    except ArgumentError:
        return
    assert Call.parse(str(call), "call") == call


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "call: expected NAME or NAME(NAME=VALUE,...), got nothing"),
        ("(a=1)", "call: expected NAME or"),
        ("deep)", "call: expected NAME or"),
        ("deep(x=1", "call: expected NAME or"),
        ("mine(1).py:deep(", "call: expected NAME or"),
        ("f(a)()", "call: expected NAME or"),
        ("deep(x)", "call: expected NAME=VALUE, got x"),
        ("deep(=1)", "call: expected NAME=VALUE, got =1"),
        ("deep(x=1,)", "call: expected NAME=VALUE, got nothing"),
        ("deep(x-y=1,x_y=2)", "call: expected x_y once, got x_y=2"),
    ],
)
def test_texts_that_are_no_calls(text, said):
    with pytest.raises(ArgumentError) as caught:
        Call.parse(text, "call")
    assert str(caught.value).startswith(said)


def test_a_first_value_without_a_name():
    assert Call.parse("f(3, outputs=2)", "call", "inputs").values == {"inputs": 3, "outputs": 2}
    assert Call.parse("f(tt:2:6,8)", "call", "task").arguments == {"task": "tt:2:6,8"}
    assert Call.parse("f(g(a=1,b=2))", "call", "task").arguments == {"task": "g(a=1,b=2)"}
    with pytest.raises(ArgumentError, match=r"call: expected f\(TASK\), got f\(n=1\)"):
        Call.parse("f(n=1)", "call", "task")


@pytest.mark.parametrize(
    "text",
    [
        "f" + "(" * 10**6,
        "f" + ")" * 10**6,
        "(" * 500_000 + ")" * 500_000,
        "f(" + "a=1," * 250_000 + ")",
        "f(" + "a" * 10**6 + "=1," + "a" * 10**6 + "=1)",
        "f(" + " " * 10**6 + ")",
        "f(" + "a=(" + "," * 10**6 + "))",
        "f(a" + " " * 10**6 + "b=1)",
        ".py:" * 250_000 + "(",
    ],
    ids=range(9),
)
def test_long_texts_are_read_once(text):
    said = []
    for first in ("first", ""):
        try:
            Call.parse(text, "call", first)
        except ArgumentError as error:
            said.append(str(error))
    assert all(len(line) < 300 for line in said)


def test_names_given_twice_or_unknown():
    with pytest.raises(ArgumentError, match="--set: expected a once, got a=2"):
        named_values(["a=1", "a=2"], "--set")
    with pytest.raises(ArgumentError, match=r"it: expected bits, got bit \(did you mean bits"):
        read_all("it", [Parameter("bits", 3, "how many")], {"bit": 1})


def test_ranges():
    wide = Parameter("inputs", (1, 2), "several", least=1, most=4)
    assert wide.range_text == "numbers such as 3, 1,3 or 1..4 from 1 to 4"
    assert [wide.read(v) for v in ("2..4", " 1 , 3", [2], 4)] == [(2, 3, 4), (1, 3), (2,), (4,)]
    for value in ("4..2", "0,1", "", None, 1.0, True, "9" * 10**6):
        with pytest.raises(ArgumentError, match="inputs: expected numbers such as"):
            wide.read(value)
    assert Parameter("at", 0, "where", most=3).range_text == "a whole number up to 3"
    assert Parameter("share", Fraction(1), "which", values=(0, 1)).read("1") == 1
    assert Parameter("name", "b2", "which").read(" aig ") == "aig"
    for value in (-1, True, 1.0, "1", None):
        with pytest.raises(ArgumentError, match="n: expected a whole number from 0, got"):
            check_whole("n", value)
