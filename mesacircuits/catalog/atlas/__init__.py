"""The atlas: a static web site of all minima, their tags and witnesses, and the conjectures."""

from mesacircuits.catalog.atlas.site import AtlasReport, write_atlas

__all__ = ["AtlasReport", "write_atlas"]
