"""Generate what the paper prints: numbers, tables and figures, all from the package.

    python papers/generate.py FOLDER

writes to FOLDER a catalog, and from it and from searches `numbers.tex`, `table-*.tex` and a
standalone document for each figure, which `make paper` compiles.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.query import ask_sql
from mesacircuits.circuits.bases import BASES
from mesacircuits.circuits.drawing import draw_tikz
from mesacircuits.conjectures import check
from mesacircuits.conjectures.decide import ArmResult, FrontierRow
from mesacircuits.conjectures.registry import registered
from mesacircuits.data import published, stored_claims
from mesacircuits.data.minima import minima_files, stored_minima
from mesacircuits.definitions import classify
from mesacircuits.enumeration import Effort, census
from mesacircuits.records import write_atomically
from mesacircuits.studies.programs import tagged_programs
from mesacircuits.tables import Cell, Table, escaped_latex
from mesacircuits.tasks import machine_for, parse_task

ORDERS = ("size", "depth-size")
PROGRAM_TASKS = ("satisfying(candidates=4)", "argmax", "ranking")


class Paper:
    """The folder of what is generated, and the numbers so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers: dict[str, str] = {}

    def number(self, name: str, value: object) -> None:
        """Define a macro: whole numbers with their thousands set apart."""
        assert name.isalpha(), name
        text = f"{value:,}".replace(",", "{,}") if isinstance(value, int) else escaped_latex(value)
        assert self.numbers.setdefault(name, text) == text, name

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        write_atomically(self.folder / name, text.encode(), "folder")

    def table(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a table."""
        listed = tuple(tuple(row) for row in rows)
        self.write(f"table-{name}.tex", Table("", heads, listed).latex())

    def finish(self) -> None:
        """Write the macros."""
        lines = (
            f"\\newcommand{{\\{name}}}{{{text}}}\n" for name, text in sorted(self.numbers.items())
        )
        self.write("numbers.tex", "".join(lines))


def census_table(paper: Paper, catalog: Catalog) -> None:
    """The census of four inputs, from the catalog, against the published counts."""
    known = published().distribution(4, "size").counts
    classes = published().distribution(4, "size", "classes").counts
    counted = ask_sql(
        catalog,
        "SELECT size, sum(functions), count(*), sum(minima * functions / 2) FROM searches "
        "WHERE basis = 'b2' AND ordering = 'size' GROUP BY size ORDER BY size",
    ).rows
    # The two constants are one circuit and its inverse; of each function one of two is counted.
    assert [row[1] for row in counted] == list(known)
    assert [row[2] for row in counted] == list(classes)
    paper.table(
        "census",
        ("gates", "functions", "published", "classes", "circuits"),
        [(s, f, k, c, m) for (s, f, c, m), k in zip(counted, known, strict=True)],
    )
    found = census(4)
    assert found.total["circuits"] == sum(row[3] for row in counted)
    paper.number("CensusCircuits", found.total["circuits"])
    paper.number("CensusFunctions", sum(known))
    paper.number("CensusClasses", sum(classes))
    paper.number("CensusPerFunction", f"{found.total['circuits'] / (sum(known) / 2):.0f}")


def conjecture_tables(paper: Paper) -> None:
    """Both arms of the conjecture: totals, the frontier over the dials, the smallest examples."""
    report = check("minimal-circuits", {"inputs": 4}, effort=Effort())
    paper.number("Verdict", report.verdict.value)
    for name, arm in zip(("Size", "Depth"), report.arms, strict=True):
        for key in ("minima", "tagged_minima", "tagged_classes", "tagged_functions"):
            paper.number(name + key.title().replace("_", ""), arm.totals[key])
        paper.number(f"{name}Disagreeing", arm.totals["disagreeing_classes"])
        paper.number(f"{name}Wholly", arm.totals["wholly_tagged_classes"])
        example = arm.example
        assert example is not None
        paper.number(f"{name}Example", str(example.task))
        judged = classify(example.solver, example.task)
        paper.write(f"figure-{name.lower()}.tex", draw_tikz(example.solver, judged.marks))
    size, depth = ({row.definition: row for row in arm.frontier} for arm in report.arms)
    paper.table(
        "frontier",
        ("definition", "classes", "functions", "minima", "classes'", "functions'", "minima'"),
        [
            (name, *_frontier(size.get(name)), *_frontier(depth.get(name)))
            for name in dict.fromkeys([*size, *depth])
        ],
    )
    paper.table("sizes", ("gates", "classes", "tagged", "disagree"), _by_size(report.arms[0]))


def _frontier(row: FrontierRow | None) -> tuple[int | None, ...]:
    return (None, None, None) if row is None else (row.classes, row.functions, row.minima)


def _by_size(arm: ArmResult) -> list[tuple[int, ...]]:
    return [
        (
            size,
            sum(row.size == size for row in arm.classes),
            sum(row.size == size and row.some > 0 for row in arm.classes),
            sum(row.size == size and row.disagrees for row in arm.classes),
        )
        for size in sorted({row.size for row in arm.classes})
    ]


def bases_table(paper: Paper) -> None:
    """What the shipped lists have of each basis and order, at four inputs."""
    rows = []
    for basis in BASES:
        for order in ORDERS:
            if (basis, order) not in minima_files():
                continue
            found = stored_minima(basis, order)
            assert found is not None
            universe = found[0].universe(4)
            assert universe is not None
            rows.append(
                (
                    basis,
                    order,
                    universe.kind,
                    len(universe.classes),
                    universe.open_classes,
                    sum(c.circuits for c in universe.classes),
                    max(c.size for c in universe.classes),
                )
            )
    heads = ("basis", "order", "kind", "classes", "open", "minima", "largest")
    paper.table("bases", heads, rows)
    paper.number("ShippedMinima", sum(row[5] for row in rows))


def claims_table(paper: Paper) -> None:
    """Every registered claim, with its verdict at its defaults."""
    known = stored_claims()
    verdicts = [known[name].verdict for name in registered()]
    for verdict in ("held", "refuted", "inconclusive"):
        paper.number(f"Claims{verdict.title()}", verdicts.count(verdict))
    paper.number("ClaimsAll", len(verdicts))
    lines = []
    for name in registered():
        found = known[name]
        # Whole sentences: the table may be as long as it likes.
        cells = (name, found.verdict, found.universe, found.answer)
        lines.append(" & ".join(map(escaped_latex, cells)) + " \\\\\n")
    paper.write("table-claims.tex", "".join(lines))


def programs_table(paper: Paper) -> None:
    """The shortest programs of a few tasks, tagged."""
    rows = []
    for task in PROGRAM_TASKS:
        machine = machine_for(parse_task(task), "oracle")
        found = tagged_programs(task, machine=machine)
        assert found.result.exhaustive
        length = min(minimum.cost.length for minimum in found.result.minima)
        rows.append(
            (
                str(found.result.task),
                length,
                len(found.result.minima),
                found.tags["search-like"],
                found.tags["lookup-table"],
                sum(line.tried for line in found.result.exhausted),
            )
        )
    heads = ("task", "length", "programs", "search-like", "lookup-table", "choices tried")
    paper.table("programs", heads, rows)


def reproduction(paper: Paper, catalog: Catalog) -> None:
    """The hashes that a reader compares."""
    digest = catalog.digest()
    paper.number("CatalogHash", f"{digest[:32]} {digest[32:]}")
    counts = catalog.counts()
    for table in ("searches", "minima", "solvers", "tags"):
        paper.number(f"Catalog{table.title()}", counts[table])
    rows = []
    for pair, name in minima_files().items():
        found = stored_minima(*pair)
        assert found is not None
        rows.append((name, found[1][:24]))
    paper.table("hashes", ("file", "SHA-256 (first 24 digits)"), rows)


def main() -> None:
    """Write everything to the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Generate what the paper prints.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    paper = Paper(folder)
    with Catalog.create(folder / "catalog.db") as catalog:
        build(catalog, "functions(4)", orders=ORDERS, effort=Effort(shipped=True))
        census_table(paper, catalog)
        reproduction(paper, catalog)
    conjecture_tables(paper)
    bases_table(paper)
    claims_table(paper)
    programs_table(paper)
    paper.finish()


if __name__ == "__main__":
    main()
