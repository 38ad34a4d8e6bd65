"""`catalog`: files of minima, built, merged, checked, asked and exported."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .arguments import CATALOG, NAMED, OUTPUT_OR_FOLDER, STORE, WHOLE
from .options import (
    INCONCLUSIVE,
    Group,
    definition_options,
    effort_of,
    effort_options,
    fresh_option,
    json_option,
    seconds,
    show,
    time_limit_option,
)
from .streams import check_terminal, write_data

if TYPE_CHECKING:
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import Answer, Filters
    from mesacircuits.definitions import Definition

__all__ = ["catalog"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

#: Rows that text shows; --limit and --json show others.
_SHOWN = 20


def _given_options(command: _Command) -> _Command:
    definition = click.option(
        "--definition",
        type=NAMED,
        multiple=True,
        metavar="FILE:NAME",
        help="A definition of your own that judged: it judges again. Repeatable.",
    )
    return definition(time_limit_option(command))


def _given(texts: tuple[str, ...], time_limit: float) -> list[Definition]:
    # What the user names on the command line may be run; what the catalog names may not.
    from mesacircuits.definitions import definition_named

    return [definition_named(text, time_limit=time_limit) for text in texts]


@click.group(cls=Group, short_help="Build, merge, check, ask and export catalogs.")
def catalog() -> None:
    """Catalogs: SQLite files of tasks, all their minima, and the tags of each with its witness."""


@catalog.command(short_help="Add all minima of tasks to a catalog.")
@click.argument("file", type=STORE)
@click.argument("universes", type=NAMED, nargs=-1, required=True, metavar="UNIVERSE...")
@click.option(
    "--basis",
    "bases",
    type=NAMED,
    multiple=True,
    default=("b2",),
    metavar="NAME",
    help="Repeatable.",
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
    universes: tuple[str, ...],
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

    A UNIVERSE is a task, functions(N) for every class of the functions of N inputs, 1 to 4,
    programs(TASK) for the minimal programs of one, or another of those that `compare --help`
    lists; several may be joined by semicolons.

    FILE is made if it is not there. Each search is added whole as soon as it is done, so a build
    that was killed goes on where it was, and building twice changes nothing. What the budget did
    not reach is named, and the exit status is then 4.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.building import add_searches, wanted_searches
    from mesacircuits.definitions import definition_named

    chosen = [definition_named(d, time_limit=time_limit) for d in definition] or None
    effort = effort_of(budget, workers, shipped=not fresh)
    # Before the file is made.
    wanted = wanted_searches(
        *universes,
        bases=bases,
        orders=orders,
        program_orders=program_orders,
        definitions=chosen,
    )
    with Catalog.create(file) as opened:
        report = add_searches(opened, wanted, effort)
        record = {
            "added": report.added,
            "kept": report.kept,
            "open": list(report.open),
            "digest": opened.digest(),
        }
    show(None if as_json else f"{report}\ncatalog {record['digest']}", record)
    return INCONCLUSIVE if report.open else 0


@catalog.command(short_help="Say what a catalog holds.")
@click.argument("file", type=CATALOG)
@json_option
def info(file: str, as_json: bool) -> None:
    """Print what FILE holds: its hash, rows of each table, searches by basis and order, runs."""
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import ask_sql
    from mesacircuits.catalog.store import MOST_CELL_BYTES
    from mesacircuits.records import printable
    from mesacircuits.tables import wrapped

    with Catalog.open(file) as opened, opened.reading():
        counts, digest = opened.counts(), opened.digest()
        searches = ask_sql(
            opened,
            "SELECT kind, basis, ordering, count(*) AS searches, "
            # Sums that overflow are errors, and totals none.
            "CAST(total(minima) AS INTEGER) AS minima, "
            "CAST(total(functions) AS INTEGER) AS functions FROM searches "
            "GROUP BY kind, basis, ordering ORDER BY kind, basis, ordering",
        )
        sql = "SELECT universe, source, versions FROM runs ORDER BY universe"
        runs = ask_sql(opened, sql, most_value=MOST_CELL_BYTES)
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
    text = printable("\n".join([f"catalog {digest}", "", *lines, "", rows]))
    show(None if as_json else text, record)


@catalog.command("verify", short_help="Check a catalog from scratch.")
@click.argument("file", type=CATALOG)
@click.option("--sample", type=WHOLE, metavar="N", help="Only N searches, drawn at random.")
@click.option("--seed", type=WHOLE, default=0, show_default=True, help="Of the sample.")
@click.option("--full", is_flag=True, help="Also find all their minima again.")
@_given_options
@effort_options()
@json_option
def verify_(
    file: str,
    sample: int | None,
    seed: int,
    full: bool,
    definition: tuple[str, ...],
    time_limit: float,
    budget: float | None,
    workers: int | None,
    as_json: bool,
) -> int:
    """Derive all rows of FILE again, and compare them; nothing that it names is run or opened.

    Circuits and programs are run on the task, measured and judged, witnesses checked from scratch;
    what has no tag must lack it. What was not derived is listed as asserted. That the lists of
    minima are complete --full shows, by SAT or by searching again. What a definition of your own
    said is asserted unless you give it. What the budget did not reach is named, and the exit status
    is then 4.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.verify import verify_catalog

    given = _given(definition, time_limit)
    with Catalog.open(file) as opened:
        found = verify_catalog(opened, sample, seed, full, effort_of(budget, workers), given)
    show(None if as_json else str(found), found.to_json())
    return INCONCLUSIVE if found.open else 0


