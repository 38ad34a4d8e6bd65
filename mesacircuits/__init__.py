"""mesacircuits: every minimal circuit of small tasks, tagged, and conjectures decided.

The names below are loaded when they are first used, so importing this package costs little.

>>> import mesacircuits
>>> found = mesacircuits.enumerate_minima("tt:3:7E")
>>> found.size, len(found.minima)
(3, 3)
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import get_data
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mesacircuits.circuits import (
        AIG as AIG,
        B2 as B2,
        BASES as BASES,
        Basis as Basis,
        Circuit as Circuit,
        Gate as Gate,
        MealyMachine as MealyMachine,
        NPNClass as NPNClass,
        NPNTransform as NPNTransform,
        Output as Output,
        TruthTable as TruthTable,
        npn_canonical as npn_canonical,
        npn_class as npn_class,
        npn_classes as npn_classes,
    )
    from mesacircuits.circuits.drawing import (
        draw as draw,
    )
    from mesacircuits.conjectures import (
        CLAIMS as CLAIMS,
        CONJECTURES as CONJECTURES,
        Report as Report,
        Verification as Verification,
        check as check,
        verify as verify,
        write_certificate as write_certificate,
    )
    from mesacircuits.definitions import (
        DEFINITIONS as DEFINITIONS,
        Classification as Classification,
        Classifier as Classifier,
        Contains as Contains,
        ControlLike as ControlLike,
        Judgement as Judgement,
        LookupTable as LookupTable,
        SearchLike as SearchLike,
        check_witness as check_witness,
        classify as classify,
    )
    from mesacircuits.enumeration import (
        Census as Census,
        Constraints as Constraints,
        Effort as Effort,
        Minima as Minima,
        census as census,
        constraints_of as constraints_of,
        enumerate_minima as enumerate_minima,
        iter_minima as iter_minima,
    )
    from mesacircuits.enumeration.programs import (
        ProgramFront as ProgramFront,
        ProgramMinima as ProgramMinima,
        enumerate_programs as enumerate_programs,
        program_front as program_front,
    )
    from mesacircuits.errors import (
        ArgumentError as ArgumentError,
        CertificateError as CertificateError,
        MesacircuitsError as MesacircuitsError,
        MissingExtra as MissingExtra,
    )
    from mesacircuits.programs import (
        Instance as Instance,
        Instruction as Instruction,
        Machine as Machine,
        Program as Program,
        run_turn as run_turn,
    )
    from mesacircuits.studies import (
        Comparison as Comparison,
        TaggedPrograms as TaggedPrograms,
        compare as compare,
        tagged_census as tagged_census,
        tagged_minima as tagged_minima,
        tagged_programs as tagged_programs,
    )
    from mesacircuits.tasks import (
        Episode as Episode,
        EpisodeTask as EpisodeTask,
        FunctionTask as FunctionTask,
        OptimisationTask as OptimisationTask,
        RelationTask as RelationTask,
        World as World,
        WorldTask as WorldTask,
        as_task as as_task,
        machine_for as machine_for,
        parse_task as parse_task,
        task_named as task_named,
        unroll as unroll,
    )

__version__ = "0.2.0"

# The names above are all there are: one list, for type checkers and for users.
_SOURCE = (get_data(__name__, "__init__.py") or b"").decode()
_IMPORT = re.compile(
    r"^    from (mesacircuits[.\w]+) import \((.*?)^    \)", re.DOTALL | re.MULTILINE
)
_MODULE_OF = {
    name: module
    for module, names in _IMPORT.findall(_SOURCE)
    for name in re.findall(r"(\w+) as", names)
}
__all__ = [*sorted(_MODULE_OF), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'mesacircuits' has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
