"""Proofs, as files for any checker, that no circuit of a bounded size solves a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.circuits.bases import FIRST_COST, Bound, cost_text
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.sat.encodings import ChainEncoding, ProductEncoding, Session
from mesacircuits.enumeration.sat.search import Search, check_bounds, gate_counts, search_for
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = ["Refutation", "check_formula", "refutation_cnf", "refute"]


#: What the first variables of a formula say; where costs are in order.
_MEANING = {
    False: "how many gates, at what cost; see ChainEncoding",
    True: "how many gates, at what cost, or fewer ANDs; see ChainEncoding and ProductEncoding",
}
#: No formula for more gates could be written down.
_LARGEST_SIZE = 10_000


@dataclass(frozen=True)
class Refutation:
    """A formula that says that a circuit exists, and the proof that it has no model.

    The formula is one for all sizes, so that one proof is enough: its first variables say which
    number of gates, at which cost, is meant; the first clause that some is. The clauses after it
    are those of `ChainEncoding`, with `least` and `distinct`, each for its own number of gates. Of
    costs in order the first of them are those of `ProductEncoding`, for all circuits of fewer ANDs.

    Attributes:
        task, basis: what is not solved, and from what.
        size: the greatest number of gates; what they cost together, if the basis has costs (of
            costs in order as `Basis.bound` has it).
        depth: the greatest depth; None for any.
        exactly: whether circuits of just `size` are meant, not smaller ones.
        cnf: the formula in DIMACS form; its comments say what it means.
        proof: the proof in DRUP form.
    """

    task: Task
    basis: Basis
    size: int
    depth: int | None
    cnf: str
    proof: str
    exactly: bool = False

    @property
    def variables(self) -> int:
        """The number of variables of the formula."""
        return _counts(self.cnf)[0]

    @property
    def clauses(self) -> int:
        """The number of clauses of the formula."""
        return _counts(self.cnf)[1]

    @property
    def proof_lines(self) -> int:
        """The number of lines of the proof."""
        return self.proof.count("\n")

    @property
    def statement(self) -> str:
        """What is proved."""
        return _statement(self.task, self.basis, self.size, self.depth, self.exactly)

    def to_json(self) -> dict[str, Any]:
        """Return what is proved, without the texts, as JSON values."""
        return {
            "proved": True,
            "task": str(self.task),
            "basis": self.basis.name,
            "size": cost_text(self.size, in_order=True) if self.basis.in_order else self.size,
            "depth": self.depth,
            "exactly": self.exactly,
            "variables": self.variables,
            "clauses": self.clauses,
            "proof_lines": self.proof_lines,
        }


def _counts(cnf: str) -> tuple[int, int]:
    start = cnf.index("p cnf ")
    variables, clauses = cnf[start : cnf.index("\n", start)].split()[2:]
    return int(variables), int(clauses)


def _statement(task: Task, basis: Basis, size: int, depth: int | None, exactly: bool) -> str:
    how = "exactly" if exactly else "at most"
    said = cost_text(size, basis.in_order)
    bound = f"cost {how} {said}" if basis.costs else f"{how} {said} gates"
    deep = "" if depth is None else f" and depth at most {depth}"
    text = f"no reduced circuit of {bound}{deep} over {basis} solves {task}"
    # One line of a comment, whatever the basis is called.
    return " ".join(text.split()).encode("ascii", "replace").decode()


def refute(
    task: Task,
    basis: Basis,
    size: Bound,
    depth: int | None = None,
    effort: Effort | None = None,
    exactly: bool = False,
) -> Refutation | Circuit:
    """Prove that no reduced circuit of at most `size` gates solves a task, or return a circuit.

    Each number of gates from 0 up is decided, so a circuit that is returned is a least one. Of
    costs in order all circuits of fewer ANDs are refuted at once, whatever their depth. With
    `exactly` only circuits of just `size` gates are meant, whatever smaller ones there are.

    Arguments and errors as for `solve_size`; costs in order are pairs, as `1/2` or `(1, 2)`.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.enumeration.drup import check_drup_texts
    >>> from mesacircuits.tasks import parse_task
    >>> found = refute(parse_task("tt:3:E8"), B2, 3)
    >>> found.statement
    'no reduced circuit of at most 3 gates over b2 solves tt:3:E8'
    >>> check_drup_texts(found.cnf, found.proof).clauses == found.clauses
    True
    >>> refute(parse_task("tt:3:E8"), B2, 4).size
    4
    >>> from mesacircuits.circuits.bases import basis_named
    >>> ands_first = basis_named("and=1/0,xor=0/1+free-inverters")
    >>> refute(parse_task("tt:3:E8"), ands_first, "1/2").proof_lines > 0
    True
    """
    search = search_for(task, basis, effort, upwards=False)
    size = basis.bound("size", size, exactly)
    asked = _asked(basis, size, depth, exactly)
    parts: list[ChainEncoding | ProductEncoding] = []
    lines: list[str] = []
    shift = len(asked)
    # One encoding at a time: a circuit may be found, or the budget end, long before the last.
    for selector, encoding in enumerate(_parts(task, basis, asked, depth, exactly), 1):
        parts.append(encoding)
        with Session(encoding.cnf.clauses, search.effort, proof=True) as session:
            model = session.model()
            if model is not None:
                if isinstance(encoding, ProductEncoding):
                    return _of_fewest_ands(search)
                return encoding.decode(model).canonical()
            for line in session.proof():
                words = line.split()
                deletion = ["d"] if words[0] == "d" else []
                literals = [_shifted(int(w), shift) for w in words[len(deletion) : -1]]
                lines.append(" ".join(map(str, [*deletion, -selector, *literals, 0])))
        # The solver may leave what unit propagation tells unsaid.
        lines.append(f"{-selector} 0")
        shift += encoding.cnf.variables
    proof = "".join(f"{line}\n" for line in [*lines, "0"])
    cnf = _cnf(task, basis, size, depth, parts, exactly)
    return Refutation(task, basis, size, depth, cnf, proof, exactly)


def refutation_cnf(
    task: Task, basis: Basis, size: Bound, depth: int | None = None, exactly: bool = False
) -> str:
    """Return the formula that `refute` proves to have no model, in DIMACS form.

    With it a file that someone else made is compared, as a proof is of a formula alone.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("tt:2:8")
    >>> refutation_cnf(task, B2, 0) == refute(task, B2, 0).cnf
    True
    """
    search_for(task, basis, None, upwards=False)
    size = basis.bound("size", size, exactly)
    parts = list(_parts(task, basis, _asked(basis, size, depth, exactly), depth, exactly))
    return _cnf(task, basis, size, depth, parts, exactly)


def check_formula(
    cnf: str,
    task: Task,
    basis: Basis,
    size: Bound,
    depth: int | None = None,
    exactly: bool = False,
) -> None:
    """Check that a text is the formula that `refutation_cnf` gives.

    It is the text that the proof is then checked of: a file may change between two readings.

    Raises `CertificateError` if it is another, and `ArgumentError` as `refute`.
    """
    if cnf != refutation_cnf(task, basis, size, depth, exactly):
        raise CertificateError("cnf", f"not the formula of {task}")


#: What is refuted at once: circuits of so many gates at such a cost, or of so many ANDs at most.
_Part = tuple[int, int] | int


def _asked(basis: Basis, size: int, depth: int | None, exactly: bool) -> list[_Part]:
    check_bounds(depth=depth)
    first, second = divmod(size, FIRST_COST) if basis.in_order else (0, size)
    if (second if second < FIRST_COST - 1 else first) > _LARGEST_SIZE:
        raise ArgumentError("size", f"a whole number from 0 to {_LARGEST_SIZE}", size)
    if not basis.in_order or exactly:
        costs = range(size if exactly else 0, size + 1)
        return [(gates, cost) for cost in costs for gates in gate_counts(basis, cost)]
    if depth is not None:
        raise ArgumentError("depth", "none for costs in order, unless they are exactly so", depth)
    ands, more = divmod(first, basis.cost_of("and") // FIRST_COST)
    # Any number of XORs goes with fewer ANDs, and with so many if all they may cost is left.
    if more or second == FIRST_COST - 1:
        return [ands]
    below: list[_Part] = [ands - 1] if ands else []
    costs = range(size - second, size + 1)
    return below + [(gates, cost) for cost in costs for gates in gate_counts(basis, cost)]


def _parts(
    task: Task, basis: Basis, asked: Iterable[_Part], depth: int | None, exactly: bool
) -> Iterator[ChainEncoding | ProductEncoding]:
    # Where smaller sizes are not refuted, nothing may rest on their being so.
    least = not exactly
    for part in asked:
        if isinstance(part, int):
            # Of less than two inputs all functions are sums, so products say nothing.
            yield ProductEncoding(task, part if task.inputs > 1 else 0)
            continue
        gates, cost = part
        yield ChainEncoding(task, basis, gates, depth, cost, least=least, distinct=True)


def _of_fewest_ands(search: Search) -> Circuit:
    # A least circuit, where costs are in order.
    from mesacircuits.enumeration.multiplicative import least_first_cost

    start = least_first_cost(search.task, search.basis, search.effort)
    circuit = search.least(count(start), None)
    assert circuit is not None  # one of so few ANDs was met
    return circuit


def _shifted(literal: int, shift: int) -> int:
    return literal + shift if literal > 0 else literal - shift


def _cnf(
    task: Task,
    basis: Basis,
    size: int,
    depth: int | None,
    parts: list[ChainEncoding | ProductEncoding],
    exactly: bool,
) -> str:
    clauses = [f"{' '.join(str(s) for s in range(1, len(parts) + 1))} 0"]
    shift = len(parts)
    for selector, encoding in enumerate(parts, 1):
        for clause in encoding.cnf.clauses:
            literals = (str(_shifted(literal, shift)) for literal in clause)
            clauses.append(f"{-selector} {' '.join(literals)} 0")
        shift += encoding.cnf.variables
    head = [
        f"c mesacircuits: {_statement(task, basis, size, depth, exactly)}",
        f"c variables 1 to {len(parts)}: {_MEANING[basis.in_order]}",
        f"p cnf {shift} {len(clauses)}",
    ]
    return "".join(f"{line}\n" for line in [*head, *clauses])
