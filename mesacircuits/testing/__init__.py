"""Hypothesis strategies for property-testing one's own definitions, tasks and engines.

`hypothesis.strategies.from_type` knows `TruthTable`, `Basis`, `Circuit`, `NPNTransform` and
`FunctionTask` wherever mesacircuits is installed, by an entry point of Hypothesis; the functions
here give the same strategies with dials.

>>> from hypothesis import given
>>> from mesacircuits.testing import circuits
>>> @given(circuits(inputs=3, reduced=True))
... def my_definition_ignores_gate_names(circuit):
...     ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mesacircuits.testing.strategies import (
        bases,
        circuits,
        function_tasks,
        npn_transforms,
        relabelled,
        truth_tables,
    )

__all__ = [
    "bases",
    "circuits",
    "function_tasks",
    "npn_transforms",
    "relabelled",
    "truth_tables",
]


def __getattr__(name: str) -> Any:
    # Looked up at first use: `import hypothesis` imports this package on every machine that has
    # mesacircuits, whoever runs it and for whatever.
    if name in __all__:
        from mesacircuits.testing import strategies

        return getattr(strategies, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
