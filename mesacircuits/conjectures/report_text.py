"""Claims and reports as text for a terminal 80 columns wide, and as pages with a discussion."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from mesacircuits.call import value_text
from mesacircuits.circuits import Circuit, npn_canonical
from mesacircuits.conjectures.claim import Case, Cell, Claim, Report, attributed
from mesacircuits.conjectures.decide import ArmResult, ProgramRow
from mesacircuits.conjectures.sentence import Verdict
from mesacircuits.definitions import describe_definition
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.enumeration import MAX_CENSUS_INPUTS
from mesacircuits.errors import ArgumentError
from mesacircuits.programs.unrolled import UnrolledProgram
from mesacircuits.records import write_atomically
from mesacircuits.studies.universe import inputs_in_use, table_of
from mesacircuits.tables import Table, counted, plain_table, wrapped

__all__ = [
    "DISCUSSION",
    "LIST",
    "LIST_END",
    "case_svg",
    "claim_text",
    "claims_list",
    "hangs_on",
    "kept_discussion",
    "list_parts",
    "page_head",
    "plot_of",
    "report_text",
    "write_head",
    "write_list",
    "write_page",
]

# What is said of a question by each verdict.
_ANSWERS = {
    Verdict.HELD: "Yes",
    Verdict.REFUTED: "No",
    Verdict.SUPPORTED: "Supported",
    Verdict.AGAINST: "The evidence is against it",
    Verdict.NO_EVIDENCE: "No evidence",
    Verdict.VACUOUS: "Nothing could have answered otherwise",
    Verdict.INCONCLUSIVE: "Not decided",
}

_LISTED = 20

#: What stands above this line is generated; what stands below it is not.
DISCUSSION = "<!-- discussion -->"

#: Between these lines a page lists all claims with their verdicts; what is outside is kept.
LIST = "<!-- claims -->\n"
LIST_END = "<!-- end of claims -->\n"

_NOTHING_YET = """## Discussion

