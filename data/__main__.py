"""Rewrites `manifest.json` from the data files beside it: `python -m mesacircuits.data`."""

from __future__ import annotations

from pathlib import Path

from mesacircuits.records import readable_json, write_atomically

# Relative, because checkers that read the source tree see this folder as plain `data`.
from . import data_hashes

if __name__ == "__main__":
    text = readable_json(data_hashes()) + "\n"
    write_atomically(Path(__file__).parent / "manifest.json", text.encode())
