"""The clock of budgets stands still while kernels are compiled."""

from functools import partial

from mesacircuits.circuits import compiling
from mesacircuits.enumeration import Effort


def test_compiling_takes_nothing_off_a_budget(clock):
    effort = Effort(seconds=10)
    clock.now += 3
    assert effort.left() == 7
    compiling.begun()
    clock.now += 100
    assert compiling.is_going_on()
    assert effort.left() == 7
    # One compilation within another is one time.
    compiling.begun()
    clock.now += 50
    compiling.ended()
    assert compiling.is_going_on()
    compiling.ended()
    clock.now += 2
    assert effort.left() == 5
    assert not compiling.is_going_on()
    assert effort.share(5).left() == 1


def test_numba_tells_when_it_compiles(monkeypatch):
    from mesacircuits.circuits import compiled_kernels

    said = []
    for name in ("begun", "ended"):
        monkeypatch.setattr(compiling, name, partial(said.append, name))

    def tripled(number):
        return 3 * number

    # Not kept, so that it is compiled now.
    assert compiled_kernels.njit(tripled)(3) == 9
    assert said.count("begun") == said.count("ended") > 0