What was found, whether it surprises, what a sceptic would object.
"""


def claim_text(claim: Claim) -> str:
    """Return a claim as text: what is claimed, how it is read, and what may be set.

    >>> from mesacircuits.conjectures.registry import conjecture_named
    >>> print(claim_text(conjecture_named("minimal-circuits")).splitlines()[0])
    minimal-circuits (circuits)
    """
    lines = [f"{claim.name} ({claim.topic})", *_stated(claim)]
    lines.append(wrapped(f"Question: {claim.question}"))
    lines += _blind_to(claim)
    if claim.parameters:
        lines += ["", "--set NAME=VALUE"]
        lines += [wrapped(str(parameter), "  ", "      ") for parameter in claim.parameters]
    return "\n".join(lines)


def _stated(claim: Claim) -> list[str]:
    lines = ["", wrapped(attributed(claim.claim, claim.source, claim.quotation))]
    lines.append(wrapped(f"{_read_as(claim)}: {claim.reading}"))
    if claim.keeps:
        lines.append(wrapped(f"Keeps: {claim.keeps}."))
    return lines + ([wrapped(f"Measured against: {claim.control}")] if claim.control else [])


def _read_as(claim: Claim) -> str:
    return "Read as" + (f" {claim.kind.read_as}" if claim.kind else "")


def _blind_to(claim: Claim) -> list[str]:
    return [wrapped(f"Blind to: {claim.blind_to}.")] if claim.blind_to else []


def report_text(report: Report) -> str:
    """Return a report as printed: the answer first, then the evidence."""
    claim, finding, arms = report.claim, report.finding, report.arms
    several = len({arm.sentence.universe for arm in arms}) > 1
    lines = [_headline(report)]
    if claim is not None:
        if several:
            lines.append(wrapped(f"Found: {finding.answer}"))
            lines += [wrapped(f"- {theorem}", "", "  ") for theorem in _proved(claim)]
        lines += _stated(claim)
        if not arms:
            asked = f"Question: {claim.question} {_ANSWERS[report.verdict]}: {finding.answer}"
            lines.append(wrapped(asked))
        lines += _blind_to(claim)
    lines += [wrapped(f"NOT EXHAUSTED: {line}", "  ", "    ") for line in finding.left_open]
    for table in finding.tables:
        lines += ["", table.text()]
    if several:
        lines += ["", *_arms(arms)]
    for number, arm in enumerate(() if several else arms, 1):
        if claim is not None:
            title = f"Arm {number}: {arm.verdict.value.upper()}: {arm.sentence}"
            lines += ["", wrapped(title, hanging="  ")]
        lines += _arm(arm)
    if finding.example is not None:
        lines += ["", *_case(finding.example)]
    if finding.notes:
        lines.append("")
        lines += [wrapped(f"- {note}", "", "  ") for note in finding.notes]
    return "\n".join(lines)


def _proved(claim: Claim) -> tuple[str, ...]:
    if not claim.theorems:
        return ()
    first, *others = claim.theorems
    return (f"Proved (docs/theorems.md): {first}", *others)


def _arms(arms: Sequence[ArmResult]) -> list[str]:
    """Return a table of arms about several universes, and the example of most candidates."""
    tags = list(dict.fromkeys(describe_definition(arm.sentence.definition) for arm in arms))
    rows = []
    for number, arm in enumerate(arms, 1):
        sentence, totals = arm.sentence, arm.totals
        tag = tags.index(describe_definition(sentence.definition)) + 1
        left = f"{arm.open_functions:,} left open" if arm.open_functions else ""
        asked = str(sentence.universe), sentence.order, str(sentence.over), tag
        found = totals["tagged_minima"], left or totals["minima"]
        rows.append((number, *asked, *found))
    title = "How many minima have the tag, of how many, arm by arm:"
    heads = ("arm", "universe", "minimal by", "over", "tag", "tagged", "of")
    lines = [Table(title, heads, tuple(rows)).text()]
    lines += [wrapped(f"tag {n}: {tag}", "  ", "    ") for n, tag in enumerate(tags, 1)]
    caps = [(n, arm.sentence.cap) for n, arm in enumerate(arms, 1) if arm.sentence.cap is not None]
    lines += [f"  arm {n}: of circuits of up to {counted(cap, 'gate')}" for n, cap in caps]
    files = sorted({file for arm in arms for file in arm.minima_from.split(", ") if file})
    lines += _shipped(", ".join(files))
    lines.append("  (in full: check 'no ORDER-minimal circuit of UNIVERSE over BASIS is TAG')")
    shown = [(arm, arm.example) for arm in arms if arm.example is not None]
    if shown:
        arm, example = max(shown, key=lambda pair: _candidates(pair[1]))
        title = wrapped(f"Arm {arms.index(arm) + 1}: {arm.sentence}", "", "  ")
        lines += ["", title, *_example(arm, example)]
    return lines


def _shipped(files: str) -> list[str]:
    """Return the line that says which shipped files minima are from, if they are from any."""
    said = f"minima as shipped in {files}; --fresh searches again"
    return [wrapped(said, "  ", "    ")] if files else []


def _candidates(case: Case) -> int:
    """Return how many candidates the witness of a case evaluates, bare inputs left out."""
    witness = case.judgement.witness or {}
    return sum(part["cost"] > 0 for part in witness.get("candidates", ()))


def _headline(report: Report) -> str:
    line = f"{report.verdict.value.upper()}: {report.name}"
    if report.claim is not None:
        if report.arms:
            same = sum(arm.verdict is report.verdict for arm in report.arms)
            line += f" ({same} of {counted(len(report.arms), 'arm')})"
        line += f", {report.finding.universe}{report.at_the_defaults}"
    return wrapped(line, hanging="  ")


def _case(case: Case) -> list[str]:
    """Return the lines of an example: its drawing, and what definitions say of it."""
    size = counted(case.size, "gate")
    if isinstance(case.solver, UnrolledProgram):
        size = f"length {case.size}"
    widest = max((len(by) for by, _ in case.judgements), default=0)
    lines = [wrapped(f"{case.caption}: {case.task}, {size}", "", "  "), ""]
    lines += [*(f"    {line}".rstrip() for line in _drawn(case)), ""]
    for by, said in case.judgements:
        note = f" ({said.note})" if said.note else ""
        found = said.note if said.score is None else f"score {said.score}{note}"
        lines.append(wrapped(f"{by:<{widest}}  {found}", "    ", "      "))
    return lines


def case_svg(case: Case) -> str | None:
    """Return an example as SVG, marked as its first witness says; None of a program."""
    from mesacircuits.circuits.drawing import draw_svg

    return draw_svg(case.solver, _marks(case)) if isinstance(case.solver, Circuit) else None


def _marks(case: Case) -> dict[int, str]:
    witnesses = (said.witness for _, said in case.judgements if said.witness is not None)
    return dict(witness_labels(next(witnesses, {})))


def _drawn(case: Case) -> list[str]:
    """Return the lines of a drawing of the solver, marked with what its first witness says."""
    from mesacircuits.circuits.drawing import draw_terminal

    if not isinstance(case.solver, Circuit):
        # They are indented by four.
        lines = [wrapped(line, "    ", "      ") for line in str(case.solver).splitlines()]
        return [part[4:] for line in lines for part in line.splitlines()]
    return draw_terminal(case.solver, _marks(case), width=76).split("\n")


def _arm(arm: ArmResult) -> list[str]:
    totals = arm.totals
    lines = []
    if arm.open_functions:
        lines.append(wrapped(_open(arm), "  "))
    elif arm.sentence.by_classes:
        lines.append(
            f"  all {counted(totals['functions'], 'function')} "
            f"({counted(totals['classes'], 'NPN class', 'NPN classes')}) exhausted; minimal by "
            "exhaustion"
        )
    else:
        tasks = "the task" if len(arm.classes) == 1 else f"all {counted(len(arm.classes), 'task')}"
        if arm.sentence.universe.orbits:
            tasks += f" (one of each orbit, for {totals['functions']:,} in all)"
        said = f"all minima of {tasks} were exhausted; minimal by exhaustion"
        lines.append(wrapped(said, "  ", "    "))
    lines += _shipped("" if arm.open_functions else arm.minima_from)
    lines += [wrapped(f"left out: {name}: {why}", "  ", "    ") for name, why in _left_out(arm)]
    if not arm.classes:
        return lines
    tag = arm.sentence.definition.tag
    if arm.sentence.by_classes:
        lines += [
            f"  {tag}: {totals['tagged_classes']:,} of "
            f"{counted(totals['classes'], 'class', 'classes')}, "
            f"{counted(totals['tagged_functions'], 'function')},",
            f"    {totals['tagged_minima']:,} of {_minima(totals['minima'])} "
            f"(counted over {arm.counts_over})",
        ]
        if totals["tagged_classes"]:
            lines += _agreement(arm, tag)
    else:
        lines += _by_task(arm)
    lines += ["", *_frontier(arm)] if arm.frontier else []
    if arm.example is not None:
        lines += ["", *_example(arm, arm.example)]
    elif arm.example_is_open:
        lines += ["", f"  smallest {_kind(arm)}: not found within the budget"]
    return lines


def _open(arm: ArmResult) -> str:
    """Return what was left open, and why, in words."""
    left, universe = counted(arm.open_functions, "task"), arm.sentence.universe
    why = "not reached in the budget"
    if arm.sentence.by_classes:
        classes = counted(arm.open_classes, "class", "classes")
        left = f"{counted(arm.open_functions, 'function')} in {classes}"
        if universe.inputs > MAX_CENSUS_INPUTS:
            why = f"not searched, as none is that reads all {universe.inputs} inputs"
    text = f"NOT EXHAUSTED: {left} {'was' if arm.open_functions == 1 else 'were'} {why}"
    if arm.exhausted_size is None:
        return f"{text}."
    size = counted(arm.exhausted_size, "gate")
    return f"{text}; of those, circuits of at most {size} were exhausted."


def _left_out(arm: ArmResult) -> list[tuple[str, str]]:
    large = [line.partition(": ") for line in arm.sentence.universe.left_out]
    return [*arm.left_out, *((name, why) for name, _, why in large)]


def _by_task(arm: ArmResult) -> list[str]:
    """Return how many minima have the tag, and, of several tasks, of which."""
    tag, totals = arm.sentence.definition.tag, arm.totals
    orbits = bool(arm.sentence.universe.orbits)
    line = f"  {tag}: {totals['tagged_minima']:,} of {_minima(totals['minima'])}"
    costs = {row.name: row.cost for row in arm.classes if isinstance(row, ProgramRow)}
    if len(arm.classes) == 1:
        return [f"{line}, each of {cost}" for cost in costs.values()] or [line]
    rows = [
        (
            row.name,
            *((row.functions,) if orbits else ()),
            costs.get(row.name, row.size),
            row.circuits,
            row.tagged,
        )
        for row in arm.classes[:_LISTED]
    ]
    more = len(arm.classes) - len(rows)
    stands = f", for {totals['tagged_functions']:,} of {totals['functions']:,}" if orbits else ""
    heads = "task", *(("stands for",) if orbits else ()), "each costs" if costs else "gates"
    return [
        f"{line}, {totals['tagged_classes']:,} of {counted(totals['classes'], 'task')}{stands}",
        "",
        plain_table((*heads, "minima", tag), rows, "  "),
        *([f"  ... and {more:,} more (--json)"] if more else []),
    ]


def _kind(arm: ArmResult) -> str:
    return "counterexample" if arm.verdict is Verdict.REFUTED else "instance"


def _agreement(arm: ArmResult, tag: str) -> list[str]:
    wholly, apart = arm.totals["wholly_tagged_classes"], arm.disagreeing
    agree = f"in {counted(wholly, 'class', 'classes')} all minima are {tag}"
    if not apart:
        return [wrapped(f"{agree}; in none the minima of the class disagree", "  ")]
    lines = [wrapped(f"{agree}; in {len(apart):,} the minima of the class disagree:", "  ")]
    return [*lines, wrapped("  ".join(row.name for row in apart), "    ")]


def _minima(number: int) -> str:
    return counted(number, "minimum", "minima")


def _frontier(arm: ArmResult) -> list[str]:
    heads = ["classes", "functions", "minima"] if arm.sentence.by_classes else ["tasks", "minima"]
    if arm.sentence.universe.orbits:
        heads.insert(1, "in all")
    rows = []
    for row in arm.frontier:
        dials = row.definition.removeprefix(arm.sentence.definition.name) or "(default dials)"
        counts = row.classes, row.functions, row.minima
        rows.append((dials, *(counts if len(heads) == 3 else (row.classes, row.minima))))
    table = plain_table((f"{arm.sentence.definition.name} with", *heads), rows, "  ")
    notes = []
    one = all(row.task.outputs == 1 for row in arm.classes)
    search = arm.sentence.definition
    if one and search.name == "search-like" and search.parameters.get("plans") != "on":
        notes.append("  (one output bit has two words, so k = 2 candidates at most)")
    return [table, *notes]


def _example(arm: ArmResult, example: Case) -> list[str]:
    tag, solver = arm.sentence.definition.tag, example.solver
    inputs = inputs_in_use(example.task)
    program = isinstance(solver, UnrolledProgram)
    size = f"length {example.size}" if program else counted(example.size, "gate")
    # A task of its own is no class.
    of = ""
    if arm.sentence.by_classes:
        of = f" (class {npn_canonical(table_of(example.task))[0].hex})"
    # What the budget left open may hide a smaller one.
    open_size = arm.exhausted_size or 0
    searched = not arm.open_functions or example.size <= open_size + 1
    kind = f"smallest {_kind(arm)}{'' if searched else ' found'}"
    lines = [
        wrapped(
            f"{kind}: {example.name}{of}, {size}, {counted(inputs, 'input')} in use", "  ", "    "
        ),
        f"    {example.tagged:,} of its {_minima(example.minima or 0)} "
        f"{'is' if example.tagged == 1 else 'are'} {tag}; score {example.judgement.score}",
        "",
    ]
    lines += [f"    {line}".rstrip() for line in _drawn(example)]
    if isinstance(solver, UnrolledProgram):
        lines += [
            wrapped(f"{solver.source(wire)}: {label}", "    ", "      ")
            for wire, label in witness_labels(example.judgement.witness or {})
        ]
    return lines


# -- pages ---------------------------------------------------------------------------------------


def write_page(
    report: Report,
    path: str | os.PathLike[str],
    from_file: str = "",
) -> None:
    """Write a report as a page, keeping the discussion that is there, and its plot beside it.

    Arguments:
        report: what was found of a registered claim.
        path: `NAME.md`; the plot is written to `NAME.svg`.
        from_file: how much was taken from a file of finished units, in words.

    Raises:
        ArgumentError: if the path does not end in `.md` or cannot be written, and if there is a
            file without the line that ends what is generated; and for a sentence.
        MissingExtra: if matplotlib is not installed.
    """
    write_head(path, page_head(report), plot_of(report), from_file)


def plot_of(report: Report) -> bytes | None:
    """Return the plot of a report as SVG; None if its claim draws nothing."""
    return None if report.finding.picture is None else report.plotted("svg")


def write_head(
    path: str | os.PathLike[str], head: str, plot: bytes | None, from_file: str = ""
) -> None:
    """Write what is generated of a page, as `write_page` does."""
    target = Path(path)
    discussion = kept_discussion(target)
    if plot is not None:
        write_atomically(target.with_suffix(".svg"), plot, "page")
    if from_file:
        head += f"\n{_sentence(from_file)}\n"
    write_atomically(target, f"{head}\n{DISCUSSION}\n{discussion}".encode(), "page")


def kept_discussion(path: Path) -> str:
    """Return what a page has below what is generated; of a page that is not there, a start."""
    if path.suffix != ".md":
        raise ArgumentError("page", "FILE.md", path)
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError("page", "a readable page", f"{path} ({error})") from error
    if text is None:
        return _NOTHING_YET
    _, line, discussion = text.partition(DISCUSSION + "\n")
    if not line:
        raise ArgumentError("page", f"a page with the line {DISCUSSION}", path)
    return discussion


def claims_list(
    entries: Iterable[Claim],
    verdicts: Mapping[str, str],
    folder: str,
    evidence: Mapping[str, Mapping[str, Any] | None] | None = None,
) -> str:
    """Return claims with their verdicts as Markdown, a table for each topic; then the evidence.

    Arguments:
        entries: the claims.
        verdicts: by name.
        folder: where their pages are, as the page that lists them names it.
        evidence: by name, what the verdict hangs on (`Evidence.to_json`), where that was asked.

    >>> from mesacircuits.conjectures.registry import registered
    >>> entries = [registered()["tabular"]]
    >>> print("\\n".join(claims_list(entries, {"tabular": "held"}, "claims").splitlines()[:5]))
    ### Circuits
    <BLANKLINE>
    | claim | what it says | kind | verdict |
    | --- | --- | --- | --- |
    | [tabular](claims/tabular.md) | A tabular model is never a mesa-optimizer. | theorem | held |
    """
    parts, hanging = [], []
    for topic, listed in groupby(entries, lambda entry: entry.topic):
        rows = []
        for entry in listed:
            said = f'"{entry.claim}"' if entry.quotation else entry.claim
            page = f"[{entry.name}]({folder}/{entry.name}.md)"
            verdict, kind = verdicts[entry.name], entry.kind.value if entry.kind else "-"
            rows.append((page, said, kind, verdict))
            found = (evidence or {}).get(entry.name)
            if found is not None:
                hanging.append((page, kind, verdict, *hangs_on(verdict, found)))
        heads = ("claim", "what it says", "kind", "verdict")
        parts.append(Table(f"### {topic.capitalize()}", heads, tuple(rows)).markdown())
    if hanging:
        names = ("effect", "p", "placebos", "settings that agree", "trend")
        title = "### What verdicts hang on"
        parts.append(Table(title, ("claim", "kind", "verdict", *names), tuple(hanging)).markdown())
    return "\n\n".join(parts) + "\n"


def hangs_on(verdict: str, evidence: Mapping[str, Any]) -> tuple[Cell, ...]:
    """Return a row of the table of evidence: effect, p, and what was found elsewhere."""
    effect, p = evidence["effect"], evidence["p"]
    around = [*evidence["trend"].values(), *evidence["neighbours"].values()]
    return (
        None if effect is None else f"{float(Fraction(effect)):+.4f}",
        None if p is None else ("" if p[0] == p[1] else "<= ") + p[1],
        "; ".join(f"{name}: {said}" for name, said in evidence["placebos"].items()) or None,
        f"{around.count(verdict)} of {len(around)}" if around else None,
        "; ".join(f"{name}: {said}" for name, said in evidence["trend"].items()) or None,
    )


def list_parts(path: Path) -> tuple[str, str]:
    """Return what a page has before and after its list of claims; nothing, if it is not there.

    Raises `ArgumentError` if it cannot be read, or has no place for the list.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else LIST + LIST_END
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError("pages", "a readable page", f"{path} ({error})") from error
    before, begun, rest = text.partition(LIST)
    _, ended, after = rest.partition(LIST_END)
    if not begun or not ended:
        expected = f"a page with the lines {LIST.strip()} and {LIST_END.strip()}"
        raise ArgumentError("pages", expected, path)
    return before, after


