"""`catalog` and `atlas`: files of minima, built, merged, checked, asked, exported; and a site."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from . import options
from .options import (
    CATALOG,
    NAMED,
    OUTPUT_FOLDER,
    OUTPUT_OR_FOLDER,
    STORE,
    WHOLE,
    Group,
    Result,
    as_json,
    command,
    flag,
    option,
    refuse,
)
from .streams import check_terminal, say_orbits, write_data

if TYPE_CHECKING:
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import Answer
    from mesacircuits.catalog.verify import Verification
    from mesacircuits.definitions import Definition

__all__ = ["atlas", "catalog"]

#: Rows that text shows; --limit and --json show others.
_SHOWN = 20

_given_options = options.definitions(
    "A definition of your own that judged: it judges again. Repeatable.", "FILE:NAME"
)


def _given(texts: tuple[str, ...], time_limit: float) -> list[Definition]:
    # What the user names on the command line may be run; what the catalog names may not.
    from mesacircuits.definitions import definition_named

    return [definition_named(text, time_limit=time_limit) for text in texts]


@command(short_help="Write a web site of all minima, to be opened from disk.", example="atlas site")
@click.argument("folder", type=OUTPUT_FOLDER, metavar="DIR")
@option("--basis", "Only this basis; repeatable.", "NAME", NAMED, into="bases", multiple=True)
def atlas(folder: str, bases: tuple[str, ...]) -> Result:
    """Write to DIR a static web site: open DIR/index.html, no server and no network needed.

    It has every class of the functions of two to four inputs, its costs in each basis, all minima
    drawn with their tags and witnesses, filters, search by truth table, and a page for each
    conjecture with its verdict. All comes from the lists that ship with the package.
    """
    from mesacircuits.catalog.atlas import write_atlas

    report = write_atlas(folder, bases or None, options.effort_of())
    return Result(report.__str__, asdict(report))


@click.group(cls=Group, short_help="Build, merge, check, ask and export catalogs.")
def catalog() -> None:
    """Catalogs: SQLite files of tasks, all their minima, and the tags of each with its witness."""


@catalog.command(
    short_help="Add all minima of tasks to a catalog.",
    example="catalog build minima.db 'functions(3)'",
)
@click.argument("file", type=STORE)
@click.argument("universes", type=NAMED, nargs=-1, required=True, metavar="UNIVERSE...")
@option("--basis", "Repeatable.", "NAME", NAMED, into="bases", multiple=True)
@option("--order", "Of circuits, repeatable (default: size).", "NAME", into="orders", multiple=True)
@option(
    "--program-order",
    "Of programs, repeatable (default: length).",
    "NAME",
    into="program_orders",
    multiple=True,
)
@options.definitions()
@options.effort(fresh=True)
def build(
    file: str,
    universes: tuple[str, ...],
    bases: tuple[str, ...],
    orders: tuple[str, ...],
    program_orders: tuple[str, ...],
    definition: tuple[str, ...],
    time_limit: float,
    **means: Any,
) -> Result:
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
    from mesacircuits.studies.universe import parse_universe

    # Before the file is made.
    named = [parse_universe(text) for text in universes]
    wanted = wanted_searches(
        *named,
        bases=bases or ("b2",),
        orders=orders or ("size",),
        program_orders=program_orders or ("length",),
        definitions=_given(definition, time_limit) or None,
    )
    effort = options.effort_of(**means)
    for universe in named:
        say_orbits(universe)
    with Catalog.create(file) as opened:
        report = add_searches(opened, wanted, effort)
        record = asdict(report) | {"digest": opened.digest()}
    text = f"{report}\ncatalog {record['digest']}"
    return Result(text, record, options.INCONCLUSIVE if report.open else 0)


@catalog.command(short_help="Say what a catalog holds.", example="catalog info minima.db")
@click.argument("file", type=CATALOG)
def info(file: str) -> Result:
    """Print what FILE holds: its hash, rows of each table, searches by basis and order, runs."""
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.query import ask_sql
    from mesacircuits.catalog.store import MOST_CELL_BYTES
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
    return Result("\n".join([f"catalog {digest}", "", *lines, "", rows]), record)


@catalog.command(
    "verify", short_help="Check a catalog from scratch.", example="catalog verify minima.db"
)
@click.argument("file", type=CATALOG)
@option("--sample", "Only N searches, drawn at random.", "N", WHOLE)
@option("--seed", "Of the sample.", None, WHOLE, 0)
@flag("--full", "Also find all their minima again.")
@_given_options
@options.effort()
def verify_(
    file: str,
    sample: int | None,
    seed: int,
    full: bool,
    definition: tuple[str, ...],
    time_limit: float,
    **means: Any,
) -> Result:
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
        found = verify_catalog(opened, sample, seed, full, options.effort_of(**means), given)
    return Result.of(found, not found.open)


@catalog.command(
    short_help="Add to a catalog what others hold.", example="catalog merge all.db minima.db"
)
@click.argument("file", type=STORE)
@click.argument("others", type=CATALOG, nargs=-1, required=True)
@flag("--unverified", "Believe the others: sooner, for catalogs of your own.")
@_given_options
def merge(
    file: str,
    others: tuple[str, ...],
    unverified: bool,
    definition: tuple[str, ...],
    time_limit: float,
) -> Result:
    """Add to FILE all that the catalogs OTHERS hold, verified; each as a whole or not at all.

    Catalogs that do not hold, or contradict each other, are refused. FILE is made if it is not
    there.
    """
    from mesacircuits.catalog import Catalog
    from mesacircuits.catalog.verify import merge as merge_catalogs, verify_catalog
    from mesacircuits.tables import wrapped

    given = _given(definition, time_limit)
    added: dict[str, int] = {}
    verified, asserted = [], dict[str, None]()
    with ExitStack() as stack:
        # All are checked before FILE is made, and stay as they are until they are in it.
        opened = [stack.enter_context(Catalog.open(other)) for other in others]
        checked: list[Verification | bool] = []
        for each in opened:
            stack.enter_context(each.reading())
            if unverified:
                checked.append(False)
                continue
            found = verify_catalog(each, effort=options.effort_of(), definitions=given)
            checked.append(found)
            verified.append({"catalog": each.path, **found.to_json()})
            asserted.update(dict.fromkeys(found.asserted))
        into = stack.enter_context(Catalog.create(file))
        for each, said in zip(opened, checked, strict=True):
            for table, number in merge_catalogs(into, each, verify=said).added.items():
                added[table] = added.get(table, 0) + number
        digest = into.digest()
    how = "unverified" if unverified else "verified"
    lines = [f"added {added['searches']:,} searches, {added['minima']:,} minima; {how}"]
    lines += [wrapped(f"asserted: {said}", "  ", "    ") for said in asserted]
    record = {"added": added, "digest": digest, "unverified": unverified, "verified": verified}
    return Result("\n".join([*lines, f"catalog {digest}"]), record)


@catalog.command(
    short_help="Finish what a killed command left.", example="catalog recover minima.db"
)
@click.argument("file", type=STORE)
def recover(file: str) -> Result:
    """Roll back what a killed command had not finished in FILE, check it, and say what was done.

    What was added before is whole. Commands that read never do this: they say that it is needed.
    """
    from mesacircuits.catalog import Catalog

    opened, done = Catalog.recover(file)
    with opened:
        searches, digest = opened.counts()["searches"], opened.digest()
    text = f"{done}; {searches:,} searches are there\ncatalog {digest}"
    return Result(text, {"done": done, "searches": searches, "digest": digest})


@catalog.command(
    "orbit-tags",
    short_help="Tag the shipped minima that no kernel tags.",
    example="catalog orbit-tags --basis mig --json",
)
@option("--basis", "Only this; repeatable.", "NAME", NAMED, into="bases", multiple=True)
def orbit_tags_(bases: tuple[str, ...]) -> Result:
    """Judge the shipped minima over bases other than b2 and aig, one circuit for each orbit.

    With --json: by file, number of inputs, class and definition, which orbits have the tag. The
    atlas reads this from the data of the package; to judge all of it takes a quarter of an hour.
    """
    from mesacircuits.catalog.atlas.lists import orbit_tags
    from mesacircuits.data.minima import ranges_of_text

    found = orbit_tags(bases or None, effort=options.effort_of())
    lines = []
    for file, record in found.items():
        orbits: dict[str, int] = {}
        for classes in record["tags"].values():
            for held in classes.values():
                for name, places in held.items():
                    orbits[name] = orbits.get(name, 0) + len(ranges_of_text(places))
        said = ", ".join(f"{number:,} orbits {name}" for name, number in orbits.items())
        lines.append(f"{file}: {said or 'no tags'}")
    return Result("\n".join(lines), found)


# -- asking and exporting ----------------------------------------------------------------------


def _question_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the filters, `--sql` and what goes with it, which `_Question` takes."""
    engines = click.Choice(["sqlite", "duckdb"])
    runs = "What runs --sql (duckdb needs the extra of that name)."
    for add in (
        option("--budget", "What --sql may take.", "SECONDS", options.seconds),
        option("--limit", "Only the first N rows.", "N", WHOLE),
        option("--engine", runs, None, engines, "sqlite"),
        option("--sql", "A statement that reads, instead of filters.", "SQL"),
        option("--kind", "Only of this kind: circuit or program.", "KIND"),
        option("--tag", "With this tag, or unclassified.", "TAG"),
        option("--depth", "Of this depth.", "N|N-M"),
        option("--size", "Of this size.", "N|N-M"),
        option("--order", "Under this order.", "NAME"),
        option("--basis", "Over this basis.", "NAME", NAMED),
        option("--inputs", "Of tasks of N inputs.", "N", WHOLE),
        option("--class", "Of this function's NPN class.", "HEX", into="npn_class"),
        option("--task", "Of this task.", "TASK", NAMED),
    ):
        function = add(function)
    return function


