"""`catalog`: files of minima, built, merged, checked, asked and exported."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .options import (
    INCONCLUSIVE,
    definition_options,
    effort_of,
    effort_options,
    fresh_option,
    json_option,
    seconds,
    show,
)

if TYPE_CHECKING:
    from mesacircuits.catalog.query import Answer, Filters

__all__ = ["catalog"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Rows that text shows; --limit and --json show others.
_SHOWN = 20


@click.group(short_help="Build, merge, check, ask and export catalogs.")
def catalog() -> None:
    """Catalogs: SQLite files of tasks, all their minima, and the tags of each with its witness."""


@catalog.command(short_help="Add all minima of tasks to a catalog.")
@click.argument("file")
@click.option("--task", "tasks", multiple=True, metavar="TASK", help="A task; repeatable.")
@click.option(
    "--functions",
    type=int,
    multiple=True,
    metavar="N",
    help="Every class of the functions of N inputs, 1 to 4; repeatable.",
)
@click.option(
    "--programs", multiple=True, metavar="TASK", help="A task's minimal programs; repeatable."
)
@click.option(
    "--basis", "bases", multiple=True, default=("b2",), metavar="NAME", help="Repeatable."
)
@click.option(
    "--order",
    "orders",
    multiple=True,
    default=("size",),
    metavar="NAME",
    help="Order of circuits, repeatable (default: size).",
)
@click.option(
    "--program-order",
    "program_orders",
    multiple=True,
    default=("length",),
    metavar="NAME",
    help="Order of programs, repeatable (default: length).",
)
@definition_options
@fresh_option
@effort_options()
@json_option
def build(
    file: str,
    tasks: tuple[str, ...],
    functions: tuple[int, ...],
    programs: tuple[str, ...],
    bases: tuple[str, ...],
    orders: tuple[str, ...],
    program_orders: tuple[str, ...],
    definition: tuple[str, ...],
    time_limit: float,
    fresh: bool,
    budget: float | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Add to FILE all minima of tasks, each tagged by the definitions with its witnesses.

    FILE is made if it is not there. Each search is added whole as soon as it is done, so a build
    that was killed goes on where it was, and building twice changes nothing. What the budget did
    not reach is named, and the exit status is then 4.
    """
    from mesacircuits.catalog import Catalog, build as build_catalog
    from mesacircuits.classification import definition_named

    if not (tasks or functions or programs):
        raise click.UsageError("expected --task, --functions or --programs")
    chosen = [definition_named(d, time_limit=time_limit) for d in definition] or None
    effort = effort_of(budget, workers, shipped=not fresh)
    with Catalog.create(file) as opened:
        report = build_catalog(
            opened,
            tasks=tasks,
            functions=functions,
            programs=programs,
            bases=bases,
            orders=orders,
            program_orders=program_orders,
            definitions=chosen,
            effort=effort,
        )
        record = {
            "added": report.added,
            "kept": report.kept,
            "open": list(report.open),
            "digest": opened.digest(),
        }
    show(None if as_json else f"{report}\ncatalog {record['digest']}", record)
    return INCONCLUSIVE if report.open else 0


