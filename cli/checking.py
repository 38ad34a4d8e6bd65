"""`check` and `verify`: conjectures and their certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .arguments import INPUT, NAMED, OUTPUT, OUTPUT_FOLDER, PAGE, WHOLE
from .checking_all import check_every, check_under_each
from .options import (
    INCONCLUSIVE,
    claims_option,
    effort_of,
    effort_options,
    fresh_option,
    from_file,
    json_option,
    own_claims_of,
    seconds,
    show,
)

__all__ = ["check", "verify"]

#: The seconds that SAT may take over a stranger's certificate, unless said otherwise.
_VERIFYING = 600.0


def _refuse(beside: str, **given: object) -> None:
    for option, value in given.items():
        if value not in (None, ()):
            raise click.UsageError(f"{option}: expected nothing beside {beside}")


@click.command(short_help="Decide a conjecture, by name or as a sentence, or all.")
@click.argument("conjecture", type=NAMED, metavar="NAME|SENTENCE", required=False)
@click.option("--all", "every", is_flag=True, help="Every registered claim, one after the other.")
@click.option("--quick", is_flag=True, help="Over each claim's smaller universe: seconds.")
@claims_option
@click.option(
    "--definitions",
    type=NAMED,
    metavar="all|DEF;DEF",
    help="The verdict under each of these definitions.",
)
@click.option("--inputs", type=WHOLE, metavar="N", help="Number of inputs, 1 to 4 (default 4).")
@click.option("--basis", type=NAMED, metavar="NAME", help="Basis: see `bases` (default b2).")
@click.option("--order", metavar="NAME", help="Only the arm of this order: size or depth-size.")
@click.option(
    "--definition",
    type=NAMED,
    metavar="NAME",
    help="See `definitions` (default search-like).",
)
@click.option("--candidates", type=WHOLE, metavar="K", help="Dial k of search-like (default 2).")
@click.option(
    "--objective-gates", type=WHOLE, metavar="C", help="Dial c of search-like (default 1)."
)
@click.option("--dial", multiple=True, metavar="NAME=VALUE", help="Any other dial; repeatable.")
@click.option(
    "--set",
    "given",
    type=NAMED,
    multiple=True,
    metavar="NAME=VALUE",
    help="A claim's setting; repeatable.",
)
@click.option(
    "--certificate",
    type=OUTPUT,
    metavar="FILE",
    help="Write the certificate that verify re-checks.",
)
@click.option(
    "--plot",
    type=OUTPUT,
    metavar="FILE",
    help="Also draw what a claim found, if it has a plot: .svg or .png.",
)
@click.option(
    "--page",
    type=PAGE,
    metavar="FILE.md",
    help="Also write the claim's page, with its plot beside it.",
)
@click.option(
    "--pages",
    type=OUTPUT_FOLDER,
    metavar="FOLDER",
    help="The same for --all: a page per claim, and their list in FOLDER.md beside it.",
)
@fresh_option
@effort_options(long=True)
@json_option
def check(
    conjecture: str | None,
    every: bool,
    quick: bool,
    claims: str | None,
    definitions: str | None,
    inputs: int | None,
    basis: str | None,
    order: str | None,
    definition: str | None,
    candidates: int | None,
    objective_gates: int | None,
    dial: tuple[str, ...],
    given: tuple[str, ...],
    certificate: str | None,
    plot: str | None,
    page: str | None,
    pages: str | None,
    fresh: bool,
    as_json: bool,
    **means: Any,
) -> int:
    """Decide a conjecture or claim: one of `conjectures`, or a sentence such as

    \b
    "no size-minimal circuit of functions(4) over b2 is search-like"
    "every pareto-minimal circuit of argmax; thermostat over aig is lookup-table"
    "every length-minimal program of argmax over standard is search-like"

    Tasks are those of `enumerate`, but for files; functions(N), functions(N, outputs=M),
    partial(N), `library`, and several joined by semicolons: see `compare --help`. Orders are size,
    depth-size, size-depth, pareto and formula, of programs those of `programs`.

    What a claim's run depends on `conjectures NAME` lists; --set NAME=VALUE sets it, and
    --inputs, --basis, --order and --definition set what is so named.

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
    from mesacircuits.records import write_atomically

    if (conjecture is None) != every:
        raise click.UsageError("expected NAME|SENTENCE, or --all")
    if pages is not None and not every:
        raise click.UsageError("--pages goes with --all")
    own = own_claims_of(claims)
    known = registered(own)
    # A page says what is found by searching.
    shipped = not (fresh or every or page is not None or definitions is not None)
    effort = effort_of(**means, shipped=shipped, says_bound=True)
    settings: dict[str, object] = dict(named_values(given, "--set"))
    stated = {
        "--inputs": inputs,
        "--basis": basis,
        "--order": order,
        "--definition": definition,
        "--candidates": candidates,
        "--objective-gates": objective_gates,
        "--dial": dial,
        "--certificate": certificate,
        "--plot": plot,
    }
    if definitions is not None:
        _refuse("--definitions", **stated)
        entries = list(known.values()) if every else [conjecture_named(conjecture or "", own)]
        return check_under_each(entries, definitions, quick, effort, settings, page, as_json)
    if every:
        _refuse("--all", **stated, **{"--set": given, "--page": page})
        return check_every(list(known.values()), quick, effort, pages, as_json)
    entry = known.get(conjecture or "")
    if quick and entry is None:
        raise click.UsageError("--quick: a sentence states its universe itself")
    if quick and entry is not None:
        settings = {**entry.quick, **settings}
    if page is not None:
        from mesacircuits.conjectures.claim_page import kept_discussion

        # Better told now than after the search.
        kept_discussion(Path(page))
    form = ""
    if plot is not None:
        from mesacircuits.circuits.drawing.png import matplotlib_for
        from mesacircuits.conjectures.plot import plot_form

        form = plot_form(plot)
        matplotlib_for("drawing a plot")
    own_dials = [
        f"{name}={value}"
        for name, value in (("candidates", candidates), ("objective-gates", objective_gates))
        if value is not None
    ]
    report = conjectures.check(
        entry or conjecture or "",
        inputs,
        basis,
        order,
        definition,
        named_values([*own_dials, *dial], "--dial"),
        effort,
        settings,
    )
    # A file is of what was asked; what a signal cut off is only said.
    if certificate is not None and not effort.interrupted:
        conjectures.write_certificate(report.certificate(), certificate)
    if plot is not None and not effort.interrupted:
        write_atomically(plot, report.plotted(form), "plot")
    if page is not None and not effort.interrupted:
        from mesacircuits.conjectures.claim_page import write_page

        taken = from_file()
        write_page(report, page, "" if taken is None else str(taken))
    show(None if as_json else str(report), report.to_json())
    return report.exit_status


