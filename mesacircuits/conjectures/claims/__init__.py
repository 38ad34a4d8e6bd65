"""The registered claims: one file each, imported when its claim is first asked for."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from mesacircuits.conjectures.claim import Claim

__all__ = ["CLAIMS"]

#: The folder of each claim, in the order in which they are listed. `rare-error` is `RARE_ERROR` in
#: `rare_error.py`.
_FOLDERS: dict[str, str] = {
    **dict.fromkeys(
        (
            "every-scale",
            "smaller-honest",
            "treacherous",
            "training-flag",
            "last-step",
            "one-task",
            "contains-search",
            "tabular",
            "restriction",
            "false-positives",
            "slack",
            "noise-is-a-table",
            "more-minima-more-risk",
            "one-of-the-shortest",
            "rare-error",
            "smoothed",
            "threshold-uncompetitive",
            "bits-floor",
            "consensus",
            "search-pays",
            "pseudo-alignment",
            "gradual",
            "mass-production",
            "base-and-run-time-bits",
            "reachability",
            "human-modelling",
            "predicting-an-agent",
            "hard-coded",
            "joint-coding",
            "tables-beat-search",
            "simplicity-biases",
            "range",
        ),
        "circuits",
    ),
    **dict.fromkeys(
        (
            "selection-or-control",
            "ninety-ten",
            "goal-directed-not-search",
            "look-ahead",
            "general-agents",
            "agent-structure",
            "weather",
            "recurrence",
            "mesa-learning",
            "inner-rl-causes",
            "task-location",
            "statefulness",
            "runtime-information",
            "full-reoptimisation",
            "control-survives",
            "goal-needs-environment",
            "symmetry",
            "online",
        ),
        "worlds",
    ),
    **dict.fromkeys(
        (
            "length-or-time",
            "speed-prior",
            "diversity",
            "diversity-assumptions",
            "chess-needs-search",
            "levin",
            "extra-bits",
            "information-funnel",
            "double-edge",
            "maze",
            "tic-tac-toe",
            "no-formal-link",
            "intentional-stance",
        ),
        "programs",
    ),
}


class _Claims(Mapping[str, Claim]):
    """The claims by name, in the order in which they are listed."""

    def __getitem__(self, name: str) -> Claim:
        file = name.replace("-", "_")
        claim = getattr(import_module(f"{__name__}.{_FOLDERS[name]}.{file}"), file.upper())
        assert isinstance(claim, Claim)
        return claim

    def __contains__(self, name: object) -> bool:
        return name in _FOLDERS

    def __iter__(self) -> Iterator[str]:
        return iter(_FOLDERS)

    def __len__(self) -> int:
        return len(_FOLDERS)

    def __repr__(self) -> str:
        return f"<{len(self)} claims: {', '.join(self)}>"


#: The claims by name; a file is imported when its claim is first looked up.
CLAIMS: Mapping[str, Claim] = _Claims()