class _Question:
    """Which rows are asked for: by filters, or by SQL; refused before any work if it is wrong."""

    def __init__(
        self,
        sql: str | None,
        engine: str,
        limit: int | None,
        budget: float | None,
        **given: str | int | None,
    ) -> None:
        from mesacircuits.catalog.query import Filters

        self.sql, self.engine, self.limit, self.budget = sql, engine, limit, budget
        self.filters = Filters(**given)  # type: ignore[arg-type]
        wrong = limit is not None and limit < 0
        refuse(wrong, "Invalid value for --limit: expected 0 or more")
        if sql is None:
            wrong = engine != "sqlite" or budget is not None
            refuse(wrong, "--engine and --budget go with --sql")
            self.filters.where()
        else:
            refuse(self.filters != Filters(), "--sql goes without filters")

    def answer(self, opened: Catalog, limit: int | None) -> Answer:
        """Return the rows, or the first of them."""
        from mesacircuits.catalog.query import ask, ask_duckdb, ask_sql

        if self.sql is None:
            return ask(opened, self.filters, limit)
        by = ask_sql if self.engine == "sqlite" else ask_duckdb
        return by(opened, self.sql, self.budget, limit)


def _columns() -> dict[str, str]:
    from mesacircuits.catalog.schema import VIEW

    return {"COLUMNS": ", ".join(VIEW)}


