"""What Hypothesis calls, through its entry point, to learn of the strategies here.

Every user of Hypothesis on a machine with mesacircuits pays for this module. So nothing else of
mesacircuits is imported by it: the types of a package are registered once that package is imported,
by whoever needs it, and the strategies are loaded when one is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["register"]

#: For each package its types, and what is drawn of each, given the strategies of
#: `mesacircuits.testing` and `hypothesis.strategies`.
_DRAWN: dict[str, dict[str, Callable[[Any, Any], Any]]] = {
    "circuits": {
        "TruthTable": lambda s, st: s.truth_tables(st.integers(0, 4)),
        "NPNTransform": lambda s, st: s.npn_transforms(st.integers(0, 4)),
        "Basis": lambda s, st: s.bases(),
        "Operator": lambda s, st: s.operators(st.integers(1, 3)),
        "Gate": lambda s, st: s.gates(st.integers(1, 6)),
        "Output": lambda s, st: s.circuits().map(lambda circuit: circuit.outputs[0]),
        "Circuit": lambda s, st: s.circuits(st.integers(1, 4), outputs=st.integers(1, 2)),
        "MealyMachine": lambda s, st: s.mealy_machines(state_bits=st.integers(0, 2)),
    },
    "programs": {
        "Machine": lambda s, st: s.machines(),
        "Instruction": lambda s, st: s.instructions(),
        "Program": lambda s, st: s.programs(),
    },
    "tasks": {
        "Task": lambda s, st: s.tasks(),
        "FunctionTask": lambda s, st: s.function_tasks(
            st.integers(1, 3), outputs=st.integers(1, 2), partial=True
        ),
        "RelationTask": lambda s, st: s.relation_tasks(*_few(st)),
        "OptimisationTask": lambda s, st: s.optimisation_tasks(*_few(st)),
        "World": lambda s, st: s.worlds(*_few(st)),
        "WorldTask": lambda s, st: s.world_tasks(*_few(st)),
        "Episode": lambda s, st: s.episodes(*_few(st)),
        "EpisodeTask": lambda s, st: s.episode_tasks(*_few(st)),
    },
    "definitions": {
        "Definition": lambda s, st: s.definitions(),
        "Classifier": lambda s, st: s.classifiers(),
        "Judgement": lambda s, st: s.judgements(),
    },
}


def _few(st: Any) -> tuple[Any, Any]:
    return st.integers(1, 2), st.integers(1, 2)


def register() -> None:
    """Register the strategies, so that `st.from_type(Circuit)` and its like just work.

    >>> from hypothesis import find, strategies as st
    >>> from mesacircuits.circuits import Circuit
    >>> find(st.from_type(Circuit), lambda circuit: circuit.size == 1).size
    1
    """
    later: dict[str, Callable[[ModuleType], None]] = {}
    for package in _DRAWN:
        name = f"mesacircuits.{package}"
        if name in sys.modules:
            _register_types(sys.modules[name])
        else:
            later[name] = _register_types
    if later:
        sys.meta_path.insert(0, _Watch(later))


def _register_types(module: ModuleType) -> None:
    from hypothesis.strategies import register_type_strategy

    for name, drawn in _DRAWN[module.__name__.rpartition(".")[2]].items():
        register_type_strategy(getattr(module, name), _when_asked(drawn))


def _when_asked(drawn: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    def resolve(_: Any) -> Any:
        from hypothesis import strategies

        from mesacircuits import testing

        return drawn(testing, strategies)

    return resolve


class _Watch(MetaPathFinder):
    """Finds modules as they are found without it, and calls a function once they are imported.

    Arguments:
        waiting: by a module's name, what is called with the module.
    """

    def __init__(self, waiting: dict[str, Callable[[ModuleType], None]]) -> None:
        self.waiting = waiting

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the next finder has, its loader made to tell."""
        if name not in self.waiting:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec.loader, self.waiting.pop(name))
                if not self.waiting and self in sys.meta_path:
                    sys.meta_path.remove(self)
                return spec
        return None


class _Telling(Loader):
    """Loads as another loader does, and then calls a function with the module."""

    def __init__(self, loader: Loader, then: Callable[[ModuleType], None]) -> None:
        self.loader, self.then = loader, then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return what the other loader makes."""
        return self.loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Let the other loader fill the module, which is its own from then on."""
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.loader.exec_module(module)
        self.then(module)
