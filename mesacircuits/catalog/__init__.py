"""Catalogs of minima in SQLite: built, merged, checked, asked, exported and drawn."""

from mesacircuits.catalog.building import BuildReport, build
from mesacircuits.catalog.entries import Entry, Judged, Minimum, Run
from mesacircuits.catalog.store import Catalog

__all__ = ["BuildReport", "Catalog", "Entry", "Judged", "Minimum", "Run", "build"]