@catalog.command(short_help="Add to a catalog what others hold.")
@click.argument("file", type=STORE)
@click.argument("others", type=CATALOG, nargs=-1, required=True)
@click.option(
    "--unverified", is_flag=True, help="Believe the others: sooner, for catalogs of your own."
)
@_given_options
@json_option
def merge(
    file: str,
    others: tuple[str, ...],
    unverified: bool,
    definition: tuple[str, ...],
    time_limit: float,
    as_json: bool,
) -> None:
    """Add to FILE all that the catalogs OTHERS hold, verified; each as a whole or not at all.

    Catalogs that do not hold, or contradict each other, are refused. FILE is made if it is not
    there.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.merge import merge as merge_catalogs
    from mesacircuits.catalog.verify import verify_catalog
    from mesacircuits.records import printable
    from mesacircuits.tables import wrapped

    given = _given(definition, time_limit)
    added: dict[str, int] = {}
    verified, asserted = [], dict[str, None]()
    with ExitStack() as stack:
        # All are checked before FILE is made, and stay as they are until they are in it.
        opened = [stack.enter_context(Catalog.open(other)) for other in others]
        checked = []
        for catalog_ in opened:
            stack.enter_context(catalog_.reading())
            found = None
            if not unverified:
                effort = effort_of(None, None)
                found = verify_catalog(catalog_, effort=effort, definitions=given)
                verified.append({"catalog": catalog_.path, **found.to_json()})
                asserted.update(dict.fromkeys(found.asserted))
            checked.append(found)
        into = stack.enter_context(Catalog.create(file))
        for catalog_, found in zip(opened, checked, strict=True):
            merged = merge_catalogs(into, catalog_, verify=found or False)
            for table, number in merged.added.items():
                added[table] = added.get(table, 0) + number
        digest = into.digest()
    how = "unverified" if unverified else "verified"
    lines = [f"added {added['searches']:,} searches, {added['minima']:,} minima; {how}"]
    lines += [wrapped(f"asserted: {said}", "  ", "    ") for said in asserted]
    text = printable("\n".join([*lines, f"catalog {digest}"]))
    record = {"added": added, "digest": digest, "unverified": unverified, "verified": verified}
    show(None if as_json else text, record)


@catalog.command(short_help="Finish what a killed command left.")
@click.argument("file", type=STORE)
@json_option
def recover(file: str, as_json: bool) -> None:
    """Roll back what a killed command had not finished in FILE, check it, and say what was done.

    What was added before is whole. Commands that read never do this: they say that it is needed.
    """
    from mesacircuits.catalog import Catalog

    opened, done = Catalog.recover(file)
    with opened:
        searches, digest = opened.counts()["searches"], opened.digest()
    text = f"{done}; {searches:,} searches are there\ncatalog {digest}"
    show(None if as_json else text, {"done": done, "searches": searches, "digest": digest})


@catalog.command("orbit-tags", short_help="Tag the shipped minima that no kernel tags.")
@click.option(
    "--basis", "bases", type=NAMED, multiple=True, metavar="NAME", help="Only this; repeatable."
)
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
        click.option("--task", type=NAMED, metavar="TASK", help="Of this task."),
        click.option("--class", "npn_class", metavar="HEX", help="Of this function's NPN class."),
        click.option("--inputs", type=WHOLE, metavar="N", help="Of tasks of N inputs."),
        click.option("--basis", type=NAMED, metavar="NAME", help="Over this basis."),
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
        click.option("--limit", type=WHOLE, metavar="N", help="Only the first N rows."),
        click.option("--budget", type=seconds, metavar="SECONDS", help="What --sql may take."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _check_question(
    sql: str | None,
    engine: str,
    limit: int | None,
    budget: float | None,
    given: dict[str, Any],
) -> None:
    """Refuse what does not go together, before any work."""
    if limit is not None and limit < 0:
        raise click.BadParameter("expected 0 or more", param_hint="--limit")
    if sql is None:
        if engine != "sqlite" or budget is not None:
            raise click.UsageError("--engine and --budget go with --sql")
        _filters(given).where()
    elif any(value is not None for value in given.values()):
        raise click.UsageError("--sql goes without filters")


def _answer(
    opened: Catalog,
    sql: str | None,
    engine: str,
    limit: int | None,
    budget: float | None,
    given: dict[str, Any],
) -> Answer:
    from mesacircuits.catalog.query import ask, ask_sql

    if sql is None:
        return ask(opened, _filters(given), limit)
    if engine == "sqlite":
        return ask_sql(opened, sql, budget, limit)
    from mesacircuits.catalog.duck import ask_duckdb

    return ask_duckdb(opened, sql, budget, limit)


def _filters(given: dict[str, Any]) -> Filters:
    from mesacircuits.catalog.query import Filters

    return Filters(**given)


class _Query(click.Command):
    """A command whose help names the columns of the view, for which it imports the library."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text with the columns in it."""
        from mesacircuits.catalog.schema import VIEW

        self.help = (self.help or "").replace("COLUMNS", ", ".join(VIEW))
        super().format_help_text(ctx, formatter)


