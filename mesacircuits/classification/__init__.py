"""Definitions of "optimizer": exact scores, witnesses, a checker, and classifiers made of them."""

from mesacircuits.classification.checker import check_judgement, check_witness
from mesacircuits.classification.classifier import Classification, Classifier, classify
from mesacircuits.classification.contained import Contained
from mesacircuits.classification.control import ControlLike
from mesacircuits.classification.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    MIXED,
    SEARCH_LIKE,
    TAGS,
    UNCLASSIFIED,
    Definition,
    Judgement,
    definition_record,
    has_tag,
)
from mesacircuits.classification.function_definition import as_definition, from_function
from mesacircuits.classification.influence import has_influence
from mesacircuits.classification.lookup import LookupTable
from mesacircuits.classification.plugins import DefinitionFailed, load_definition
from mesacircuits.classification.registry import (
    DEFINITIONS,
    definition_named,
    describe_definition,
)
from mesacircuits.classification.search import REENCODINGS, SearchLike

__all__ = [
    "CONTROL_LIKE",
    "DEFINITIONS",
    "LOOKUP_TABLE",
    "MIXED",
    "REENCODINGS",
    "SEARCH_LIKE",
    "TAGS",
    "UNCLASSIFIED",
    "Classification",
    "Classifier",
    "Contained",
    "ControlLike",
    "Definition",
    "DefinitionFailed",
    "Judgement",
    "LookupTable",
    "SearchLike",
    "as_definition",
    "check_judgement",
    "check_witness",
    "classify",
    "definition_named",
    "definition_record",
    "describe_definition",
    "from_function",
    "has_influence",
    "has_tag",
    "load_definition",
]
