"""Searches for the examples of claims obey the budget, and leave the verdicts as they are."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from mesacircuits.conjectures import verify, write_certificate
from mesacircuits.conjectures.evidence import Existence
from mesacircuits.conjectures.registry import conjecture_named
from mesacircuits.enumeration import Effort, Interruption

#: Claims that search for an example once the verdict is known, by the folder of their modules.
SEARCHING = {
    **dict.fromkeys(("one-of-the-shortest", "slack"), "circuits"),
    "pseudo-alignment": "circuits",
}

#: One of each folder, and what it is asked here.
QUICK = ("slack",)
FEW = {"slack": {"choices": "2,1,1", "ties": "free; first"}}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in SEARCHING],
)
def test_the_budget_ends_while_the_example_is_searched_for(name, monkeypatch, tmp_path):
    claim = conjecture_named(name)
    if isinstance(claim.run, Existence):
        claim = replace(claim, run=claim.run.alone())
    settings = dict(claim.quick) | FEW.get(name, {})
    # Minima that ship would answer although the flag is set.
    whole = claim.check(settings, Effort(shipped=False))
    assert whole.finding.example is not None
    place = f"mesacircuits.conjectures.claims.{SEARCHING[name]}.{name.replace('-', '_')}"
    module = import_module(place)
    search, flag = module._example, np.zeros(1, dtype=np.uint8)

    def interrupted(*arguments):
        flag[0] = 1
        try:
            return search(*arguments)
        finally:
            flag[0] = 0

    monkeypatch.setattr(module, "_example", interrupted)
    report = claim.check(settings, Effort(interruption=Interruption(flag), shipped=False))
    line = "the example was not found within the budget"
    assert report.finding == replace(whole.finding, example=None, left_open=(line,))
    assert f"  NOT EXHAUSTED: {line}\n" in str(report)
    file = tmp_path / "certificate.json"
    write_certificate(report.certificate(), file)
    verified = verify(file)
    assert verified.verdict is whole.verdict
    assert not verified.left_open