def write_list(
    path: Path,
    entries: Iterable[Claim],
    verdicts: Mapping[str, str],
    evidence: Mapping[str, Mapping[str, Any] | None] | None = None,
) -> None:
    """Write the list of claims into a page, keeping what is outside of it, or a page of it alone.

    Their own pages are in the folder of its name beside it. Arguments are those of `claims_list`.

    Raises `ArgumentError` as `list_parts`, and if the page cannot be written.
    """
    before, after = list_parts(path)
    listed = claims_list(entries, verdicts, path.stem, evidence)
    write_atomically(path, f"{before}{LIST}\n{listed}\n{LIST_END}{after}".encode(), "pages")


def page_head(report: Report) -> str:
    """Return what is generated of a page.

    >>> from mesacircuits.conjectures import check
    >>> report = check("tabular", settings={"inputs": 2})
    >>> print("\\n".join(page_head(report).splitlines()[:3]))
    # tabular
    <BLANKLINE>
    A tabular model is never a mesa-optimizer.
    """
    claim, found = report.claim, report.finding
    if claim is None:
        raise ArgumentError("page", "a registered claim, not a sentence", report.name)
    answer = f"**{_ANSWERS[report.verdict]}** ({report.verdict.value}): {found.answer}"
    said = _evidence(report, claim)
    if report.arms:
        answer = f"**{report.verdict.value.capitalize()}.** See below."
        said = ["```text", str(report), "```"]
    lines = [
        f"# {claim.name}",
        "",
        # A block quotation is one: a paraphrase stands in the page's own voice.
        *(
            [f"> {claim.claim}", ">", f"> {claim.source}"]
            if claim.quotation
            else [claim.claim, "", _sentence(f"After {claim.source}")]
        ),
        "",
        f"**{_read_as(claim)}.** {_sentence(claim.reading)}",
        "",
        *([f"**Keeps.** {_sentence(claim.keeps)}", ""] if claim.keeps else []),
        f"**Question.** {claim.question}",
        "",
        answer,
        "",
        *([f"**Measured against.** {_sentence(claim.control)}", ""] if claim.control else []),
        f"**Blind to.** {_sentence(claim.blind_to)}",
        "",
        f"`mesacircuits check {claim.name}` prints what follows.",
        "",
        *said,
        "",
    ]
    if found.picture is not None:
        lines += [f"![{claim.name}]({claim.name}.svg)", ""]
    return "\n".join(lines)


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def _evidence(report: Report, claim: Claim) -> list[str]:
    finding = report.finding
    lines = [f"Universe: {_sentence(finding.universe)}", ""]
    lines += [f"NOT EXHAUSTED: {line}\n" for line in finding.left_open]
    for table in finding.tables:
        lines += [table.markdown(), ""]
    if finding.example is not None:
        lines += ["```text", *_case(finding.example), "```", ""]
    lines += [f"- {note}" for note in finding.notes]
    lines += ["", *_settings(report, claim)]
    return lines


def _settings(report: Report, claim: Claim) -> list[str]:
    if not claim.parameters:
        return []
    values = report.settings.values
    rows = [(f"`{p.name}`", f"`{value_text(values[p.name])}`", p.doc) for p in claim.parameters]
    heads = ("name", "value", "meaning")
    return [Table("Settings (`--set NAME=VALUE`):", heads, rows).markdown()]
