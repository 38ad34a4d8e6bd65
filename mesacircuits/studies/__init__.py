"""Studies: what definitions say of the minima of whole universes of tasks, counted and compared."""

from mesacircuits.studies.comparison import Comparison, Disagreed, Pair, compare
from mesacircuits.studies.objectives import Objectives, TaskObjectives, read_objectives
from mesacircuits.studies.programs import TaggedPrograms, tagged_programs
from mesacircuits.studies.tagged import TaggedCensus, TaggedMinima, tagged_census, tagged_minima
from mesacircuits.studies.universe import Functions, Universe, parse_universe

__all__ = [
    "Comparison",
    "Disagreed",
    "Functions",
    "Objectives",
    "Pair",
    "TaggedCensus",
    "TaggedMinima",
    "TaggedPrograms",
    "TaskObjectives",
    "Universe",
    "compare",
    "parse_universe",
    "read_objectives",
    "tagged_census",
    "tagged_minima",
    "tagged_programs",
]
