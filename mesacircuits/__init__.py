"""mesacircuits: every minimal circuit of small tasks, tagged, and conjectures decided.

The names below are loaded when they are first used, so importing this package costs little.

>>> import mesacircuits
>>> mesacircuits.enumerate_minima("tt:3:7E").circuits
3
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mesacircuits.circuits import (
        AIG as AIG,
    )
    from mesacircuits.circuits import (
        B2 as B2,
    )
    from mesacircuits.circuits import (
        BASES as BASES,
    )
    from mesacircuits.circuits import (
        Basis as Basis,
    )
    from mesacircuits.circuits import (
        Circuit as Circuit,
    )
    from mesacircuits.circuits import (
        Gate as Gate,
    )
    from mesacircuits.circuits import (
        NPNClass as NPNClass,
    )
    from mesacircuits.circuits import (
        NPNTransform as NPNTransform,
    )
    from mesacircuits.circuits import (
        Output as Output,
    )
    from mesacircuits.circuits import (
        TruthTable as TruthTable,
    )
    from mesacircuits.circuits import (
        npn_canonical as npn_canonical,
    )
    from mesacircuits.circuits import (
        npn_class as npn_class,
    )
    from mesacircuits.circuits import (
        npn_classes as npn_classes,
    )
    from mesacircuits.circuits.drawing import (
        draw as draw,
    )
    from mesacircuits.classification import (
        DEFINITIONS as DEFINITIONS,
    )
    from mesacircuits.classification import (
        Classification as Classification,
    )
    from mesacircuits.classification import (
        Classifier as Classifier,
    )
    from mesacircuits.classification import (
        ControlLike as ControlLike,
    )
    from mesacircuits.classification import (
        Judgement as Judgement,
    )
    from mesacircuits.classification import (
        LookupTable as LookupTable,
    )
    from mesacircuits.classification import (
        SearchLike as SearchLike,
    )
    from mesacircuits.classification import (
        check_witness as check_witness,
    )
    from mesacircuits.classification import (
        classify as classify,
    )
    from mesacircuits.conjectures import (
        CONJECTURES as CONJECTURES,
    )
    from mesacircuits.conjectures import (
        Report as Report,
    )
    from mesacircuits.conjectures import (
        Verification as Verification,
    )
    from mesacircuits.conjectures import (
        check as check,
    )
    from mesacircuits.conjectures import (
        tagged_census as tagged_census,
    )
    from mesacircuits.conjectures import (
        tagged_minima as tagged_minima,
    )
    from mesacircuits.conjectures import (
        verify as verify,
    )
    from mesacircuits.conjectures import (
        write_certificate as write_certificate,
    )
    from mesacircuits.enumeration import (
        Census as Census,
    )
    from mesacircuits.enumeration import (
        Effort as Effort,
    )
    from mesacircuits.enumeration import (
        Minima as Minima,
    )
    from mesacircuits.enumeration import (
        census as census,
    )
    from mesacircuits.enumeration import (
        enumerate_minima as enumerate_minima,
    )
    from mesacircuits.errors import (
        ArgumentError as ArgumentError,
    )
    from mesacircuits.errors import (
        CertificateError as CertificateError,
    )
    from mesacircuits.errors import (
        MesacircuitsError as MesacircuitsError,
    )
    from mesacircuits.errors import (
        MissingExtra as MissingExtra,
    )
    from mesacircuits.tasks import (
        FunctionTask as FunctionTask,
    )
    from mesacircuits.tasks import (
        parse_task as parse_task,
    )

_HOME = {
    "circuits": (
        "AIG",
        "B2",
        "BASES",
        "Basis",
        "Circuit",
        "Gate",
        "NPNClass",
        "NPNTransform",
        "Output",
        "TruthTable",
        "npn_canonical",
        "npn_class",
        "npn_classes",
    ),
    "circuits.drawing": ("draw",),
    "tasks": ("FunctionTask", "parse_task"),
    "enumeration": ("Census", "Effort", "Minima", "census", "enumerate_minima"),
    "classification": (
        "DEFINITIONS",
        "Classification",
        "Classifier",
        "ControlLike",
        "Judgement",
        "LookupTable",
        "SearchLike",
        "check_witness",
        "classify",
    ),
    "conjectures": (
        "CONJECTURES",
        "Report",
        "Verification",
        "check",
        "tagged_census",
        "tagged_minima",
        "verify",
        "write_certificate",
    ),
    "errors": ("ArgumentError", "CertificateError", "MesacircuitsError", "MissingExtra"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__version__ = "0.1.0"
__all__ = [*sorted(_MODULE_OF), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'mesacircuits' has no attribute {name!r}")
    value = getattr(import_module(f"mesacircuits.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
