"""`prove`: that no circuit of so many gates solves a task, as files for any proof checker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options
from .options import INPUT, NAMED, OUTPUT, WHOLE, Result, command, option, refuse

if TYPE_CHECKING:
    from mesacircuits.circuits import Circuit
    from mesacircuits.tasks import Task

__all__ = ["prove"]

_EXISTS = 3

#: How much of a formula's comments is printed.
_MOST_COMMENTS = 10
_LONGEST_COMMENT = 400


@command(
    short_help="Prove that no circuit of so few gates solves a task.",
    example="prove tt:3:E8 --size 3 --proof e8.drup",
)
@click.argument("task", type=NAMED, required=False)
@options.basis
@option("--size", "The most gates (or cost, if gates have costs, as 3 or 1/3).", "R")
@option("--exactly", "Instead of --size: circuits of just R gates (or cost).", "R")
@option("--depth", "The greatest depth (default: any).", "D", WHOLE)
@option("--cnf", "Write the formula here, in DIMACS form.", "FILE", OUTPUT)
@option("--proof", "Write the proof here, in DRUP form.", "FILE", OUTPUT)
@option("--check", "Check files instead.", "CNF PROOF", INPUT, nargs=2)
@option("--budget", "Give up after so long.", "SECONDS", options.seconds)
def prove(
    task: str | None,
    basis: str,
    size: str | None,
    exactly: str | None,
    depth: int | None,
    cnf: str | None,
    proof: str | None,
    check: tuple[str, str] | None,
    budget: float | None,
) -> Result:
    """Prove that no circuit of at most R gates, of depth at most D, solves TASK.

    The formula says that there is a reduced circuit, of any size up to R (with --exactly of R):
    no two gates compute the same function, none computes an input or a constant. The proof is that
    it has no model. Both are for any checker of DRUP or DRAT proofs; --check is one, which shares
    nothing with the solver. With TASK, --check also compares the formula with TASK's own.

    Exit status 0 proved, 3 if there is a circuit (a least one is printed, no file is written), 4 if
    the budget ended first.
    """
    refuse(size is not None and exactly is not None, "give --size or --exactly, not both")
    only, size = exactly is not None, size if exactly is None else exactly
    if check is not None:
        given = cnf is not None or proof is not None or budget is not None
        refuse(given, "--check goes without --cnf, --proof and --budget")
        return _check(task, basis, size, depth, check, only)
    if task is None:
        raise click.UsageError("Missing argument 'TASK'.")
    if size is None:
        raise click.UsageError("Missing option '--size'.")
    return _prove(task, basis, size, depth, {"cnf": cnf, "proof": proof}, budget, only)


def _prove(
    text: str,
    basis: str,
    size: str,
    depth: int | None,
    files: dict[str, str | None],
    budget: float | None,
    exactly: bool,
) -> Result:
    from mesacircuits.circuits import Circuit, basis_named
    from mesacircuits.circuits.bases import cost_text
    from mesacircuits.circuits.names import named_json, names_of
    from mesacircuits.enumeration.effort import BudgetEnded, Effort
    from mesacircuits.enumeration.orders import circuit_cost
    from mesacircuits.enumeration.sat.proofs import refute
    from mesacircuits.records import write_atomically
    from mesacircuits.tables import wrapped
    from mesacircuits.tasks import parse_task

    task = parse_task(text)
    try:
        chosen = basis_named(basis)
        most = chosen.bound("exactly" if exactly else "size", size, exactly)
        known = None if exactly else _least_known(task, basis, most, depth)
        budgeted = Effort(seconds=budget)
        found = known or refute(task, chosen, size, depth, budgeted, exactly)
    except BudgetEnded:
        said = f"INCONCLUSIVE: the budget ended before it was known whether a circuit solves {task}"
        unknown = {"proved": None, "task": str(task)}
        return Result(wrapped(said, hanging="  "), unknown, options.INCONCLUSIVE)
    if isinstance(found, Circuit):
        found = found.named(names_of(task))
        cost = cost_text(circuit_cost(found, chosen), chosen.in_order)
        sized = f"cost {cost}" if chosen.costs else f"size {cost}"
        head = f"NOT SO: a circuit of {sized} and depth {found.depth} solves {task}"
        lines = f"{wrapped(head, hanging='  ')}\n{wrapped(str(found), '  ', '    ', at='; ')}"
        record = {"proved": False, "task": str(task), "circuit": found.to_json()}
        record |= named_json(found)
        return Result(lines, record, _EXISTS)
    for name, path in files.items():
        if path is not None:
            write_atomically(path, getattr(found, name).encode("ascii"), name)
    lines = wrapped(f"PROVED: {found.statement}", hanging="  ")
    lines += f"\n  formula: {found.variables:,} variables, {found.clauses:,} clauses"
    return Result(f"{lines}\n  proof: {found.proof_lines:,} lines", found.to_json)


def _least_known(task: Task, basis: str, size: int, depth: int | None) -> Circuit | None:
    # A least circuit, if one ships and is small enough: then nothing is to be refuted.
    from mesacircuits.enumeration.five_inputs.lookup import settled_function

    known = settled_function(task, basis) if depth is None else None
    if known is None or known.size is None or known.size > size:
        return None
    return known.circuit


def _check(
    text: str | None,
    basis: str,
    size: str | None,
    depth: int | None,
    paths: tuple[str, str],
    exactly: bool,
) -> Result:
    from mesacircuits.circuits import basis_named
    from mesacircuits.enumeration.drup import check_drup_texts, read_drup
    from mesacircuits.enumeration.sat.proofs import check_formula
    from mesacircuits.records import file_contents
    from mesacircuits.tables import wrapped
    from mesacircuits.tasks import parse_task

    refuse((text is None) != (size is None), "TASK and --size go together")
    task = None if text is None else parse_task(text)
    chosen = basis_named(basis)
    texts = read_drup(*paths)
    if task is not None and size is not None:
        check_formula(texts[0], task, chosen, size, depth, exactly)
    with file_contents():
        checked = check_drup_texts(*texts)
    lines = [f"CHECKED: {checked.clauses:,} clauses have no model, by {checked.lemmas:,} lemmas"]
    for comment in checked.comments[:_MOST_COMMENTS]:
        shown = comment[:_LONGEST_COMMENT]
        more = "..." if len(comment) > _LONGEST_COMMENT else ""
        lines.append(wrapped(f"the file says: {shown}{more}", "  ", "    "))
    if len(checked.comments) > _MOST_COMMENTS:
        lines.append(f"  and {len(checked.comments) - _MOST_COMMENTS:,} more comments")
    if text is not None:
        lines.append(wrapped(f"the formula is that of {text}", "  ", "    "))
    return Result("\n".join(lines), {**checked.to_json(), "compared": text is not None})
