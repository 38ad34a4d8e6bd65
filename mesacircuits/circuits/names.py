"""Names that files give to inputs and outputs: labels, no part of what a circuit or a task is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from mesacircuits.circuits.truthtable import MAX_TABLE_INPUTS, input_name
from mesacircuits.errors import ArgumentError

__all__ = [
    "Names", "distinct", "gate_prefix", "input_names_of", "input_words", "name_of_word",
    "named_json", "names_of", "quoted", "reworded", "shown_words", "usual_names", "word_of",
]  # fmt: skip

_WORD = re.compile(r"[A-Za-z_]\w*")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')
#: The word that stands for a name that is none, while a text is read.
_STAND_IN = re.compile(r"\b_q((?:[0-9a-f]{2})+)\b")
#: What gates are called by, in this order of preference, and a number.
_PREFIXES = ("g", "n", "w", "t")


@dataclass(frozen=True, slots=True)
class Names:
    """What the inputs and the outputs of a circuit or of a task are called.

    Arguments:
        inputs: a name for each input, no two alike.
        outputs: a name for each output; it may be that of an input, or of another output, as files
            have it where these are one signal.

    Raises `ArgumentError` for names that are empty or go over several lines, and for two inputs of
    one name.

    >>> Names(("x", "y"), ("sum",)).inputs
    ('x', 'y')
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def __post_init__(self) -> None:
        for place in ("inputs", "outputs"):
            listed = tuple(getattr(self, place))
            object.__setattr__(self, place, listed)
            for name in listed:
                if not isinstance(name, str) or name.splitlines() != [name]:
                    raise ArgumentError(f"names.{place}", "names of one line each", name)
        if len({*self.inputs}) < len(self.inputs):
            again = next(name for name in self.inputs if self.inputs.count(name) > 1)
            raise ArgumentError("names.inputs", "each name once", again)

    @classmethod
    def of_file(cls, inputs: Sequence[str | None], outputs: Sequence[str | None]) -> Names | None:
        """Return the names that a file gives, those that it lacks as they are without a file.

        None if the file says nothing new. Of inputs of one name all but the first are numbered.

        >>> Names.of_file([None, "x", "x"], ["f"])
        Names(inputs=('a', 'x', 'x_2'), outputs=('f',))
        >>> Names.of_file(["a", "b"], [None]) is None
        True
        """
        given = [[_one_line(name) for name in listed] for listed in (inputs, outputs)]
        usual = usual_names(len(inputs), len(outputs))
        taken = {name for name in chain(*given) if name}
        found = []
        for own, others in zip(given, usual, strict=True):
            names = []
            for name, other in zip(own, others, strict=True):
                while not name and other in taken:
                    other += "_"
                names.append(name or other)
            found.append(names)
        free = distinct()
        named = cls(tuple(free(name) for name in found[0]), tuple(found[1]))
        return None if (named.inputs, named.outputs) == usual else named

    def to_json(self) -> dict[str, list[str]]:
        """Return the names as JSON values.

        >>> Names(("x",), ("f",)).to_json()
        {'inputs': ['x'], 'outputs': ['f']}
        """
        return {"inputs": [*self.inputs], "outputs": [*self.outputs]}

    def __str__(self) -> str:
        listed = (", ".join(map(quoted, each)) or "none" for each in (self.inputs, self.outputs))
        return "inputs {}; outputs {}".format(*listed)

    def check(self, inputs: int, outputs: int) -> None:
        """Raise `ArgumentError` unless there is a name for each of so many inputs and outputs.

        >>> Names(("x",), ("f",)).check(1, 1)
        """
        if (len(self.inputs), len(self.outputs)) != (inputs, outputs):
            expected = f"names of {inputs} inputs and {outputs} outputs"
            raise ArgumentError("names", expected, f"{len(self.inputs)} and {len(self.outputs)}")


def _one_line(name: str | None) -> str:
    return "_".join((name or "").splitlines())


