"""Definitions of "optimizer": exact scores, witnesses, a checker, and classifiers made of them."""

from mesacircuits.definitions.checker import check_judgement, check_witness
from mesacircuits.definitions.classifier import Classification, Classifier, classify
from mesacircuits.definitions.contained import Contained
from mesacircuits.definitions.contains import Contains
from mesacircuits.definitions.control_like import ControlLike
from mesacircuits.definitions.definition import (
    CONTROL_LIKE,
    LOOKUP_TABLE,
    MIXED,
    SEARCH_LIKE,
    TAGS,
    UNCLASSIFIED,
    Definition,
    Judgement,
    Measured,
    definition_record,
    has_influence,
    has_tag,
)
from mesacircuits.definitions.lookup_table import LookupTable
from mesacircuits.definitions.own_definitions import (
    DefinitionFailed,
    as_definition,
    from_function,
    load_definition,
)
from mesacircuits.definitions.registry import (
    DEFINITIONS,
    definition_named,
    describe_definition,
)
from mesacircuits.definitions.search_like import REENCODINGS, SearchLike

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
    "Contains",
    "ControlLike",
    "Definition",
    "DefinitionFailed",
    "Judgement",
    "LookupTable",
    "Measured",
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
