"""Pages of what is no single function: worlds, choices, and tasks that programs solve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from mesacircuits.catalog.atlas.frame import explained, figure, link, page, word
from mesacircuits.catalog.exports import slug
from mesacircuits.circuits.bases import BASES
from mesacircuits.circuits.drawing import draw_svg
from mesacircuits.data.minima import stored_task_minima
from mesacircuits.definitions import Definition, LookupTable, SearchLike, describe_definition
from mesacircuits.definitions.classifier import witness_labels
from mesacircuits.enumeration import Effort
from mesacircuits.enumeration.programs.minima import lines_of
from mesacircuits.studies.programs import TaggedPrograms, tagged_programs
from mesacircuits.studies.survey import ClassRow, Survey, survey
from mesacircuits.studies.tagged import TaggedMinima, tagged_minima
from mesacircuits.studies.universe import Member, Universe, parse_universe
from mesacircuits.tables import Cell, Table, counted, range_of
from mesacircuits.tasks import LIBRARY, WorldTask
from mesacircuits.tasks.drawing import draw_choice, draw_task, draw_world
from mesacircuits.tasks.library import NamedTask
from mesacircuits.tasks.task import OptimisationTask

__all__ = ["choices_page", "programs_page", "worlds_of_library", "worlds_page"]

_TAGS = ("search-like", "lookup-table", "control-like")

#: What is asked of choices: search of ever more candidates, and tables.
_ASKED: tuple[Definition, ...] = (
    SearchLike(),
    SearchLike(candidates=3),
    SearchLike(candidates=4, objective_gates=0),
    LookupTable(),
)

#: So many choices of instructions are tried for a task; of most these are all up to length 4.
TRIED = 10**6
# So many programs of a task are shown.
_SHOWN = 3


# -- worlds ------------------------------------------------------------------------------------


def worlds_of_library() -> list[str]:
    """Return the names of the worlds of the library."""
    return [name for name, named in LIBRARY.items() if isinstance(named.build(), WorldTask)]


def worlds_page(footer: str, effort: Effort, names: Sequence[str] | None = None) -> bytes:
    """Return the page of worlds, each drawn, with its least controllers.

    Arguments:
        footer: HTML.
        effort: of the searches, and whose progress bar is drawn.
        names: of worlds of the library; None for all.
    """
    rows, sections = [], []
    names = worlds_of_library() if names is None else names
    with effort.bar("worlds", len(names)) as bar:
        for name in names:
            found = tagged_minima(LIBRARY[name].build(), effort=effort)
            rows.append(_world_row(name, found))
            sections.append(_world(LIBRARY[name], found))
            bar.advance()
    heads = ("world", "states", "inputs", "bits of state", "gates", "depth", "minima", *_TAGS)
    body = [
        "<p>In a world a controller sees an observation and acts, and what it does leads to the "
        "next state; the target has to be reached and kept. Least controllers are those of the "
        "fewest gates over b2. A double box is in the target, a short arrow marks a start; "
        "arrows in colour are what the first controller that is drawn does.</p>",
        f"<p class='quiet'>What is meant by {', '.join(map(word, _TAGS))}?</p>",
        Table("", heads, rows).html(),
        *sections,
        *explained(_TAGS),
    ]
    return page("Worlds", "\n".join(body), footer)


def _world_row(name: str, found: TaggedMinima) -> list[Cell]:
    task, result = found.result.task, found.result
    assert isinstance(task, WorldTask)
    known = [len(task.world.states), task.inputs - task.state_bits, task.state_bits]
    if not result.complete:
        return [link(f"#{name}", name), *known, "not exhausted", *[None] * (2 + len(_TAGS))]
    depths = sorted({circuit.depth for circuit in result.minima})
    tags = [found.tags[tag] for tag in _TAGS]
    return [link(f"#{name}", name), *known, result.size, range_of(depths), result.circuits, *tags]


def _world(named: NamedTask, found: TaggedMinima) -> str:
    task = found.result.task
    assert isinstance(task, WorldTask)
    place = next((p for tag in _TAGS[::-1] if (p := found.first_with(tag)) is not None), 0)
    words, drawn = None, "<p>Its least controllers were not exhausted.</p>"
    if found.result.complete:
        said = found.classify(place)
        circuit = found.result.minima[place]
        words = task.machine(circuit).words
        caption = f"{_tagged(said.tags)}minimum {place + 1}: <code>{escape(str(circuit))}</code>"
        drawn = figure(draw_svg(circuit, said.marks), caption)
    return "\n".join(
        [
            f'<h2 id="{named.name}">{named.name}</h2>',
            f"<p>{escape(named.description)}</p>",
            figure(
                draw_world(task.world, "svg", words),
                "In colour: what the controller below does",
            ),
            drawn,
            _folded("The world in words and as a table", named.text, draw_task(task)),
            _again(f"mesacircuits classify {named.name}"),
        ]
    )


def _tagged(tags: Iterable[str]) -> str:
    return "".join(f'<span class="tag">{tag}</span>' for tag in tags)


def _folded(summary: str, said: str, shown: str) -> str:
    words = f"<p>{escape(said)}</p>" if said else ""
    return f"<details><summary>{summary}</summary>{words}<pre>{escape(shown)}</pre></details>"


def _again(command: str) -> str:
    return f"<p class='quiet'>Again: <code>{escape(command)}</code></p>"


# -- choices -----------------------------------------------------------------------------------


def choices_page(pairs: Sequence[tuple[str, str]], footer: str, effort: Effort) -> bytes:
    """Return the page of choices of which minima ship.

    Arguments:
        pairs: bases and orders of the atlas.
        footer: HTML.
        effort: whose progress bar is drawn.
    """
    found: dict[str, dict[tuple[str, str], Survey]] = {}
    asked: dict[str, list[Definition]] = {}
    listed = [
        (part, pair)
        for pair in pairs
        if (stored := stored_task_minima(*pair)) is not None
        for part in stored[0].universe.split("; ")
    ]
    with effort.bar("choices", len(listed)) as bar:
        for part, (basis, order) in listed:
            universe = parse_universe(part)
            if part not in asked:
                asked[part] = _asked_of(universe)
            surveyed = survey(universe, BASES[basis], order, asked[part], Effort())
            found.setdefault(part, {})[basis, order] = surveyed
            bar.advance()
    heads = ["of", "basis", "order", "tasks", "gates", "minima"]
    heads += [f"({number})" for number in range(1, len(_ASKED) + 1)]
    asked_for = "; ".join(
        f"({number}) <code>{escape(describe_definition(d))}</code>"
        for number, d in enumerate(_ASKED, 1)
    )
    rows = [
        [link(f"#{_key(part)}", part), *_survey_row(asked[part], pair, surveyed)]
        for part, surveys in found.items()
        for pair, surveyed in surveys.items()
    ]
    body = [
        "<p>In <code>choices(K, m)</code> there are K candidates of m features each. A circuit "
        "reads all features and says which candidate is best by a utility of a candidate's own "
        "features; there is one task for each utility, but for those that renaming and inverting "
        "features make alike. The utility has L values, two unless it is said. <code>ties</code>: "
        "which of several best candidates is right, all unless it is said; <code>D</code>: the "
        "features that occur in training, all unless it is said, and <code>each</code> for every "
        "set in turn.</p>",
        f"<p>How many minima are {word('search-like')} at some settings of its dials, and how many "
        f"a {word('lookup-table')}: {asked_for}. &ndash;: there are fewer candidates.</p>",
        Table("", heads, rows).html(),
        *(_choice_section(part, surveys) for part, surveys in found.items()),
        *explained(("search-like", "lookup-table")),
    ]
    return page("Choices", "\n".join(body), footer)


def _asked_of(universe: Universe) -> list[Definition]:
    """Return what is asked of the tasks of a universe: no search of more candidates than K."""
    _, task = universe.listed()[0]
    assert isinstance(task, OptimisationTask)
    return [d for d in _ASKED if getattr(d, "candidates", 0) <= len(task.candidates)]


def _key(part: str) -> str:
    return f"of-{slug(part)}"


def _survey_row(asked: list[Definition], pair: tuple[str, str], found: Survey) -> list[Cell]:
    rows = found.rows
    counts: list[Cell] = [
        sum(row.counts[asked.index(d)].circuits for row in rows) if d in asked else "&ndash;"
        for d in _ASKED
    ]
    sizes = range_of(row.size for row in rows)
    return [*pair, len(rows), sizes, sum(row.minima for row in rows), *counts]


def _choice_section(part: str, surveys: dict[tuple[str, str], Survey]) -> str:
    pairs = [*surveys]
    heads = ("task", "stands for", *(", ".join(pair) for pair in pairs))
    rows: list[list[Cell]] = []
    for row in surveys[pairs[0]].rows:
        others = [next(r for r in found.rows if r.name == row.name) for found in surveys.values()]
        said = (f"{r.size} gates: {r.tagged:,} of {r.minima:,}" for r in others)
        rows.append([f"<code>{escape(row.name)}</code>", row.functions, *said])
    title = "Gates of each minimum, and how many of all minima are search-like."
    drawn = _drawn_choice(surveys[pairs[0]], pairs[0])
    return "\n".join(
        [
            f'<h2 id="{_key(part)}">{escape(part)}</h2>',
            *drawn,
            Table(title, heads, rows).html(),
            _again(f"mesacircuits enumerate '{part}' --count"),
        ]
    )


def _drawn_choice(found: Survey, pair: tuple[str, str]) -> list[str]:
    """Return drawings of a choice and, where one is, of a search-like minimum, the least."""
    searched = [row for row in found.rows if row.tagged]
    row: ClassRow = min(searched or found.rows[:1], key=lambda row: (row.size, row.minima))
    member: Member = found.members[row.name]
    assert isinstance(member.task, OptimisationTask)
    drawn = [figure(draw_choice(member.task, "svg"), f"<code>{escape(row.name)}</code>")]
    if searched:
        judged = ((c, SearchLike().judge(c, member.task)) for c in member.solvers)
        circuit, said = next((c, j) for c, j in judged if j.holds)
        marks = dict(witness_labels(said.witness or {}))
        caption = f"{_tagged(['search-like'])}a minimum over {', '.join(pair)}: "
        drawn.append(figure(draw_svg(circuit, marks), f"{caption}<code>{circuit}</code>"))
    return drawn


# -- programs ----------------------------------------------------------------------------------


def programs_page(footer: str, effort: Effort, names: Iterable[str] = LIBRARY) -> bytes:
    """Return the page of shortest programs of tasks of the library.

    Arguments:
        footer: HTML.
        effort: of the searches, and whose progress bar is drawn.
        names: of tasks of the library.
    """
    rows, sections = [], []
    names = list(names)
    with effort.bar("programs", len(names)) as bar:
        for name in names:
            found = tagged_programs(LIBRARY[name].build(), effort=effort.limited(nodes=TRIED))
            rows.append(_program_row(name, found))
            sections += _programs(LIBRARY[name], found)
            bar.advance()
    heads = ("task", "length", "programs", *_TAGS)
    body = [
        "<p>Shortest programs of the tasks of the library at their defaults, for the machine "
        "that fits each. A length counts instructions, and entries of tables that a program has "
        f"of its own. Where {TRIED:,} choices of instructions do not settle it, bounds are "
        "given.</p>",
        f"<p class='quiet'>What is meant by {', '.join(map(word, _TAGS))}?</p>",
        Table("", heads, rows).html(),
        *sections,
        *explained(_TAGS),
    ]
    return page("Programs", "\n".join(body), footer)


def _program_row(name: str, found: TaggedPrograms) -> list[Cell]:
    result = found.result
    if not result.exhaustive:
        most = result.at_most and result.at_most.cost.length
        said = f"{result.at_least} or more" if most is None else f"{result.at_least} to {most}"
        if most == result.at_least:
            said = f"{most}, not all listed"
        return [name, said, *[None] * (1 + len(_TAGS))]
    length = result.minima[0].cost.length
    return [link(f"#{name}", name), length, len(result.minima), *(found.tags[t] for t in _TAGS)]


def _programs(named: NamedTask, found: TaggedPrograms) -> list[str]:
    if not found.result.exhaustive:
        return []
    minima, listed = found.result.minima, []
    for number, (minimum, said) in enumerate(zip(minima[:_SHOWN], found.found, strict=False), 1):
        text = "\n".join(lines_of(number, minimum))
        listed.append(f"<div>{_tagged(said.tags)}</div><pre>{escape(text)}</pre>")
    more = len(minima) - len(listed)
    return [
        f'<h2 id="{named.name}">{named.name}</h2>',
        f"<p>{escape(named.description)}</p>",
        *listed,
        *([f"<p>And {counted(more, 'other')}.</p>"] if more else []),
        _folded("How it was found", "", found.text(0)),
        _again(f"mesacircuits programs {named.name}"),
    ]