def usual_names(inputs: int, outputs: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of inputs and outputs where no file gives any.

    >>> usual_names(2, 2)
    (('a', 'b'), ('out0', 'out1'))
    """
    many = tuple(f"out{i}" for i in range(outputs))
    return tuple(map(input_name, range(inputs))), ("out",) if outputs == 1 else many


def names_of(named: object) -> Names | None:
    """Return the names of a circuit or a task, if a file gave it any.

    >>> names_of("a task of another kind") is None
    True
    """
    return getattr(named, "names", None)


def input_names_of(named: object) -> tuple[str, ...] | None:
    """Return what the inputs of a circuit or a task are called, if a file said so.

    >>> input_names_of("a task of another kind") is None
    True
    """
    names = names_of(named)
    return None if names is None else names.inputs


def distinct(taken: Iterable[str] = ()) -> Callable[[str], str]:
    """Return what gives each name that it is asked for once: then numbered, `x`, `x_2`, `x_3`.

    >>> free = distinct(["y"])
    >>> [free(name) for name in ("x", "x", "y", "x_2")]
    ['x', 'x_2', 'y_2', 'x_2_2']
    """
    used, next_of = {*taken}, dict[str, Iterable[int]]()

    def free(name: str) -> str:
        found = name
        numbers = iter(next_of.setdefault(name, count(2)))
        while found in used:
            found = f"{name}_{next(numbers)}"
        used.add(found)
        return found

    return free


def named_json(named: object) -> dict[str, Any]:
    """Return what goes beside the JSON values of a circuit or a task that has names; else nothing.

    >>> named_json("a task of another kind")
    {}
    """
    names = names_of(named)
    return {} if names is None else {"names": names.to_json()}


def input_words(inputs: int, names: Sequence[str] | None = None) -> dict[str, int]:
    """Return the words that texts call inputs by (see `word_of`), with their places.

    These are the names, one for each input; and a, b, c, ... too, if none of the names is such a
    letter, or where there are no names.

    >>> input_words(2), input_words(2, ("b", "a")), input_words(2, ("x", "y"))
    ({'a': 0, 'b': 1}, {'b': 0, 'a': 1}, {'a': 0, 'b': 1, 'x': 0, 'y': 1})
    """
    letters = {input_name(i): i for i in range(inputs)}
    if names is None:
        return letters
    words = {word_of(name): i for i, name in enumerate(names)}
    lettered = any(input_name(i) in words for i in range(MAX_TABLE_INPUTS))
    return words if lettered else letters | words


def gate_prefix(names: Iterable[str]) -> str:
    """Return the word that gates are called by, with a number after it: none of the names is so.

    >>> gate_prefix(["a", "b"]), gate_prefix(["g1", "n7"])
    ('g', 'w')
    """
    heads = {name.rstrip("0123456789") for name in names if name[-1:].isdigit()}
    longer = ("g" + "_" * length for length in count(1))
    return next(prefix for prefix in chain(_PREFIXES, longer) if prefix not in heads)


def quoted(name: str) -> str:
    """Return a name as texts of circuits write it: in quotes unless it is a word.

    >>> quoted("x"), quoted("x[0]")
    ('x', '"x[0]"')
    """
    return name if _is_word(name) else json.dumps(name, ensure_ascii=False)


def _is_word(name: str) -> bool:
    return bool(_WORD.fullmatch(name)) and not _STAND_IN.fullmatch(name)


def reworded(text: str) -> str:
    """Return a text of a circuit with a word in the place of each name in quotes.

    >>> reworded('"x" & "x[0]"')
    'x & _q785b305d'
    """

    def word(found: re.Match[str]) -> str:
        try:
            name = json.loads(found[0])
        except ValueError:
            name = ""
        # What is no name stays, to be refused by whoever reads the text.
        return word_of(name) if name.splitlines() == [name] else found[0]

    return _QUOTED.sub(word, text)


def word_of(name: str) -> str:
    """Return the word that stands for a name in what `reworded` gives.

    >>> word_of("x"), word_of("0")
    ('x', '_q30')
    """
    return name if _is_word(name) else f"_q{name.encode('utf-8', 'surrogatepass').hex()}"


def name_of_word(word: str) -> str:
    """Return the name that a word of a reworded text stands for.

    >>> name_of_word(word_of("x[0]"))
    'x[0]'
    """
    found = _STAND_IN.fullmatch(word)
    return bytes.fromhex(found[1]).decode("utf-8", "backslashreplace") if found else word


def shown_words(text: str) -> str:
    """Return a text with the quoted names in the place of their words again.

    >>> shown_words(reworded('"x[0]" & y'))
    '"x[0]" & y'
    """
    return _STAND_IN.sub(lambda found: quoted(name_of_word(found[0])), text)