@click.command(short_help="Re-check a certificate with a second engine.")
@click.argument("file", type=INPUT)
@click.option(
    "--full",
    is_flag=True,
    help="Also find all minima of all classes again, by SAT; takes long, resumes if killed.",
)
@click.option(
    "--workers", type=WHOLE, metavar="N", help="Processes for --full (default: all cores)."
)
@click.option(
    "--budget",
    type=seconds,
    metavar="SECONDS",
    help="Stop after so long, and say what was not reached (default: 600, with --full no limit).",
)
@click.option(
    "--definition",
    "own",
    type=NAMED,
    multiple=True,
    metavar="DEF",
    help="Run this definition of your own, FILE.py:NAME as the certificate names it; repeatable.",
)
@json_option
def verify(
    file: str,
    full: bool,
    workers: int | None,
    budget: float | None,
    own: tuple[str, ...],
    as_json: bool,
) -> int:
    """Re-check a certificate without the engine that made it.

    Circuits are evaluated, witnesses checked from scratch, minimality shown by SAT, and all that
    follows from the listed counts is computed anew. What only finding all minima again can check
    is named, and checked by --full, which goes on where it was if it is killed. Nothing that FILE
    names is run or opened; a definition that is not of the package is asked only if you give it.

    Exit status 1 if FILE does not hold, 4 if the budget ended first.
    """
    from mesacircuits import conjectures
    from mesacircuits.classification import definition_named

    definitions = {text: definition_named(text) for text in own}
    if budget is None and not full:
        budget = _VERIFYING
    effort = effort_of(budget, workers)
    result = conjectures.verify(file, full, effort, keep=True, definitions=definitions)
    show(None if as_json else str(result), result.to_json())
    return INCONCLUSIVE if result.left_open else 0
