"""Espresso PLA files of each type, as espresso's manual page reads them, and what is refused."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given, strategies as st
from task_cases import output_free_tasks, relation_tasks

from mesacircuits.circuits.names import Names
from mesacircuits.errors import ArgumentError, FileNote
from mesacircuits.tasks import (
    FunctionTask,
    RelationTask,
    parse_task,
    read_pla,
    task_notes,
    write_pla,
)
from mesacircuits.testing import function_tasks


@given(function_tasks(st.integers(1, 6), outputs=st.integers(1, 5), partial=True))
@example(parse_task("tt:1:0"))
def test_functions_round_trip(task):
    assert read_pla(write_pla(task)) == task
    assert read_pla(write_pla(task).encode()) == task


@given(output_free_tasks())
def test_outputs_free_on_their_own_round_trip(task):
    again = read_pla(write_pla(task))
    assert again == (task.to_function() if task.is_function() else task)
    assert again.word_masks == task.word_masks


@given(relation_tasks())
def test_a_relation_is_stated_or_refused(task):
    try:
        again = read_pla(write_pla(task))
    except ArgumentError as refusal:
        message = str(refusal)
        assert "JSON states other relations" in message
        assert not task.is_function()
    else:
        assert again.word_masks == task.word_masks


def test_one_of_two_words_is_no_pla():
    with pytest.raises(ArgumentError) as caught:
        write_pla(RelationTask(2, 2, ((0,), (1, 2), (0,), (0,))))
    assert str(caught.value) == (
        "task: expected outputs that are each free or not on their own "
        "(JSON states other relations), got {10, 01} on input 10"
    )


#: The terms of one file, read as each type.
TERMS = ".i 2\n.o 2\n{}11 10\n10 -1\n01 0-\n.e\n"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        # For the inputs 00, 10, 01, 11 each output's value; what else a term says has no meaning.
        ("f", ["00", "01", "00", "10"]),
        ("fd", ["00", "-1", "0-", "10"]),
        ("fr", ["--", "-1", "0-", "10"]),
    ],
)
def test_types(kind, words):
    task = read_pla(TERMS.format(f".type {kind}\n"))
    for x, text in enumerate(words):
        accepted = [w for w, mask in enumerate(task.word_masks) if mask >> x & 1]
        choices = [(0, 1) if c == "-" else (int(c),) for c in text]
        assert accepted == sorted(p + 2 * q for p in choices[0] for q in choices[1])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("r", ["1", "1", "0", "1"]),
        ("dr", ["1", "-", "0", "1"]),
        ("d", ["0", "-", "0", "0"]),
    ],
)
def test_types_of_espresso_without_an_on_set(kind, words):
    # The complement of the OFF-set and the DC-set is the ON-set; where neither is read, nothing is.
    text = f".i 2\n.o 1\n.type {kind}\n11 1\n10 -\n01 0\n.e\n"
    for phase in "", ".phase 1\n", ".phase 0\n":
        found = read_pla(phase + text)
        swapped = {"0": "1", "1": "0", "-": "-"} if "0" in phase else {w: w for w in "01-"}
        bits = [swapped[word] for word in words]
        on = sum(1 << x for x, word in enumerate(bits) if word == "1")
        support = sum(1 << x for x, word in enumerate(bits) if word != "-")
        assert found == parse_task(f"tt:2:{on:X}@{support:X}")


def meaning(kinds, terms):
    """Return what a PLA asks for on each input of two, by Espresso's sets; `?` for a clash."""
    told = ""
    for x in range(4):
        held = ""
        for kind, (cube, character) in zip(kinds, terms, strict=True):
            name = {"1": "f", "0": "r", "-": "d"}[character]
            if name in kind and all(c == "-" or int(c) == x >> i & 1 for i, c in enumerate(cube)):
                held += name
        # What is in no set; of two sets the one that has its way, unless they may not overlap.
        rest, order = {
            "f": ("0", "df"), "fd": ("0", "df"), "d": ("0", "df"), "fr": ("-", "fr"),
            "r": ("1", "rd"), "dr": ("1", "rd"), "fdr": ("?", "frd"),
        }[kinds[-1]]  # fmt: skip
        among = [{"f": "1", "r": "0", "d": "-"}[name] for name in order if name in held]
        clash = len(among) > 1 and kinds[-1] in ("r", "fr", "dr", "fdr")
        told += "?" if clash else [*among, rest][0]
    return told


CUBES = ["".join(cube) for cube in product("01-", repeat=2)]


