"""Generate what the paper prints: numbers, tables and figures, all from the package.

    python papers/generate.py FOLDER

writes to FOLDER a catalog, and from it and from searches `numbers.tex`, `table-*.tex` and a
standalone document for each figure, which `make paper` compiles.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from formulas import formula

from mesacircuits.catalog import Catalog, build
from mesacircuits.catalog.query import ask_sql
from mesacircuits.circuits.bases import BASES
from mesacircuits.circuits.drawing import draw_tikz
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claim import Claim, Verdict
from mesacircuits.conjectures.decide import ArmResult, FrontierRow
from mesacircuits.conjectures.plot import Panel, Plot, Series, draw_plot
from mesacircuits.conjectures.registry import registered
from mesacircuits.conjectures.report_text import hangs_on
from mesacircuits.data import StoredClaim, published, stored_claims
from mesacircuits.data.minima import minima_files, stored_minima
from mesacircuits.definitions import SearchLike, classify, describe_definition
from mesacircuits.enumeration import Effort, census
from mesacircuits.records import write_atomically
from mesacircuits.studies.class_tags import class_tags
from mesacircuits.studies.programs import tagged_programs
from mesacircuits.studies.shares import class_shares
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
    for verdict in Verdict:
        name = verdict.value.title().replace(" ", "")
        paper.number(f"Claims{name}", verdicts.count(verdict.value))
    paper.number("ClaimsAll", len(verdicts))
    lines = []
    for name in registered():
        found = known[name]
        # Whole sentences: the table may be as long as it likes.
        cells = (name, found.verdict, found.universe, found.answer)
        lines.append(" & ".join(map(escaped_latex, cells)) + " \\\\\n")
    paper.write("table-claims.tex", "".join(lines))
    shown = (evidence_row(entry, known[name]) for name, entry in registered().items())
    lines = [" & ".join(map(escaped_latex, row)) + " \\\\\n" for row in shown if row]
    paper.write("table-evidence.tex", "".join(lines))


def evidence_row(entry: Claim, found: StoredClaim) -> tuple[str, ...] | None:
    """What the verdict on a claim hangs on; None if that was not asked."""
    if found.evidence is None or entry.kind is None:
        return None
    effect, p, placebos, agreeing, _ = hangs_on(found.verdict, found.evidence)
    cells = (entry.name, entry.kind.value, found.verdict, effect, p, placebos, agreeing)
    return tuple("--" if cell is None else str(cell) for cell in cells)


def arms_table(paper: Paper) -> None:
    """The arms of the conjecture: how many minima have the tag, of how many."""
    report = check("minimal-circuits", effort=Effort())
    rows = []
    for arm in report.arms:
        sentence, totals = arm.sentence, arm.totals
        if sentence.order not in ORDERS:
            continue
        tag = describe_definition(sentence.definition)
        over = str(sentence.over)
        cells = (str(sentence.universe), sentence.order, over, tag)
        rows.append((*cells, totals["tagged_minima"], totals["minima"]))
    paper.table("choices", ("universe", "order", "over", "tag", "tagged", "of"), rows)


def growth_figure(paper: Paper) -> None:
    """Minima of four inputs by size, those that search, and classes of five inputs that do."""
    found, tags = class_shares(4, SearchLike()), class_tags()
    sizes = sorted({row.size for row in found})
    counts = [(size, sum(row.minima for row in found if row.size == size)) for size in sizes]
    searching = [(size, sum(row.tagged for row in found if row.size == size)) for size in sizes]
    five = [
        (size, tags.count(5, size, SearchLike()).classes)
        for n, size in tags.sizes
        if n == tags.inputs
    ]
    panel = Panel(
        "",
        "gates",
        "number",
        (
            Series("minima, four inputs", tuple(counts)),
            Series("search-like minima, four inputs", tuple(p for p in searching if p[1])),
            Series("classes of five inputs with one", tuple(p for p in five if p[1])),
        ),
        whole=True,
        logarithmic=True,
    )
    write_atomically(paper.folder / "growth.pdf", draw_plot(Plot((panel,)), "pdf"), "folder")


# -- proofs ------------------------------------------------------------------------------------

THEOREMS = Path(__file__).parent.parent / "docs" / "theorems.md"
#: The sections of that page that the appendix has, in whole.
PROVED = (
    "Setting",
    "Theorem 1: exact sizes",
    "Two lemmas",
    "Theorem 2: every least circuit is plain",
    "Theorem 3: the least searcher takes the proxy",
)


def proofs(paper: Paper) -> None:
    """Write the proofs of the docs as LaTeX: they are written once."""
    parts = re.split(r"^## (.*)\n", THEOREMS.read_text(), flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    text = "".join(f"\\subsection*{{{title}}}\n{latex_of(sections[title])}" for title in PROVED)
    paper.write("proofs.tex", text)


def latex_of(markdown: str) -> str:
    """Return paragraphs, lists and indented lines of Markdown as LaTeX."""
    out: list[str] = []
    kind = ""
    for block in re.split(r"\n\s*\n", markdown.strip("\n")):
        lines = block.split("\n")
        if all(line.startswith("    ") for line in lines):
            out += [
                "\\begin{quote}",
                *(f"{formula(line.strip(), escaped_latex)}\\\\" for line in lines),
                "\\end{quote}",
            ]
            continue
        # Of running text a line may begin with a minus.
        listed = re.match(r"- |\d+\. ", block)
        items = re.split(r"^(?=- |\d+\. )", block, flags=re.M) if listed else [block]
        for item in filter(str.strip, items):
            marked = re.match(r"(- |\d+\. )", item)
            wanted = {"": "", "-": "itemize"}.get((marked[0] if marked else "")[:1], "enumerate")
            # What is indented goes on with the item before.
            if not marked and item.startswith("  ") and kind:
                wanted = kind
            if wanted != kind:
                out += [f"\\end{{{kind}}}"] * bool(kind) + [f"\\begin{{{wanted}}}"] * bool(wanted)
                kind = wanted
            body = running(" ".join(item[len(marked[0]) if marked else 0 :].split()))
            out.append(f"\\item {body}" if marked else body)
        out.append("")
    out += [f"\\end{{{kind}}}"] * bool(kind)
    return "\n".join(out) + "\n"


def running(text: str) -> str:
    """Return running text as LaTeX: emphasis, code, links and what is a formula."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    parts = re.split(r"(`[^`]*`|\*\*.+?\*\*|\*[^*]+\*)", text)
    out = []
    for part in parts:
        if part.startswith("`"):
            out.append(f"\\texttt{{{escaped_latex(part[1:-1])}}}")
        elif part.startswith("**"):
            out.append(f"\\textbf{{{formula(part[2:-2], escaped_latex)}}}")
        elif part.startswith("*"):
            out.append(f"\\emph{{{formula(part[1:-1], escaped_latex)}}}")
        else:
            out.append(formula(part, escaped_latex))
    return "".join(out)


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
    """The version, and the hashes that a reader compares."""
    manifest = files("mesacircuits.data").joinpath("manifest.json").read_bytes()
    paper.number("Version", version("mesacircuits"))
    paper.number("DataHash", sha256(manifest).hexdigest()[:12])
    made = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.now(UTC) if made is None else datetime.fromtimestamp(int(made), UTC)
    paper.number("Date", f"{day:%Y-%m-%d}")
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
    arms_table(paper)
    growth_figure(paper)
    proofs(paper)
    bases_table(paper)
    claims_table(paper)
    programs_table(paper)
    paper.finish()


if __name__ == "__main__":
    main()
