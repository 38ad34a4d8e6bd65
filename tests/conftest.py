"""Settings for all tests, and how tests of the command line run a command."""

import os

import pytest
from hypothesis import settings

# Machines are noisy and kernels compile on first use: no test may fail for being slow. Continuous
# integration tries the same examples every time; elsewhere each run tries new ones.
settings.register_profile("mesacircuits", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "mesacircuits")


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
