"""Settings for all tests, and how tests of the command line run a command."""

import os
import random
import time

import pytest
from hypothesis import HealthCheck, settings

# Machines are noisy and kernels compile on first use: no test may fail for being slow. Continuous
# integration tries the same examples every time; elsewhere each run tries new ones.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("mesacircuits", **PATIENT)
settings.register_profile("ci", **PATIENT, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "mesacircuits")


def is_quick(config):
    """Return whether the tests marked slow are left out, as `make test` does."""
    return config.option.markexpr == "not slow"


def pytest_collection_modifyitems(config, items):
    """Try a fourth of the examples of each property in the quick run, all in `make test-all`."""
    if not is_quick(config):
        return
    tests = {getattr(item, "obj", None) for item in items}
    for test in tests:
        if not getattr(test, "is_hypothesis_test", False):
            continue
        chosen = test._hypothesis_internal_use_settings
        few = max(chosen.max_examples // 4, 5)
        test._hypothesis_internal_use_settings = settings(chosen, max_examples=few)


@pytest.fixture
def sampled(pytestconfig):
    """Return a function that draws so many of all cases in the quick run, and else takes all."""

    def draw(cases, count):
        cases = list(cases)
        if not is_quick(pytestconfig) or len(cases) <= count:
            return cases
        places = random.Random(len(cases)).sample(range(len(cases)), count)
        return [cases[place] for place in sorted(places)]

    return draw


class Clock:
    """A clock that a test sets: `now`, and how far it moves whenever it is looked at, `tick`."""

    def __init__(self):
        self.now, self.tick = 1000.0, 0.0

    def __call__(self):
        self.now += self.tick
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """Stop the clock that budgets and limits go by, and return it: no second passes by itself."""
    from mesacircuits.circuits import compiling

    stopped = Clock()
    monkeypatch.setattr(time, "monotonic", stopped)
    # What is compiled meanwhile, in no time or in invented time, is not taken off real budgets.
    for name, value in vars(type(compiling._CLOCK)()).items():
        monkeypatch.setattr(compiling._CLOCK, name, value)
    return stopped


@pytest.fixture
def judging_takes_long(clock, monkeypatch):
    """Let time pass only while a definition in a process of its own judges: more than a second."""
    from mesacircuits.definitions.contained import PluginProcess

    judge = PluginProcess.judge

    def judged(process, payload):
        clock.tick = 0.6
        return judge(process, payload)

    monkeypatch.setattr(PluginProcess, "judge", judged)


@pytest.fixture
def run(capfd):
    """Return a function that runs a command in this process: (status, stdout, stderr)."""
    from mesacircuits.cli import main

    def call(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        return (caught.value.code, *capfd.readouterr())

    return call


@pytest.fixture(scope="session")
def small_catalog(tmp_path_factory):
    """The path of a catalog of functions, tasks with utilities, a world, and programs."""
    from mesacircuits.catalog import Catalog, build

    path = tmp_path_factory.mktemp("catalog") / "small.db"
    tasks = ("tt:3:7E", "tt:3:E8", "expr:a & b, ~a & b", "argmax(levels=3)", "pursuit")
    with Catalog.create(path) as catalog:
        build(catalog, *tasks, "programs(satisfying(candidates=4))")
        build(
            catalog,
            "functions(2); functions(3)",
            bases=["b2", "aig"],
            orders=["size", "depth-size"],
        )
    return path
