"""Claims that count functions: whichever member stands for a class, they find the same.

Such a claim looks at one function of each class and counts it as often as the class has members.
That is right only if what it counts is the same for all of them: invariant under permuting and
inverting inputs, and inverting what is computed. Here other members, drawn at random, are put in
the place of those that the claim would have looked at.
"""

import random
import re
import sys
from collections import defaultdict
from dataclasses import replace

import pytest

from mesacircuits.circuits import NPNTransform, TruthTable, npn
from mesacircuits.conjectures import check, evidence
from mesacircuits.conjectures.registry import registered
from mesacircuits.enumeration import Effort, symmetry
from mesacircuits.studies import completions, shares
from mesacircuits.tasks import FunctionTask

#: What claims take classes from, with the claims that do, and take another member there. Left out
#: is what looks a class up by its least member, which stands for the class and is not counted.
COUNTING = {
    "npn_classes": [
        "smaller-honest", "one-task", "one-of-the-shortest", "gradual", "mass-production",
        "base-and-run-time-bits", "reachability", "range",
    ],
    "classes_of": [
        "treacherous", "training-flag", "noise-is-a-table", "rare-error", "base-and-run-time-bits",
        "hard-coded", "tables-beat-search",
    ],
    "partial_classes": ["treacherous", "restriction"],
    "tagged_classes": [
        "contains-search", "more-minima-more-risk", "one-of-the-shortest", "smoothed", "range",
        "statefulness", "runtime-information", "information-funnel",
    ],
}  # fmt: skip
LONG = {"gradual", "mass-production", "rare-error", "hard-coded", "smoothed", "one-task", "range"}
LONG |= {"information-funnel", "smaller-honest", "base-and-run-time-bits", "noise-is-a-table"}
#: Over the smaller universe, or of more inputs, they take circuits by rank, which goes by tables.
BY_RANK = {"gradual", "one-task"}


class Others:
    """Members of classes, the same one for each that it is asked for twice."""

    def __init__(self, seed):
        self.seed, self.asked = seed, set()

    def drawn(self, *key):
        return random.Random(" ".join(map(str, (self.seed, *key))))

    def move(self, inputs, *key, outputs=True):
        rng = self.drawn(inputs, *key)
        order, masked = rng.sample(range(inputs), inputs), rng.randrange(1 << inputs)
        return NPNTransform(tuple(order), masked, outputs and rng.random() < 0.5)

    def of(self, table):
        return self.move(table.inputs, table.bits)(table)

    def npn_classes(self, inputs):
        for each in npn.npn_classes(inputs):
            yield replace(each, representative=self.of(each.representative))

    def classes_of(self, inputs, basis):
        found, members = symmetry.classes_of(inputs, basis), defaultdict(list)
        for bits, number in enumerate(found.number.tolist()):
            members[number].append(bits)
        others = [self.drawn(n).choice(members[n]) for n in range(len(found.representatives))]
        return replace(found, representatives=found.representatives.dtype.type(others))

    def partial_classes(self, inputs, left_out):
        for support, bits, many in completions.partial_classes(inputs, left_out):
            move = self.move(inputs, support, bits, outputs=False)
            seen, own = (move(TruthTable(inputs, each)).bits for each in (support, bits))
            yield seen, seen & ~own if self.drawn(bits).random() < 0.5 else own, many

    def tagged_classes(self, settings, effort):
        for row in TAGGED(settings, effort):
            other = self.of(row.representative)
            yield replace(row, name=other.hex, task=FunctionTask((other,)))

    def put(self, monkeypatch, names):
        """Let all claims that take classes from `names` take these, and forget what was known."""
        modules = [m for n, m in sys.modules.items() if n.startswith("mesacircuits.conjectures")]
        monkeypatch.setattr(evidence, "_KNOWN", {})
        for module in [*modules, shares]:
            for found in [*vars(module).values()]:
                if hasattr(found, "cache_clear"):
                    found.cache_clear()
            for name in names:
                if name in vars(module) and (module, name) != (evidence, "tagged_classes"):
                    monkeypatch.setattr(module, name, self.taking(name))

    def taking(self, name):
        def take(*given):
            self.asked.add(name)
            found = getattr(self, name)(*given)
            return found if name == "classes_of" else tuple(found)

        return take


TAGGED = evidence.tagged_classes


def counted(report):
    """Return what is said of a finding, but for the names of functions, and in which order."""

    def cell(value):
        if isinstance(value, str) and re.fullmatch(r"[0-9A-F]+", value):
            return "a function"
        return re.sub(r"\btt:\d:[0-9A-F]+", "a function", str(value))

    finding = report.finding
    tables = [
        # Random tags are given to minima in the order of the tables.
        (title, sorted([cell(c) for c in row] for row in rows if "placebo: random tag" not in row))
        for title, rows in ((table.title, table.rows) for table in finding.tables)
    ]
    return finding.verdict, finding.answer, tables


CLAIMS = sorted({name for names in COUNTING.values() for name in names})


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in CLAIMS]
)
def test_whichever_member_stands_for_its_class(name, monkeypatch):
    claim = registered()[name]
    places = [place for place, names in COUNTING.items() if name in names]

    def found():
        return counted(check(claim, dict(claim.quick), Effort(workers=1)))

    own, others = found(), Others(name)
    with monkeypatch.context() as patched:
        others.put(patched, places)
        again = found()
    Others(name).put(monkeypatch, [])
    assert others.asked == {*places}
    assert again[:2] == own[:2]
    assert name in BY_RANK or again[2] == own[2]


def test_a_count_that_is_not_the_same_for_all_members_is_found(monkeypatch):
    """Such as how many inputs are 1: of the classes of three inputs alone."""
    ones = [each.representative.bits.bit_count() for each in Others(1).npn_classes(3)]
    assert ones != [each.representative.bits.bit_count() for each in npn.npn_classes(3)]
    least = [min(n, 8 - n) for n in ones]
    assert least == [e.representative.bits.bit_count() for e in npn.npn_classes(3)]