@catalog.command(short_help="Say what a catalog holds.")
@click.argument("file")
@json_option
def info(file: str, as_json: bool) -> None:
    """Print what FILE holds: its hash, rows of each table, searches by basis and order, runs."""
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import ask_sql
    from mesacircuits.tables import wrapped

    with Catalog.open(file) as opened:
        counts, digest = opened.counts(), opened.digest()
        searches = ask_sql(
            opened,
            "SELECT kind, basis, ordering, count(*) AS searches, sum(minima) AS minima, "
            "sum(functions) AS functions FROM searches GROUP BY kind, basis, ordering "
            "ORDER BY kind, basis, ordering",
        )
        runs = ask_sql(opened, "SELECT universe, source, versions FROM runs ORDER BY universe")
    record = {
        "digest": digest,
        "rows": counts,
        "searches": searches.to_json()["rows"],
        "runs": runs.to_json()["rows"],
    }
    lines = [
        wrapped(
            f"{kind}s, {basis}, {order}: {found:,} searches of {functions:,} functions or tasks, "
            f"{minima:,} minima",
            hanging="  ",
        )
        for kind, basis, order, found, minima, functions in searches.rows
    ]
    rows = wrapped(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    text = "\n".join([f"catalog {digest}", "", *lines, "", rows])
    show(None if as_json else text, record)


@catalog.command("verify", short_help="Check a catalog from scratch.")
@click.argument("file")
@click.option("--sample", type=int, metavar="N", help="Only N searches, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the sample.")
@click.option("--full", is_flag=True, help="Also find all their minima again, by SAT.")
@json_option
def verify_(file: str, sample: int | None, seed: int, full: bool, as_json: bool) -> None:
    """Check FILE: its hashes, and of each search that the circuits solve the task at their costs.

    Tags are judged again, witnesses checked from scratch, and what has no tag must lack it. That a
    list of minima is complete only --full shows, by the SAT engine.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.verify import verify_catalog

    with Catalog.open(file) as opened:
        found = verify_catalog(opened, sample, seed, full, effort_of(None, None))
    show(None if as_json else str(found), found.to_json())


@catalog.command(short_help="Add to a catalog what others hold.")
@click.argument("file")
@click.argument("others", nargs=-1, required=True)
@json_option
def merge(file: str, others: tuple[str, ...], as_json: bool) -> None:
    """Add to FILE all that the catalogs OTHERS hold; each as a whole or not at all.

    Catalogs that contradict each other are refused. FILE is made if it is not there.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.merge import merge as merge_catalogs

    added: dict[str, int] = {}
    with Catalog.create(file) as into:
        for other in others:
            with Catalog.open(other) as opened:
                for table, number in merge_catalogs(into, opened).items():
                    added[table] = added.get(table, 0) + number
        digest = into.digest()
    text = f"added {added['searches']:,} searches, {added['minima']:,} minima\ncatalog {digest}"
    show(None if as_json else text, {"added": added, "digest": digest})


@catalog.command("orbit-tags", short_help="Tag the shipped minima that no kernel tags.")
@click.option("--basis", "bases", multiple=True, metavar="NAME", help="Only this; repeatable.")
@json_option
def orbit_tags_(bases: tuple[str, ...], as_json: bool) -> None:
    """Judge the shipped minima over bases other than b2 and aig, one circuit for each orbit.

    With --json: by file, number of inputs, class and definition, which orbits have the tag. The
    atlas reads this from the data of the package; to judge all of it takes a quarter of an hour.
    """
    from mesacircuits.catalog.orbit_tags import orbit_tags
    from mesacircuits.data.orbit_ranges import ranges_of_text

    found = orbit_tags(bases or None, effort=effort_of(None, None))
    lines = []
    for file, record in found.items():
        orbits: dict[str, int] = {}
        for classes in record["tags"].values():
            for held in classes.values():
                for name, places in held.items():
                    orbits[name] = orbits.get(name, 0) + len(ranges_of_text(places))
        said = ", ".join(f"{number:,} orbits {name}" for name, number in orbits.items())
        lines.append(f"{file}: {said or 'no tags'}")
    show(None if as_json else "\n".join(lines), found)


def _filter_options(command: _Command) -> _Command:
    options = [
        click.option("--task", metavar="TASK", help="Of this task."),
        click.option("--class", "npn_class", metavar="HEX", help="Of this function's NPN class."),
        click.option("--inputs", type=int, metavar="N", help="Of tasks of N inputs."),
        click.option("--basis", metavar="NAME", help="Over this basis."),
        click.option("--order", metavar="NAME", help="Under this order."),
        click.option("--size", metavar="N|N-M", help="Of this size."),
        click.option("--depth", metavar="N|N-M", help="Of this depth."),
        click.option("--tag", metavar="TAG", help="With this tag, or unclassified."),
        click.option("--kind", metavar="KIND", help="Only of this kind: circuit or program."),
        click.option("--sql", metavar="SQL", help="A statement that reads, instead of filters."),
        click.option(
            "--engine",
            type=click.Choice(["sqlite", "duckdb"]),
            default="sqlite",
            show_default=True,
            help="What runs --sql (duckdb needs the extra of that name).",
        ),
        click.option("--limit", type=int, metavar="N", help="Only the first N rows."),
        click.option(
            "--budget", type=seconds, metavar="SECONDS", help="What --sql may take, by sqlite."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _answer(
    file: str,
    sql: str | None,
    engine: str,
    limit: int | None,
    budget: float | None,
    given: dict[str, Any],
) -> Answer:
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import ask, ask_sql

    if limit is not None and limit < 0:
        raise click.BadParameter("expected 0 or more", param_hint="--limit")
    with Catalog.open(file) as opened:
        if sql is None:
            if engine != "sqlite" or budget is not None:
                raise click.UsageError("--engine and --budget go with --sql")
            return ask(opened, _filters(given), limit)
        if any(value is not None for value in given.values()):
            raise click.UsageError("--sql goes without filters")
        if engine == "sqlite":
            return ask_sql(opened, sql, budget, limit)
        from mesacircuits.catalog.duck import ask_duckdb

        return ask_duckdb(opened, sql, limit)


def _filters(given: dict[str, Any]) -> Filters:
    from mesacircuits.catalog.query import Filters

    return Filters(**given)


@catalog.command(short_help="List minima that pass filters, or ask by SQL.")
@click.argument("file")
@_filter_options
@json_option
def query(
    file: str,
    sql: str | None,
    engine: str,
    limit: int | None,
    budget: float | None,
    as_json: bool,
    **given: Any,
) -> None:
    """List the minima of FILE that pass all filters, the smallest first; or the rows of --sql.

    The view `catalog` has a row for each minimum: task, class, inputs, basis, ordering, place,
    size, depth, tags, kind, solver, hash, minima, functions. `catalog export` writes all of it.
    """
    shown = _SHOWN if limit is None and not as_json else limit
    answer = _answer(file, sql, engine, shown, budget, given)
    show(None if as_json else _text(answer, sql is None), answer.to_json())


def _text(answer: Answer, by_filters: bool) -> str:
    from mesacircuits.tables import plain_table, wrapped

    left = answer.total - len(answer.rows)
    more = [f"and {left:,} more (--limit N lists more, --json all)"] if left else []
    if not by_filters:
        rows = [["-" if value is None else value for value in row] for row in answer.rows]
        return "\n".join([plain_table(answer.columns, rows), *more])
    lines = []
    for row in answer.rows:
        named = dict(zip(answer.columns, row, strict=True))
        depth = "" if named["depth"] is None else f", depth {named['depth']}"
        tags = f": {named['tags']}" if named["tags"] else ""
        head = f"{named['task']} ({named['basis']}, {named['ordering']}), size {named['size']}"
        lines.append(wrapped(f"{head}{depth}{tags}", hanging="  "))
        lines += [wrapped(part, "  ", "    ", at="; ") for part in named["solver"].splitlines()]
    return "\n".join([*lines, *more]) or "nothing passes the filters"


@catalog.command(short_help="Write rows, circuits or drawings to files.")
@click.argument("file")
@click.argument("output")
@click.option(
    "--format",
    "form",
    required=True,
    metavar="FORMAT",
    help="Rows: csv, jsonl, parquet (needs the extra duckdb), latex. A file for each circuit: "
    "blif, bench, aag, aig, v, txt, dot, svg, png (needs the extra png), tex (TikZ).",
)
@click.option("--fragment", is_flag=True, help="Of latex only the tabular, without a document.")
@_filter_options
@json_option
def export(
    file: str,
    output: str,
    form: str,
    fragment: bool,
    sql: str | None,
    engine: str,
    limit: int | None,
    budget: float | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Export the minima of FILE that pass the filters, or the rows of --sql.

    Rows go to the file OUTPUT (- is stdout), circuits to files in the folder OUTPUT, drawn with the
    wires of their witnesses marked. Each file names the catalog's hash and this command.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.export_circuits import CIRCUIT_FILES, export_circuits
    from mesacircuits.catalog.export_rows import ROW_FORMATS, exported_rows
    from mesacircuits.catalog.provenance import Provenance
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import check_writable, write_atomically

    if form not in (*ROW_FORMATS, *CIRCUIT_FILES):
        raise ArgumentError("format", f"one of {', '.join((*ROW_FORMATS, *CIRCUIT_FILES))}", form)
    if fragment and form != "latex":
        raise click.UsageError("--fragment goes with --format latex")
    words = click.get_current_context().obj or []
    with Catalog.open(file) as opened:
        said = Provenance(opened.digest(), shlex.join(["mesacircuits", *words]))
        if form in CIRCUIT_FILES:
            if sql is not None:
                raise click.UsageError("--sql goes with formats of rows")
            names = export_circuits(opened, output, form, _filters(given), said, limit)
            written = {"files": names, "catalog": said.digest}
            show(None if as_json else f"{len(names):,} files in {output}", written)
            return
    if output != "-":
        check_writable(output, "output")
    answer = _answer(file, sql, engine, limit, budget, given)
    data = exported_rows(answer, form, said, fragment)
    if output == "-":
        if form == "parquet" and sys.stdout.isatty():
            raise click.UsageError("parquet is a format of bytes: it needs a file or a pipe")
        if as_json:
            raise click.UsageError("--json prints a summary on stdout, so - has no use")
        sys.stdout.buffer.write(data)
        return
    write_atomically(output, data, "output")
    record = {"rows": len(answer.rows), "of": answer.total, "catalog": said.digest}
    show(None if as_json else f"{len(answer.rows):,} of {answer.total:,} rows in {output}", record)
