"""`census`, `enumerate`, `class-minima` and `five-inputs`: how many minima there are, and which."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from . import options
from .options import NAMED, OUTPUT, STORE, WHOLE, Result, as_json, command, flag, option, refuse
from .streams import check_terminal, from_file, note, say, say_orbits, write_data

if TYPE_CHECKING:
    from mesacircuits.enumeration import Effort, Minima
    from mesacircuits.studies.class_tags import ClassTags

__all__ = ["census", "class_minima", "enumerate_", "five_inputs"]

#: No number of circuits has as many digits.
_DIGITS = 12

_WRONG = 3
_inputs_option = option("--inputs", "Number of inputs, 1 to 4.", "N", WHOLE, required=True)


def _check_outputs(outputs: int, order: str, tags: bool, sizes: bool) -> None:
    # What a census of several outputs does not go with.
    from mesacircuits.enumeration.orders import SIZE
    from mesacircuits.errors import ArgumentError

    if sizes and outputs == 1:
        raise ArgumentError("--sizes", "--outputs of at least 2 to go with it", outputs)
    if outputs > 1 and order != SIZE:
        raise ArgumentError("--outputs", f"order {SIZE} to go with it", order)
    if outputs > 1 and tags:
        raise ArgumentError("--outputs", "a census without --tags", "--tags")


def _check_census(order: str, cap: int | None, tags: bool, classes: bool) -> None:
    # Before the search: these options do not go with one another, or with every order.
    from mesacircuits.enumeration.orders import DEPTH_SIZE, FORMULA, SIZE, check_cap, checked_order
    from mesacircuits.errors import ArgumentError

    checked_order(order)
    if tags and order not in (SIZE, DEPTH_SIZE):
        raise ArgumentError("--tags", f"order {SIZE} or {DEPTH_SIZE} to go with it", order)
    check_cap(order, cap)
    if classes and order == FORMULA:
        raise ArgumentError("--classes", f"another order than {FORMULA} to go with it", order)
    if classes and tags:
        raise ArgumentError("--classes", "a census without --tags", "--tags")
    if classes and not as_json():
        raise ArgumentError("--classes", "--json to go with it", "text")


@command(
    short_help="Count the minima of all functions of N inputs.", example="census --inputs 4 --tags"
)
@_inputs_option
@option("--outputs", "Functions of M outputs: 1 to 3, of four inputs to 2.", "M", WHOLE, 1)
@flag("--sizes", "With --outputs: least sizes alone, sooner; minima are not counted.")
@options.basis
@options.order
@options.cap
@flag("--tags", "Also count the minima by tag (b2, aig).")
@flag("--classes", "With --json: also every class.")
@options.effort(default_budget=60, long=True, fresh=True)
def census(
    inputs: int,
    outputs: int,
    sizes: bool,
    basis: str,
    order: str,
    cap: int | None,
    tags: bool,
    classes: bool,
    **means: Any,
) -> Result:
    """Count the minimal circuits of all functions of N inputs.

    One row per minimal size: functions (of all 2^(2^N)), classes (NPN where inverters are free,
    else P), circuits and wirings (summed over functions with f(0) = 0, or over all where inverters
    cost), and circuits up to input permutation and up to NPN. Sizes that the budget did not reach
    are reported as not exhausted, and the exit status is then 4. Censuses that ship with the
    package (aig and mig of 4 inputs, by size) answer, and say so; --fresh searches all the same.

    With --outputs M, functions of M outputs, in a basis without costs: classes up to permuting
    outputs as well, and negating each where inverters are free; circuits are summed over sets of M
    distinct functions.
    """
    from mesacircuits import enumeration
    from mesacircuits.studies import tagged_census

    _check_census(order, cap, tags, classes)
    _check_outputs(outputs, order, tags, sizes)
    engine = means["engine"]
    wrong = "Invalid value for --engine: "
    refuse(engine == "sat", f"{wrong}the census is taken by exhaustion alone")
    effort = options.effort_of(**means, says_bound=True)
    if outputs != 1:
        found = enumeration.output_census(inputs, outputs, basis, effort, circuits=not sizes)
        status = 0 if found.exhaustive else options.INCONCLUSIVE
        return Result(found.__str__, lambda: found.to_json(with_classes=classes), status)
    if order == enumeration.FORMULA:
        refuse(engine == "dask", f"{wrong}formulas are counted in seconds, here")
        kept = "Invalid value for --resume: nothing is kept of formulas"
        refuse(effort.store is not None, kept)
        formulas = enumeration.formula_census(inputs, basis, effort)
        return Result.of(formulas, formulas.exhaustive)
    if tags:
        tagged = tagged_census(inputs, basis, order, effort)
        return Result.of(tagged, tagged.exhaustive)
    plain = enumeration.census(inputs, basis, order, effort, cap=cap)
    status = 0 if plain.exhaustive else options.INCONCLUSIVE
    return Result(plain.__str__, lambda: plain.to_json(with_classes=classes), status)


def _shown(text: str) -> int | None:
    """Return how many circuits are printed; None for all."""
    if text == "all":
        return None
    if text.isdecimal() and len(text) < _DIGITS:
        return int(text)
    raise click.BadParameter(f"expected a whole number, or all, got {text!r}")


@command(
    "enumerate",
    short_help="List every minimal circuit of a task.",
    example="enumerate 'expr:(a ^ b) | (b ^ c)' --tags",
)
@click.argument("task", type=NAMED)
@options.basis
@options.order
@options.cap
@option(
    "--within",
    "Also circuits of up to J more gates than minimal.",
    "J",
    WHOLE,
    0,
    show_default=False,
)
@options.asked
@flag("--count", "Only count; do not list the circuits.")
@option("--show", "How many circuits are printed, or all.", "K|all", _shown, "12")
@flag("--tags", "Also count the minima by tag.")
@flag("--packed", "Of a universe: print the bytes of a file of `data/`, to a pipe.")
@flag(
    "--objectives",
    "Instead of the circuits: what those that are search-like evaluate, and how wrong they choose "
    "off the support.",
)
@option(
    "--definition",
    "With --objectives: search-like, dials as in search-like(dial=value).",
    "DEF",
    NAMED,
)
@option(
    "--write",
    "Write the first of the minima to FILE, whose suffix is that of a format of `convert`; "
    "all of them, by number, if {} stands in FILE, as in min-{}.blif.",
    "FILE",
    OUTPUT,
)
@option("--cnf", "Write here that none is smaller, in DIMACS form.", "FILE", OUTPUT)
@option("--proof", "Write the proof of that here, in DRUP form.", "FILE", OUTPUT)
@options.effort(long=True, fresh=True)
def enumerate_(
    task: str,
    basis: str,
    order: str,
    cap: int | None,
    within: int,
    count: bool,
    show: int | None,
    tags: bool,
    packed: bool,
    objectives: bool,
    definition: str | None,
    write: str | None,
    cnf: str | None,
    proof: str | None,
    first: int | None,
    at_most: str | None,
    exactly: str | None,
    fanout: int | None,
    depth_at_most: int | None,
    arrival: tuple[str, ...],
    given: tuple[str, ...],
    fix: tuple[str, ...],
    forbid: tuple[str, ...],
    topology: str | None,
    **means: Any,
) -> Result | int:
    """List every minimal circuit of TASK, or the --first of them.

    --exactly lists all circuits of R gates that reach an output, of which none computes an input, a
    constant, or what another computes. Under --fanout gates may be copies of each other; inputs
    are read as often as need be. --fix and --forbid mean functions or, with free inverters, their
    inverses. --cnf and --proof are files as `prove` writes them.

    With --count or --objectives, TASK may be any universe that `compare` takes: a row for each of
    its tasks. --objectives asks for tasks with utilities.

    Minima of functions of up to four inputs, and of the smaller choices, ship with the package,
    and answer where they can;
    --fresh searches all the same. A planner picks the engine, exhaustion or SAT, and the output
    says which and why; --engine threads or dask asks for exhaustion alone, --engine sat for SAT
    alone. Exits with status 4 if the budget ended before the minima were reached.
    """
    from mesacircuits import enumeration
    from mesacircuits.circuits.names import input_names_of
    from mesacircuits.errors import ArgumentError
    from mesacircuits.studies.tagged import tagged_minima, universe_minima
    from mesacircuits.studies.universe import Universe, names_universe, parse_universe
    from mesacircuits.tasks import parse_task

    several = names_universe(task)
    one = None if several else parse_task(task)
    kept = options.asked_of(
        input_names_of(one),
        first,
        at_most,
        exactly,
        fanout=fanout,
        depth_at_most=depth_at_most,
        arrival=arrival,
        given=given,
        fix=fix,
        forbid=forbid,
        topology=topology,
    )
    alone = several or tags or objectives
    refuse(
        kept and (objectives or packed),
        "--first, --exactly and the like, and constraints, go without --objectives and --packed",
    )
    proved = cnf is not None or proof is not None
    other = order != enumeration.SIZE or within or exactly is not None or "constraints" in kept
    refuse(proved and (alone or other), "--cnf and --proof go with the order size and one task")
    refuse(packed and as_json(), "give --packed or --json, not both")
    refuse(packed and not several, "--packed goes with a universe")
    check_terminal(not packed)
    others = count or tags or packed
    refuse(objectives and others, "--objectives goes without --count, --tags and --packed")
    refuse(definition is not None and not objectives, "--definition goes with --objectives")
    refuse(write is not None and (several or objectives), "--write goes with the minima of a task")
    form = "" if write is None else _written_format(write)
    names = {"auto": enumeration.AUTO, "sat": enumeration.SAT}
    if means["engine"] in names and means["workers"] is None:
        # Said, as SAT starts processes only then: what this process runs is guarded.
        means["workers"] = len(os.sched_getaffinity(0))
    effort = options.effort_of(**means, says_bound=True)
    engine = names.get(means["engine"], enumeration.EXHAUSTIVE)
    how: dict[str, Any] = {"cap": cap, "within": within, "engine": engine}
    found: Any
    if objectives:
        from mesacircuits.studies.objectives import read_objectives

        asked = one or parse_universe(task)
        if isinstance(asked, Universe):
            say_orbits(asked)
        found = read_objectives(asked, basis, order, definition, effort, **how)
        return Result.of(found, found.exhaustive)
    if one is None:
        if not (count or packed):
            expected = "one task, or a universe with --count or --objectives"
            raise ArgumentError("task", expected, task)
        universe = parse_universe(task)
        say_orbits(universe)
        found = universe_minima(universe, basis, order, effort, tags=tags, **how, **kept)
        if packed:
            from mesacircuits.data import minima

            write_data(minima.packed(found.to_record()), is_text=False)
            return 0 if found.exhaustive else options.INCONCLUSIVE
        return Result.of(found, found.exhaustive)
    if tags:
        found = tagged_minima(one, basis, order, effort, **how, **kept)
        exhaustive = found.result.exhaustive
    else:
        found = enumeration.enumerate_minima(one, basis, order, effort, **how, **kept)
        exhaustive = found.exhaustive
        if proved and exhaustive:
            _write_refutation(found, basis, {"cnf": cnf, "proof": proof}, effort)
    if write is not None and exhaustive:
        _write_circuits(found.result if tags else found, write, form)
    status = 0 if exhaustive else options.INCONCLUSIVE
    return Result(
        lambda: found.text(listed=not count, most=show),
        lambda: found.to_json(with_minima=not count),
        status,
    )


def _written_format(path: str) -> str:
    from mesacircuits.circuits.formats import WRITTEN_FORMATS

    return options.format_of(path, None, "--write", [*WRITTEN_FORMATS])


def _write_circuits(found: Minima, path: str, form: str) -> None:
    from mesacircuits.circuits.formats import circuit_bytes, format_notes
    from mesacircuits.records import write_atomically
    from mesacircuits.tables import counted

    if not found.solvable:
        raise click.ClickException(found.headline)
    each = found.minima if "{}" in path else found.minima[:1]
    width = len(str(len(each)))
    for number, circuit in enumerate(each, 1):
        # Numbers of one width, so that files are listed in their order.
        named = path.replace("{}", f"{number:0{width}}")
        write_atomically(named, circuit_bytes(circuit, form), "output")
    of = counted(found.circuits, "minimal circuit")
    note(f"{path} is the first of {of}" if each is not found.minima else f"{path}: {of}")
    for text in dict.fromkeys(text for circuit in each for text in format_notes(circuit, form)):
        note(text)


def _write_refutation(
    found: Minima, basis: str, files: dict[str, str | None], effort: Effort
) -> None:
    # The formula, and its proof, that nothing is smaller than the minima (or the bound).
    from mesacircuits.circuits import Circuit, basis_named
    from mesacircuits.circuits.bases import cost_text
    from mesacircuits.enumeration.sat.proofs import refute
    from mesacircuits.records import write_atomically

    least = found.at_most if found.size is None else found.size - 1
    refuse(least is None or least < 0, "nothing is smaller: --cnf and --proof have nothing to say")
    assert least is not None
    chosen = basis_named(basis)
    proof = refute(found.task, chosen, cost_text(least, chosen.in_order), effort=effort)
    if isinstance(proof, Circuit):
        raise ArithmeticError("the engines contradict one another")
    for name, path in files.items():
        if path is not None:
            write_atomically(path, getattr(proof, name).encode("ascii"), name)
    note(f"PROVED: {proof.statement}")


@command(
    short_help="List the minima of one function of each class.", example="class-minima --inputs 3"
)
@_inputs_option
@flag("--fewer", "Also of all fewer inputs.")
@options.basis
@option("--order", "What minimal means: size or depth-size.", "NAME", default="size")
@flag("--packed", "Print the bytes of a file of `data/`, to a pipe.")
@options.effort(default_budget=60, long=True)
def class_minima(
    inputs: int, fewer: bool, basis: str, order: str, packed: bool, **means: Any
) -> Result | int:
    """List all minimal circuits of the least function of each class of functions of N inputs.

    With --json one circuit for each orbit under the symmetries of that function is listed; text has
    a row per size: classes, minima, orbits. Classes that the budget did not reach are counted as
    open, and the exit status is then 4. `catalog build` makes a file that can be queried of these.
    """
    from mesacircuits.data import minima
    from mesacircuits.enumeration.minima_lists import check_lists, lists_record, minima_lists

    refuse(packed and as_json(), "give --packed or --json, not both")
    check_terminal(not packed)
    wrong = means["engine"] == "sat"
    refuse(wrong, "Invalid value for --engine: lists are made by exhaustion alone")
    effort = options.effort_of(**means, says_bound=True)
    # The largest number, too, before anything is searched.
    check_lists(inputs, basis, order)
    numbers = range(1, inputs + 1) if fewer else (inputs,)
    found = [minima_lists(n, basis, order, effort) for n in numbers]
    status = 0 if all(each.exhaustive for each in found) else options.INCONCLUSIVE
    if packed:
        write_data(minima.packed(lists_record(found)), is_text=False)
        if (taken := from_file()) is not None:
            say(f"mesacircuits: {taken}")
        return status
    record = [each.to_json() for each in found]
    return Result("\n\n".join(map(str, found)), record if fewer else record[0], status)


def _five_check(effort: Effort) -> Result:
    from mesacircuits.data.five_inputs import stored_sizes
    from mesacircuits.enumeration.five_inputs.lookup import check_stored

    stored = stored_sizes("b2")
    assert stored is not None  # it ships
    found = check_stored(stored, effort=effort)
    return Result(found.__str__, found.to_json, 0 if found.right else _WRONG)


def _five_tags(size: int | None, plot: str | None, effort: Effort) -> Result:
    from mesacircuits.studies.class_tags import class_tags

    form = ""
    if plot is not None:
        from mesacircuits.drawing import matplotlib_for, picture_form

        # Better told now than after the search.
        form = picture_form(plot, "plot", "drawing a plot")
        matplotlib_for("drawing a plot")
    found = class_tags(size=size, effort=effort)
    if plot is not None and not effort.interrupted:
        from mesacircuits.records import write_atomically

        write_atomically(plot, _tags_plot(found, form), "plot")
    return Result.of(found, not found.unfinished)


def _tags_plot(found: ClassTags, form: str) -> bytes:
    from mesacircuits.conjectures.plot import Panel, Plot, Series, draw_plot
    from mesacircuits.definitions import LookupTable, SearchLike

    asked = (
        (SearchLike(), "classes", "Classes with a search-like minimum"),
        (SearchLike(), "minima", "Minima that are search-like"),
        (LookupTable(), "classes", "Classes with a lookup-table minimum"),
    )
    panels = (
        Panel(
            title,
            "least size C (no mark: none)",
            f"percent of the {of} of that size",
            tuple(
                Series(f"{n} inputs", tuple(found.percents(n, definition, of)), "points")
                for n in range(3, found.inputs + 1)
            ),
            whole=True,
            logarithmic=True,
        )
        for definition, of, title in asked
    )
    return draw_plot(Plot(tuple(panels)), form)


@command(
    "five-inputs",
    short_help="Depth, formula length and size of all 2^32 functions.",
    example="five-inputs --show tt:5:000634CE",
)
@flag("--depth", "Least depth of every function.")
@flag("--formula", "Least formula length of every function.")
@option(
    "--size",
    "Exhaust circuits of up to N gates, and count the minima of every function.",
    "N",
    WHOLE,
)
@option(
    "--bounds",
    "For what is left, look for circuits of N + 1, N + 2, ... gates, so long for each.",
    "SECONDS",
    options.seconds,
)
@flag("--near", "For what is left, change circuits that are known, gate by gate.")
@option("--show", "Instead: what is known of one function of at most five inputs.", "TASK", NAMED)
@flag("--verify", "Instead: check what ships of all classes, and of some by SAT.")
@flag("--packed", "Print the bytes of a file of `data/`, to a pipe.")
@flag("--tags", "Instead: which classes have minima that are search-like, or lookup tables.")
@option(
    "--plot",
    "With --tags: draw the shares by size; FILE.svg or FILE.png (extra png).",
    "FILE",
    OUTPUT,
)
@option("--store", "An older name of --resume.", "FILE", STORE, hidden=True)
@options.effort(long=True, fresh=True)
def five_inputs(
    depth: bool,
    formula: bool,
    size: int | None,
    bounds: float | None,
    near: bool,
    show: str | None,
    verify: bool,
    packed: bool,
    tags: bool,
    plot: str | None,
    store: str | None,
    resume: str | None,
    fresh: bool,
    **means: Any,
) -> Result | int:
    """Depth, formula length and size of all 4,294,967,296 functions of five inputs.

    They fall into 616,126 NPN classes. With --resume FILE, each stage keeps its finished parts in
    FILE, of some seconds each, and goes on there, however it ended. What FILE holds of other stages
    is printed as well; without a stage to compute, that is all.

    Circuits in FILE are evaluated again; what else was in it is not computed again.

    --show TASK says what ships of one function, or what FILE holds: its least size, depth and
    formula length, how many minima it has, one of them, and their tags. Nothing is searched.

    --tags judges all minima of up to N gates (--size), with the dials c and re-encoding, and sets
    them beside those of three and four inputs. What ships with the package answers; --fresh
    searches all the same. --json lists the classes.

    Exits with status 4 if the budget ended first.
    """
    from mesacircuits.enumeration.five_inputs import survey

    refuse(bool(store and resume), "give --resume or --store, not both")
    others = depth or formula or near or bounds is not None
    refuse(tags and others, "--tags goes without --depth, --formula, --near and --bounds")
    refuse(packed and as_json(), "give --packed or --json, not both")
    alone = [name for name, given in (("--show", show), ("--verify", verify)) if given]
    others |= tags or packed or size is not None or len(alone) > 1
    refuse(bool(alone) and others, f"{'/'.join(alone)} goes without what is to be computed")
    refuse(packed and tags, "--packed goes without --tags")
    check_terminal(not packed)
    refuse((plot or fresh) and not tags, "--plot and --fresh go with --tags")
    effort = options.effort_of(**means, resume=resume or store, fresh=fresh, says_bound=True)
    if tags:
        return _five_tags(size, plot, effort)
    if show is not None:
        from mesacircuits.studies.five_functions import tagged_function

        return Result.of(tagged_function(show, effort=effort), True)
    if verify:
        return _five_check(effort)
    asked: dict[str, Any] = {
        "depth": depth, "formula": formula, "size": size, "near": near, "bounds": bounds
    }  # fmt: skip
    if packed:
        from mesacircuits.enumeration.five_inputs.survey import packed_survey

        data, found = packed_survey(**asked, effort=effort)
        write_data(data, is_text=False)
        return 0 if found.conclusive else options.INCONCLUSIVE
    found = survey(**asked, effort=effort)
    return Result.of(found, found.conclusive)
