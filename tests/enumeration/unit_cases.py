"""Units that tests run: numpy work that heeds its flag, where workers can import it."""

import os
import time
from pathlib import Path

import numpy as np

from mesacircuits.enumeration.units import UnitResult

#: How many numbers a step adds up.
STEP = 64


def summed(argument, stop, most_tried):
    """Add up random numbers: `argument` is a seed and the number of steps."""
    seed, steps = argument
    draws = np.random.default_rng(seed)
    total = 0
    for tried in range(steps):
        if stop[0] or tried > most_tried:
            return UnitResult({}, tried, False)
        total += int(draws.integers(0, 1 << 30, STEP).sum())
    found = {"total": np.array(total), "last": draws.integers(0, 256, 5, dtype=np.uint8)}
    return UnitResult(found, steps, True)


def logged(argument, stop, most_tried):
    """As `summed`, slowly; says in a folder which process began which unit."""
    folder, seed, steps, pause = argument
    (Path(folder) / f"{seed}-{os.getpid()}-{time.monotonic_ns()}").touch()
    time.sleep(pause)
    return summed((seed, steps), stop, most_tried)


def endless(argument, stop, most_tried):
    """Run until stopped; `argument` is a folder where the unit says that it began and ended."""
    folder, number = argument
    (Path(folder) / f"began-{number}").touch()
    while not stop[0]:
        time.sleep(0.01)
    (Path(folder) / f"ended-{number}").touch()
    return UnitResult({}, 5, False)


def endless_but_first(argument, stop, most_tried):
    """As `endless`, but unit 0 finishes once another unit has begun."""
    folder, number = argument
    if number:
        return endless(argument, stop, most_tried)
    while not list(Path(folder).glob("began-*")) and not stop[0]:
        time.sleep(0.01)
    return UnitResult({}, 1, True)


def failing(argument, stop, most_tried):
    """Fail at number 5; before it count, after it run until stopped."""
    if argument == 5:
        raise RuntimeError("no more")
    while argument > 5 and not stop[0]:
        time.sleep(0.01)
    return UnitResult({}, 1, argument < 5)


def deadly(argument, stop, most_tried):
    """Kill the process that runs it."""
    os.kill(os.getpid(), 9)


def read_only(argument, stop, most_tried):
    """Return an array that may not be written to."""
    array = np.arange(argument)
    array.flags.writeable = False
    return UnitResult({"a": array}, 1, True)


def answers(results):
    """Return what units yielded, as plain values."""
    return [
        (index, result.tried, {name: array.tolist() for name, array in result.arrays.items()})
        for index, result in results
    ]


def expected(arguments):
    """Return what `summed` answers, run one by one."""
    stop = np.zeros(1, dtype=np.uint8)
    return answers((i, summed(a, stop, 1 << 62)) for i, a in enumerate(arguments))
