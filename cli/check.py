"""`check` and `verify`: conjectures and their certificates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import options
from .options import (
    INPUT,
    NAMED,
    OUTPUT,
    PAGE,
    WHOLE,
    Result,
    as_json,
    command,
    flag,
    option,
    refuse,
    refuse_clashes,
)
from .streams import from_file, say, say_orbits, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mesacircuits.conjectures.claim import Claim
    from mesacircuits.conjectures.sentence import Sentence
    from mesacircuits.enumeration import Effort

__all__ = ["check", "verify"]


def _say_expected(*entries: Claim) -> None:
    from mesacircuits.conjectures.check import expected_text

    expected = expected_text(entry.name for entry in entries)
    if expected:
        say(expected)


def _check_every(
    entries: Sequence[Claim], quick: bool, effort: Effort, pages: str | None
) -> Result:
    """Check claims one by one, print a line as each is done, then a summary."""
    from mesacircuits.conjectures.check import (
        all_checked,
        line_text,
        summary_text,
        worst_status,
    )
    from mesacircuits.conjectures.report_text import (
        kept_discussion,
        list_parts,
        write_head,
        write_list,
    )

    listed = None
    if pages is not None:
        refuse(not Path(pages).is_dir(), f"page: expected a folder, got {pages!r}")
        # Better told now than after hours.
        context = click.get_current_context()
        for entry in entries:
            page = Path(pages) / f"{entry.name}.md"
            refuse_clashes(context, "page", [str(page), str(page.with_suffix(".svg"))], True)
            kept_discussion(page)
        listed = Path(pages).resolve().with_suffix(".md")
        refuse_clashes(context, "page", [str(listed)], True)
        list_parts(listed)
    if not quick:
        _say_expected(*entries)
    found = []
    for checked in all_checked(entries, quick, effort, pages is not None):
        found.append(checked)
        if effort.interrupted:
            # Nor is it written down.
            listed = None
        elif pages is not None and checked.page is not None:
            write_head(Path(pages) / f"{checked.name}.md", *checked.page, checked.from_file)
        # As JSON there is one text, at the end; lines still tell of the progress.
        line = f"{len(found):>2} of {len(entries)}  {line_text(checked)}"
        if as_json():
            say(line)
        else:
            show(line, None)
    if listed is not None:
        verdicts = {c.name: c.verdict + c.at_the_defaults for c in found}
        write_list(listed, entries, verdicts, {c.name: c.evidence for c in found})
    record = [checked.to_json() for checked in found]
    return Result(f"\n{summary_text(found)}", record, worst_status(found))


def _check_under_each(
    entries: Sequence[Claim],
    definitions: str,
    quick: bool,
    effort: Effort,
    settings: Mapping[str, object],
    page: str | None,
) -> Result:
    """Print the verdict on claims under each of several definitions."""
    from mesacircuits.conjectures.definition_matrix import (
        ANY,
        definition_texts,
        matrix_markdown,
        matrix_text,
        own_definition,
        under_each,
    )
    from mesacircuits.records import write_atomically

    if len(entries) > 1:
        # Of claims that ask none there is nothing to exchange.
        entries = [entry for entry in entries if own_definition(entry) != ANY]
    texts = definition_texts(definitions)
    rows = []
    for place, entry in enumerate(entries):
        share = effort.share(len(entries) - place)
        rows.append(under_each(entry, texts, quick, share, settings))
        if effort.interrupted:
            break
    if page is not None and not effort.interrupted:
        write_atomically(page, matrix_markdown(rows, texts).encode(), "page")
    status = max((row.exit_status for row in rows), key=[0, 4, 3].index, default=0)
    return Result(matrix_text(rows, texts), [row.to_json() for row in rows], status)


#: The seconds that SAT may take over a stranger's certificate, unless said otherwise.
_VERIFYING = 600.0


def _refuse_beside(what: str, **given: object) -> None:
    for name, value in given.items():
        refuse(value not in (None, ()), f"{name}: expected nothing beside {what}")


@command(
    short_help="Decide a conjecture, by name or as a sentence, or all.",
    example="check minimal-circuits --certificate c.json",
)
@click.argument("conjecture", type=NAMED, metavar="NAME|SENTENCE", required=False)
@flag("--all", "Every registered claim, one after the other.", "every")
@flag("--quick", "Over each claim's smaller universe: seconds.")
@options.claims
@option(
    "--set",
    "A setting: `conjectures NAME` lists them; repeatable. definition=all, or several "
    "separated by semicolons, gives the verdict under each.",
    "NAME=VALUE",
    NAMED,
    into="given",
    multiple=True,
)
@option("--certificate", "Write the certificate that verify re-checks.", "FILE", OUTPUT)
@option(
    "--plot", "Also draw what was found, if there is a plot: .svg, .png or .pdf.", "FILE", OUTPUT
)
@option(
    "--page",
    "Also write the claim's page, with its plot beside it; with --all a FOLDER of pages, and "
    "their list in FOLDER.md beside it.",
    "FILE.md",
    PAGE,
)
@options.effort(long=True, fresh=True)
def check(
    conjecture: str | None,
    every: bool,
    quick: bool,
    claims: str | None,
    given: tuple[str, ...],
    certificate: str | None,
    plot: str | None,
    page: str | None,
    fresh: bool,
    **means: Any,
) -> Result | int:
    """Decide a conjecture or claim: one of `conjectures`, or a sentence such as

    \b
    "no size-minimal circuit of functions(4) over b2 is search-like"
    "every pareto-minimal circuit of argmax; thermostat over aig is lookup-table"
    "every shortest program of satisfying(candidates=4) is search-like"
    "every size-minimal controller of thermostat over b2 is control-like"

    Tasks are those of `enumerate`, but for files; functions(N), functions(N, outputs=M),
    partial(N), `library`, and several joined by semicolons: see `compare --help`. Orders are size,
    depth-size, size-depth, depth with a cap on the size as in depth-minimal(cap=5), pareto and
    formula; of programs those of `programs`, with a cap on the length where they need one, as in
    worst-time-minimal(cap=4).

    A sentence states all that its answer depends on; for a name --set NAME=VALUE sets it.

    For sentences over functions the minima that ship with the package are taken where they answer,
    and the output says so; --fresh searches all the same.

    --all prints for each claim its verdict, over what universe, and the answer, then a summary;
    with --resume FILE what is decided is kept. Where --quick, over smaller universes, comes to
    another verdict than the defaults, it says so.

    Exit status 0 held, 3 refuted (the smallest counterexample is drawn), 4 inconclusive; of
    several the worst of error, refuted, inconclusive, held.
    """
    from mesacircuits import conjectures
    from mesacircuits.call import named_values
    from mesacircuits.conjectures.registry import conjecture_named, registered
    from mesacircuits.conjectures.sentence import parse_sentence
    from mesacircuits.records import write_atomically
    from mesacircuits.tables import wrapped

    refuse((conjecture is None) != every, "expected NAME|SENTENCE, or --all")
    settings: dict[str, object] = dict(named_values(given, "--set"))
    definitions = str(settings.get("definition", ""))
    under = definitions == "all" or ";" in definitions
    single = under or not every
    kind = "the name of a file, FILE.md" if single else "a folder, with --all"
    wrong = page is not None and page.endswith(".md") != single
    refuse(wrong, f"page: expected {kind}, got {page!r}")
    own = options.own_claims_of(claims)
    known = registered(own)
    effort = options.effort_of(**means, fresh=fresh, says_bound=True)
    files = {"--certificate": certificate, "--plot": plot}
    if under:
        _refuse_beside("several definitions", **files)
        del settings["definition"]
        entries = list(known.values()) if every else [conjecture_named(conjecture or "", own)]
        return _check_under_each(entries, definitions, quick, effort, settings, page)
    if every:
        _refuse_beside("--all", **files, **{"--set": given})
        return _check_every(list(known.values()), quick, effort, page)
    entry = known.get(conjecture or "")
    refuse(quick and entry is None, "--quick: a sentence states its universe itself")
    if quick and entry is not None:
        settings = {**entry.quick, **settings}
    if page is not None:
        from mesacircuits.conjectures.report_text import kept_discussion

        # Better told now than after the search.
        kept_discussion(Path(page))
    form = ""
    if plot is not None:
        from mesacircuits.conjectures.plot import PLOT_FORMS
        from mesacircuits.drawing import matplotlib_for, picture_form

        form = picture_form(plot, "plot", "drawing a plot", PLOT_FORMS)
        matplotlib_for("drawing a plot")
    asked: Claim | Sentence | str = entry or conjecture or ""
    if isinstance(asked, str) and " " in asked.strip():
        asked = parse_sentence(asked)
        say_orbits(asked.universe)
    if entry is not None and not settings:
        _say_expected(entry)
    report = conjectures.check(asked, settings, effort)
    # A file is of what was asked; what a signal cut off is only said.
    if certificate is not None and not effort.interrupted:
        conjectures.write_certificate(report.certificate(), certificate)
    if plot is not None and not effort.interrupted:
        write_atomically(plot, report.plotted(form), "plot")
    if page is not None and not effort.interrupted:
        from mesacircuits.conjectures.report_text import write_page

        taken = from_file()
        write_page(report, page, "" if taken is None else str(taken))
    verdict = wrapped(f"{report.verdict.value.upper()}: {report.name}", "", "  ")
    return Result(report.__str__, report.to_json, report.exit_status, verdict)


@command(short_help="Re-check a certificate with a second engine.", example="verify c.json")
@click.argument("file", type=INPUT)
@flag(
    "--full",
    "Also find all minima of all classes again, by SAT (programs: by exhausting them again); "
    "takes long, resumes if killed.",
)
@option("--workers", "Processes for --full (default: all cores).", "N", WHOLE)
@option(
    "--budget",
    "Stop after so long, and say what was not reached (default: 600, with --full no limit).",
    "SECONDS",
    options.seconds,
)
@option(
    "--definition",
    "Run this definition of your own, FILE.py:NAME as the certificate names it; repeatable.",
    "DEF",
    NAMED,
    into="own",
    multiple=True,
)
def verify(
    file: str, full: bool, workers: int | None, budget: float | None, own: tuple[str, ...]
) -> Result | int:
    """Re-check a certificate without the engine that made it.

    Circuits are evaluated, witnesses checked from scratch, minimality shown by SAT, and all that
    follows from the listed counts is computed anew. What only finding all minima again can check
    is named, and checked by --full, which goes on where it was if it is killed. Nothing that FILE
    names is run or opened; a definition that is not of the package is asked only if you give it.

    Exit status 1 if FILE does not hold, 4 if the budget ended first or FILE is of an older version,
    or says what an older definition did.
    """
    from mesacircuits import conjectures
    from mesacircuits.definitions import definition_named
    from mesacircuits.errors import OutdatedError

    definitions = {text: definition_named(text) for text in own}
    if budget is None and not full:
        budget = _VERIFYING
    effort = options.effort_of(budget, workers)
    try:
        result = conjectures.verify(file, full, effort, keep=True, definitions=definitions)
    except OutdatedError as error:
        say(f"mesacircuits: {error}")
        return options.INCONCLUSIVE
    return Result.of(result, not result.left_open)