@catalog.command(
    short_help="List minima that pass filters, or ask by SQL.",
    example="catalog query minima.db --tag search-like",
    words=_columns,
)
@click.argument("file", type=CATALOG)
@_question_options
def query(file: str, **asked: Any) -> Result:
    """List the minima of FILE that pass all filters, the smallest first; or the rows of --sql.

    The view `catalog` has a row for each minimum: COLUMNS. `--json` and `catalog export` write all
    of these.
    """
    from mesacircuits.catalog import Catalog

    question = _Question(**asked)
    unlimited = question.limit is None and not as_json()
    with Catalog.open(file) as opened:
        answer = question.answer(opened, _SHOWN if unlimited else question.limit)
    return Result(lambda: _text(answer, question.sql is None), answer.to_json)


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


def _export_formats() -> dict[str, str]:
    from mesacircuits.catalog.exports import ROW_FORMATS, circuit_files

    needs = {"parquet": "needs the extra duckdb", "png": "needs the extra png", "tex": "TikZ"}

    def listed(names: Iterable[str]) -> str:
        return ", ".join(f"{name} ({needs[name]})" if name in needs else name for name in names)

    return {"ROWS": listed(ROW_FORMATS), "CIRCUITS": listed(circuit_files())}


@catalog.command(
    short_help="Write rows, circuits or drawings to files.",
    example="catalog export minima.db minima.csv --format csv",
    words=_export_formats,
)
@click.argument("file", type=CATALOG)
@click.argument("output", type=OUTPUT_OR_FOLDER)
@option(
    "--format",
    "Rows: ROWS. A file for each circuit: CIRCUITS.",
    "FORMAT",
    into="form",
    required=True,
)
@flag("--fragment", "Of latex only the tabular, without a document.")
@option("--columns", "Of rows these columns: task,size,solver (latex: all but hashes).", "NAMES")
@_question_options
def export(
    file: str, output: str, form: str, fragment: bool, columns: str | None, **asked: Any
) -> Result | None:
    """Export the minima of FILE that pass the filters, or the rows of --sql.

    Rows go to the file OUTPUT (- is stdout), circuits to files in the folder OUTPUT, drawn with the
    wires of their witnesses marked. Each file names the catalog's hash and this command.
    """
    from mesacircuits.catalog import Catalog, exports
    from mesacircuits.errors import ArgumentError
    from mesacircuits.records import check_writable, write_atomically

    of_circuits = exports.circuit_files()
    if form not in (kinds := (*exports.ROW_FORMATS, *of_circuits)):
        raise ArgumentError("format", f"one of {', '.join(kinds)}", form)
    refuse(fragment and form != "latex", "--fragment goes with --format latex")
    by_sql, streamed = asked["sql"] is not None, output == "-"
    refuse(form in of_circuits and columns is not None, "--columns goes with formats of rows")
    refuse(form in of_circuits and by_sql, "--sql goes with formats of rows")
    if streamed:
        refuse(form in of_circuits, "a file for each circuit needs a folder, not -")
        check_terminal(form != "parquet")
        refuse(as_json(), "--json prints a summary on stdout, so - has no use")
    question = _Question(**asked)
    if form not in of_circuits and not streamed:
        check_writable(output, "output")
    words = click.get_current_context().obj or []
    # The rows are those that the hash is of.
    with Catalog.open(file) as opened, opened.reading():
        said = exports.Provenance(opened.digest(), shlex.join(["mesacircuits", *words]))
        if form in of_circuits:
            limit, filters = question.limit, question.filters
            names = exports.export_circuits(opened, output, form, filters, said, limit)
            record: dict[str, Any] = {"files": names, "catalog": said.digest}
            return Result(f"{len(names):,} files in {output}", record)
        answer = question.answer(opened, question.limit)
    if columns is not None:
        answer = answer.of_columns([name.strip() for name in columns.split(",")])
    elif form == "latex" and not by_sql:
        answer = answer.of_columns([n for n in answer.columns if n not in ("hash", "search")])
    data = exports.exported_rows(answer, form, said, fragment)
    if streamed:
        write_data(data, form != "parquet")
        return None
    write_atomically(output, data, "output")
    record = {"rows": len(answer.rows), "of": answer.total, "catalog": said.digest}
    return Result(f"{len(answer.rows):,} of {answer.total:,} rows in {output}", record)