@given(
    st.sampled_from(["f", "r", "d", "fd", "fr", "dr", "fdr"]),
    st.lists(st.tuples(st.sampled_from(CUBES), st.sampled_from("01-")), min_size=1, max_size=4),
    st.sampled_from("01"),
    st.booleans(),
)
def test_any_type_means_what_it_means_to_espresso(kind, terms, phase, late):
    place = len(terms) // 2 if late else 0
    lines = [f"{cube} {character}" for cube, character in terms]
    text = "\n".join([".i 2", ".o 1", f".phase {phase}", *lines[:place], f".type {kind}"])
    told = meaning(["fd"] * place + [kind] * (len(terms) - place), terms)
    if phase == "0":
        told = told.translate(str.maketrans("01", "10"))
    try:
        task = read_pla("\n".join([text, *lines[place:]]))
    except ArgumentError:
        assert "?" in told
    else:
        words = ["-" if len(words) == 2 else str(words[0]) for words in accepted(task)]
        assert "".join(words) == told


def accepted(task):
    relation = RelationTask.from_function(task) if isinstance(task, FunctionTask) else task
    return relation.accept


def test_labels_and_lines_as_espresso_and_abc_take_them():
    text = ".ilb x[0]\n.i 2\n.o 1\n"
    with pytest.raises(ArgumentError, match="expected 2 names after"):
        read_pla(text + "11 1")
    wrapped = ".i 3\n.o 2\n.title a b\n.ilb x\n y # two\n\nz\n.ob f g\n.author me\n1-1 10\n.e"
    with pytest.warns(FileNote) as said:
        task = read_pla(wrapped, "f")
    assert [str(note.message) for note in said] == [
        "f: passed over, as in Espresso: line 3 .title, line 9 .author"
    ]
    assert task.names == Names(("x", "y", "z"), ("f", "g"))
    assert read_pla(".ilb q p\n.ob f\n.i 2\n.o 1\n10 1").names == Names(("q", "p"), ("f",))
    assert read_pla(b"\xef\xbb\xbf.i 2\n.o 1\n11 1") == parse_task("tt:2:8")


def test_a_type_holds_for_the_terms_after_it():
    with pytest.warns(FileNote, match="line 4: terms before it are of type fd, as in Espresso"):
        # Without the type the first 0 says nothing.
        assert read_pla(".i 1\n.o 1\n0 0\n.type fr\n1 1") == parse_task("tt:1:2@2")


@given(function_tasks(st.integers(1, 3), outputs=st.integers(1, 3), partial=True))
def test_names_are_kept(task):
    names = Names(("x.y", ".a", "a b#c")[: task.inputs], ("x.y", "x.y", "f")[: task.outputs])
    named = replace(task, names=names)
    again = read_pla(write_pla(named))
    assert (again, again.names and again.names.inputs) == (
        task, ("x.y", "_.a", "a_b_c")[: task.inputs]
    )  # fmt: skip
    assert again.names.outputs == ("x.y_2", "x.y_3", "f")[: task.outputs]
    assert all("is written" in note for note in task_notes(named, "pla"))


def test_no_type_is_fd():
    assert read_pla(TERMS.format("")) == read_pla(TERMS.format(".type fd\n"))


def test_all_three_sets():
    text = ".i 2\n.o 1\n.type fdr\n11 1\n00 0\n01 -\n10 2\n"
    assert read_pla(text) == parse_task("tt:2:8@9")
    with pytest.raises(ArgumentError) as caught:
        read_pla(text.replace("10 2\n", "10 ~\n"))
    assert str(caught.value) == (
        "pla: expected each input in a set of output 1, in a file of type fdr, got input 10 in none"
    )


@pytest.mark.parametrize(
    ("text", "task"),
    [
        (".i 2\n.o 1\n1- 1\n-1 1\n.e\nanything after", "tt:2:E"),
        (".i 2\n.o 1\n1-1-11\n.end", "tt:2:E"),
        (".i 2\n.o 1\n1\n- 1\n-\n1 1\n.e", "tt:2:E"),
        (".i 2\n.o 1\n.p 99\n11\t1\r\n.e", "tt:2:8"),
        (".i 2\n.o 1\n12 4\n.e", "tt:2:A"),
        (".i 1\n.o 1\n.type fr\n1 4\n0 3", "tt:1:2"),
        (".i 2\n.o 3\n.e", "tt:2:0,0,0"),
        # ON and DC: free.
        (".i 2\n.o 1\n1- 1\n11 -\n.e", "tt:2:2@7"),
        (".i 2\n.o 1\n.phase 1\n11 1\n.e", "tt:2:8"),
        (".i 2\n.o 1\n.type f\n11 1\n00 -\n10 0\n01 ~\n.e", "tt:2:8"),
    ],
)
def test_odd_but_legal(text, task):
    assert read_pla(text) == parse_task(task)


#: As files of espresso's distribution are: labels, bars, comments, no end.
MACHINE = """\
# the next state
.i 4
.o 2
.ilb Q1 Q0 D N
.ob T1 T0
.p 3
0011|--
--1-|-0  # type fd: 0 says nothing
11--|1-
"""


def test_a_file_with_outputs_free_on_their_own():
    relation = read_pla(MACHINE)
    assert isinstance(relation, RelationTask)
    # Q1 is bit 0 of an input, and T1 bit 0 of a word.
    expected = {0b1100: (0, 1, 2, 3), 0b1111: (0, 1, 2, 3), 0b0011: (1, 3), 0b0100: (0, 1)}
    assert {x: relation.accept[x] for x in expected} == expected
    assert relation.accept[0b0000] == relation.accept[0b1000] == (0,)