@catalog.command(cls=_Query, short_help="List minima that pass filters, or ask by SQL.")
@click.argument("file", type=CATALOG)
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

    The view `catalog` has a row for each minimum: COLUMNS. `--json` and `catalog export` write all
    of these.
    """
    from mesacircuits.catalog import Catalog

    _check_question(sql, engine, limit, budget, given)
    shown = _SHOWN if limit is None and not as_json else limit
    with Catalog.open(file) as opened:
        answer = _answer(opened, sql, engine, shown, budget, given)
    show(None if as_json else _text(answer, sql is None), answer.to_json())


def _text(answer: Answer, by_filters: bool) -> str:
    from mesacircuits.records import printable
    from mesacircuits.tables import plain_table, wrapped

    left = answer.total - len(answer.rows)
    more = [f"and {left:,} more (--limit N lists more, --json all)"] if left else []
    if not by_filters:
        rows = [["-" if value is None else value for value in row] for row in answer.rows]
        return printable("\n".join([plain_table(answer.columns, rows), *more]))
    lines = []
    for row in answer.rows:
        named = dict(zip(answer.columns, row, strict=True))
        depth = "" if named["depth"] is None else f", depth {named['depth']}"
        tags = f": {named['tags']}" if named["tags"] else ""
        head = f"{named['task']} ({named['basis']}, {named['ordering']}), size {named['size']}"
        lines.append(wrapped(f"{head}{depth}{tags}", hanging="  "))
        lines += [wrapped(part, "  ", "    ", at="; ") for part in named["solver"].splitlines()]
    return printable("\n".join([*lines, *more])) or "nothing passes the filters"


@catalog.command(short_help="Write rows, circuits or drawings to files.")
@click.argument("file", type=CATALOG)
@click.argument("output", type=OUTPUT_OR_FOLDER)
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
    from mesacircuits.catalog.export_circuits import circuit_files, export_circuits
    from mesacircuits.catalog.export_rows import ROW_FORMATS, exported_rows
    from mesacircuits.catalog.provenance import Provenance
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import check_writable, write_atomically

    kinds = (*ROW_FORMATS, *circuit_files())
    if form not in kinds:
        raise ArgumentError("format", f"one of {', '.join(kinds)}", form)
    if fragment and form != "latex":
        raise click.UsageError("--fragment goes with --format latex")
    if form in circuit_files() and sql is not None:
        raise click.UsageError("--sql goes with formats of rows")
    if output == "-":
        if form in circuit_files():
            raise click.UsageError("a file for each circuit needs a folder, not -")
        check_terminal(form != "parquet")
        if as_json:
            raise click.UsageError("--json prints a summary on stdout, so - has no use")
    _check_question(sql, engine, limit, budget, given)
    if form in ROW_FORMATS and output != "-":
        check_writable(output, "output")
    words = click.get_current_context().obj or []
    # The rows are those that the hash is of.
    with Catalog.open(file) as opened, opened.reading():
        said = Provenance(opened.digest(), shlex.join(["mesacircuits", *words]))
        if form in circuit_files():
            names = export_circuits(opened, output, form, _filters(given), said, limit)
            written = {"files": names, "catalog": said.digest}
            show(None if as_json else f"{len(names):,} files in {output}", written)
            return
        answer = _answer(opened, sql, engine, limit, budget, given)
    data = exported_rows(answer, form, said, fragment)
    if output == "-":
        write_data(data, form != "parquet")
        return
    write_atomically(output, data, "output")
    record = {"rows": len(answer.rows), "of": answer.total, "catalog": said.digest}
    show(None if as_json else f"{len(answer.rows):,} of {answer.total:,} rows in {output}", record)
