"""The claim `slack`: whether a minimum has to search depends on how much the task leaves open."""

from __future__ import annotations

from functools import partial

from mesacircuits.call import Parameter, Settings
from mesacircuits.conjectures.claim import (
    BASIS,
    Case,
    Claim,
    Finding,
    Kind,
    Table,
    Verdict,
    within_budget,
)
from mesacircuits.conjectures.plot import Panel, Plot, Series
from mesacircuits.definitions import SearchLike
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.errors import ArgumentError
from mesacircuits.studies.slack import (
    SLACK_DEFINITIONS,
    SLACK_HEADS,
    SLACK_OBJECTIVES,
    SlackRow,
    slack_table,
)
from mesacircuits.tables import counted

__all__ = ["SLACK"]

#: The numbers of candidates K.
_CANDIDATES = (2, 3)
#: Three candidates of three scores are out of reach: none of 7 gates solves the task.
_OUT_OF_REACH = (3, "sum")
#: The column of the definition that the question is about: w = 1 and c = 1.
_ASKED = SLACK_DEFINITIONS.index(SearchLike())


def _searches(row: SlackRow) -> bool:
    return bool(row.tagged) and row.tagged[_ASKED] > 0


def _run(settings: Settings, effort: Effort) -> Finding:
    basis = settings.text("basis")
    rows: list[SlackRow] = []
    left_open: list[str] = []
    asked = tuple(dict.fromkeys(settings.texts("scores")))
    for kind in asked:
        if kind not in SLACK_OBJECTIVES:
            raise ArgumentError("scores", f"names among {', '.join(SLACK_OBJECTIVES)}", kind)
    for count in reversed(_CANDIDATES):
        kinds = [kind for kind in asked if (count, kind) != _OUT_OF_REACH]
        rows = [*slack_table((count,), kinds, effort=effort, basis=basis).rows, *rows]
    for row in rows:
        if row.state != "exhausted":
            left_open.append(
                f"argmax of {counted(row.candidates, 'candidate')}, score "
                f"{row.objective}, ties {row.ties}: "
                f"{row.state}"
            )
    two_free = [row for row in rows if row.candidates == 2 and row.ties == "free"]
    back = {
        "a third candidate": any(_searches(r) for r in rows if r.candidates == 3),
        "a tie-break": any(_searches(r) for r in rows if r.candidates == 2 and r.ties != "free"),
    }
    without = not any(map(_searches, two_free))
    if not without or (not left_open and not all(back.values())):
        verdict = Verdict.REFUTED
    else:
        verdict = Verdict.HELD if all(back.values()) else Verdict.INCONCLUSIVE
    said = [name if found else f"not {name}" for name, found in back.items()]
    answer = (
        f"with two candidates and free ties {'no' if without else 'some'} minimum is search-like; "
        f"what brings search back: {', '.join(said)}."
    )
    table = Table(
        "Minima that search by their utilities, read from w wires of c gates or more; K "
        "candidates, L scores, s shared bits; read: candidates whose own bits are read:",
        ("K", "L", "s", "score", "ties", "size", "minima", "read", *SLACK_HEADS),
        tuple(tuple(c if isinstance(c, int) else str(c) for c in row.cells) for row in rows),
    )
    example, unmade = within_budget(partial(_example, rows, basis, effort))
    return Finding(
        verdict=verdict,
        answer=answer,
        universe=f"argmax tasks of 2 and 3 candidates, {basis}",
        tables=(table,),
        example=example,
        notes=(
            "score: " + "; ".join(f"{k}: {SLACK_OBJECTIVES[k].meaning}" for k in asked) + ".",
            "Of two candidates with two scores and free ties one is evaluated, nothing compared: "
            "1 unless candidate 0 scores. Three scores alone change nothing: each candidate needs "
            "but one threshold, and not the same. Three candidates of three scores are left out: "
            "no circuit of 7 gates solves that task.",
        ),
        left_open=(*left_open, *unmade),
        plot=_plot(rows),
    )


def _plot(rows: list[SlackRow]) -> Plot:
    done = [row for row in rows if row.tagged]
    names = tuple(f"K={r.candidates} {r.objective}, ties {r.ties}" for r in done)
    shares = tuple(
        (place, row.tagged[_ASKED] / row.minima if row.minima else 0)
        for place, row in enumerate(done)
    )
    series = (Series("search-like", shares),)
    title = "Argmax tasks whose minima search"
    return Plot((Panel(title, "share of minima that search", "", series, names=names, most=1),))


def _example(rows: list[SlackRow], basis: str, effort: Effort) -> Case | None:
    searching = [row for row in rows if _searches(row)]
    if not searching:
        return None
    row = min(searching, key=lambda r: (r.size or 0, r.candidates))
    task = SLACK_OBJECTIVES[row.objective].task(row.candidates, row.ties)
    definition = SLACK_DEFINITIONS[_ASKED]
    minima = enumerate_minima(task, basis, effort=effort).all_found().minima
    circuit = next(c for c in minima if definition.judge(c, task).holds)
    return Case.judged("smallest that searches", task, circuit, (definition,), f"size over {basis}")


SLACK = Claim(
    name="slack",
    topic="circuits",
    claim="What a task leaves open decides whether solving it takes a search.",
    source="Hubinger et al. 2019, section 2.1, as read here",
    reading=(
        "a task with slack has more than one solution. All minima of argmax tasks: K candidates "
        "are scored by bits of their own and perhaps a shared one, and the index of one of "
        "greatest score is asked for: any (ties free), the first, or the last."
    ),
    question=(
        "With two candidates and free ties, does no minimum search, and do a third candidate and "
        "a tie-break each bring search back?"
    ),
    blind_to="other utilities, four and more candidates, and searches over several steps",
    parameters=(
        Parameter("scores", "bit; and; xor; sum", "what candidates score, by name", names="words"),
        BASIS,
    ),
    kind=Kind.EXISTENCE,
    keeps="that slack is what decides, all else being the same",
    run=_run,
    theorems=(
        "Let a choice among K candidates have a utility of two values, and free ties. Every solver "
        "reads features of at least K - 1 candidates, and some solver reads those of K - 1.",
    ),
    control=(
        "the same objective and candidates with a tie-break, and with free ties: exact, all minima"
    ),
    quick={"scores": "xor"},
)