def test_a_file_free_everywhere_is_a_relation():
    free = read_pla(".i 1\n.o 1\n.type fr\n.e")
    assert free == RelationTask(1, 1, ((0, 1), (0, 1)))


def test_the_first_column_is_input_a_and_bit_0():
    task = read_pla(".i 3\n.o 2\n100 10\n001 01\n.e")
    assert isinstance(task, FunctionTask)
    assert [task.word(x) for x in (0b001, 0b100)] == [(1, 0), (0, 1)]


REFUSED = [
    ("", "pla, line 1: expected .i and a number before this, got none"),
    (".i 2\n", "line 1: expected .o and a number before this"),
    (".o 1\n11 1", "line 2: expected .i and a number before this"),
    (".i 7\n", "line 1: expected .i and a number from 1 to 6, got 7"),
    (".i x", "line 1: expected .i and a number from 1 to 6, got x"),
    (".i", "line 1: expected .i and a number from 1 to 6, got nothing"),
    (".i \u0663", "line 1: expected .i and a number from 1 to 6"),
    (".i " + "9" * 5000, "line 1: expected .i and a number from 1 to 6"),
    (".i 1\n.i 1", "line 2: expected one .i, before the terms, got .i 1"),
    (".i 1\n.o 65", "line 2: expected .o and a number from 1 to 64, got 65"),
    (".i 1\n.o 1\n.p x", "line 3: expected .p and a number from 0 to 1000000000, got x"),
    (".type g", "line 1: expected .type f, r, d, fd, fr, dr, fdr, got g"),
    (".i 1\n.o 1\n1 1\n0 0\n.type fr\n1 0", "line 6: expected no input in the ON-set and the"),
    (".i 2\n.o 1\n.ilb a", "line 3: expected 2 names after .ilb, got 1"),
    (".i 2\n.o 1\n.ilb a\n.ob f", "line 4: expected 2 names after .ilb, got 1"),
    (".i 2\n.o 1\n.ilb a\n11 1", "line 4: expected .ilb and 2 names, got a 11 1"),
    (".ob f g\n.i 2\n.o 1\n11 1", "pla: expected 1 names after .ob, got 2"),
    (".ob f\n.ob f", "line 2: expected one .ob, got a second one, f"),
    (".phase 12", "line 1: expected one .phase, of a digit 1 or 0 for each output, got 12"),
    (".i 1\n.o 1\n.phase 10", "pla: expected a phase for each of 1 outputs, got 2"),
    (".i 1\n.o 1\n.type dr\n1 -\n- 0", "line 5: expected no input in the DC-set and the OFF-set"),
    (".mv 4 3 2", "line 1: expected a two-valued PLA without pairs or symbols, got .mv"),
    (".kiss", "line 1: expected a two-valued PLA without pairs or symbols, got .kiss"),
    (".i 2\n.o 1\n1x 1", "line 3: expected 0, 1 or - for an input, got x"),
    (".i 2\n.o 1\n1~ 1", "line 3: expected 0, 1 or - for an input, got ~"),
    (".i 2\n.o 1\n11 x", "line 3: expected 0, 1, -, ~, 2, 3 or 4 for an output, got x"),
    (".i 2\n.o 1\n11 1\n11", "line 4: expected a term of 3 characters, got 11"),
    (".i 2\n.o 1\n11\n.e", "line 3: expected a term of 3 characters, got 11"),
    (
        ".i 3\n.o 2\n.type fr\n1-- 11\n-10 ~0\n",
        "line 5: expected no input in the ON-set and the OFF-set of output 2, got input 110",
    ),
    (
        ".i 1\n.o 1\n.type fdr\n1 1\n- -\n",
        "line 5: expected no input in the ON-set and the DC-set of output 1, got input 1",
    ),
    (
        ".i 1\n.o 5\n1 -1111\n",
        "pla: expected at most 4 outputs where their don't-cares differ, got 5",
    ),
]


@pytest.mark.parametrize(("text", "part"), REFUSED)
def test_what_is_no_pla_is_refused(text, part):
    with pytest.raises(ArgumentError) as caught:
        read_pla(text)
    assert part in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


LINES = [".i 2", ".o 1", ".o 2", ".type fr", ".type fdr", ".p 1", ".e", ".ilb a b", "#", "11 1"]
LINES += ["-- -", "01", "1", "0~ 0", "1-|1-", ".phase 11", ".", "2", "\x85"]


@given(st.lists(st.sampled_from(LINES)).map("\n".join) | st.text() | st.binary())
def test_any_data_is_a_task_or_refused(data):
    try:
        task = read_pla(data, "a\nfile")
    except ArgumentError as refusal:
        message = str(refusal)
        assert len(message.splitlines()) == 1
        assert message.startswith("a file")
    else:
        assert read_pla(write_pla(task)) == task
