"""Rewrites `manifest.json`, and on demand the data files: `python -m mesacircuits.data`."""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from mesacircuits.records import readable_json, write_atomically

# Relative, because checkers that read the source tree see this folder as plain `data`.
from . import manifest_entries, recipes

_FOLDER = Path(__file__).parent


def _rebuild(names: list[str]) -> None:
    known = recipes()
    for name in names or sorted(known):
        if name not in known:
            sys.exit(f"mesacircuits.data: error: expected one of {', '.join(known)}, got {name}")
        print(f"{name}: {known[name]}", file=sys.stderr)
        # The commands are this package's own, run by the interpreter that runs this.
        words = shlex.split(known[name])[1:]
        done = subprocess.run(
            [sys.executable, "-m", "mesacircuits.cli", *words], stdout=subprocess.PIPE, check=False
        )
        if done.returncode not in (0, 3, 4):
            # 3 is a refuted claim among those checked; 4 a list that a budget of gates ended.
            sys.exit(f"mesacircuits.data: error: {known[name]} ended with {done.returncode}")
        write_atomically(_FOLDER / name, done.stdout)


def _main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m mesacircuits.data",
        description="Rewrite manifest.json from the data files beside it.",
    )
    parser.add_argument(
        "--rebuild",
        nargs="*",
        metavar="FILE",
        help="first run the commands that make these files (all, if none is named)",
    )
    arguments = parser.parse_args()
    if arguments.rebuild is not None:
        _rebuild(arguments.rebuild)
    text = readable_json(manifest_entries()) + "\n"
    write_atomically(_FOLDER / "manifest.json", text.encode())


if __name__ == "__main__":
    _main()
