"""Proofs, as files for any checker, that no circuit of a bounded size solves a task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mesacircuits.circuits import Basis, Circuit
from mesacircuits.enumeration.effort import Effort
from mesacircuits.enumeration.sat.encodings import ChainEncoding, Session
from mesacircuits.enumeration.sat.search import check_bounds, gate_counts, search_for
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import Task

__all__ = ["Refutation", "check_formula", "refutation_cnf", "refute"]


#: No formula for more gates could be written down.
_LARGEST_SIZE = 10_000


@dataclass(frozen=True)
class Refutation:
    """A formula that says that a circuit exists, and the proof that it has no model.

    The formula is one for all sizes, so that one proof is enough: its first variables say which
    number of gates, at which cost, is meant; the first clause that some is. The clauses after it
    are those of `ChainEncoding`, with `least` and `distinct`, each for its own number of gates.

    Attributes:
        task, basis: what is not solved, and from what.
        size: the greatest number of gates; what they cost together, if the basis has costs.
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
            "size": self.size,
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
    bound = f"cost {how} {size}" if basis.costs else f"{how} {size} gates"
    deep = "" if depth is None else f" and depth at most {depth}"
    text = f"no reduced circuit of {bound}{deep} over {basis} solves {task}"
    # One line of a comment, whatever the basis is called.
    return " ".join(text.split()).encode("ascii", "replace").decode()


def refute(
    task: Task,
    basis: Basis,
    size: int,
    depth: int | None = None,
    effort: Effort | None = None,
    exactly: bool = False,
) -> Refutation | Circuit:
    """Prove that no reduced circuit of at most `size` gates solves a task, or return a circuit.

    Each number of gates from 0 up is decided, so a circuit that is returned is a least one. With
    `exactly` only circuits of just `size` gates are meant, whatever smaller ones there are.

    Arguments and errors as for `solve_size`.

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
    """
    search = search_for(task, basis, effort)
    _check(size, depth)
    first = size if exactly else 0
    selectors = sum(len(gate_counts(basis, cost)) for cost in range(first, size + 1))
    parts: list[ChainEncoding] = []
    lines: list[str] = []
    shift = selectors
    # One encoding at a time: a circuit may be found, or the budget end, long before the last.
    for selector, encoding in enumerate(_parts(task, basis, size, depth, exactly), 1):
        parts.append(encoding)
        with Session(encoding.cnf.clauses, search.effort, proof=True) as session:
            model = session.model()
            if model is not None:
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
    task: Task, basis: Basis, size: int, depth: int | None = None, exactly: bool = False
) -> str:
    """Return the formula that `refute` proves to have no model, in DIMACS form.

    With it a file that someone else made is compared, as a proof is of a formula alone.

    >>> from mesacircuits.circuits import B2
    >>> from mesacircuits.tasks import parse_task
    >>> task = parse_task("tt:2:8")
    >>> refutation_cnf(task, B2, 0) == refute(task, B2, 0).cnf
    True
    """
    search_for(task, basis, None)
    parts = list(_parts(task, basis, size, depth, exactly))
    return _cnf(task, basis, size, depth, parts, exactly)


def check_formula(
    cnf: str,
    task: Task,
    basis: Basis,
    size: int,
    depth: int | None = None,
    exactly: bool = False,
) -> None:
    """Check that a text is the formula that `refutation_cnf` gives.

    It is the text that the proof is then checked of: a file may change between two readings.

    Raises `CertificateError` if it is another, and `ArgumentError` as `refute`.
    """
    if cnf != refutation_cnf(task, basis, size, depth, exactly):
        raise CertificateError("cnf", f"not the formula of {task}")


def _check(size: int, depth: int | None) -> None:
    check_bounds(size=size, depth=depth)
    if size > _LARGEST_SIZE:
        raise ArgumentError("size", f"a whole number from 0 to {_LARGEST_SIZE}", size)


def _parts(
    task: Task, basis: Basis, size: int, depth: int | None, exactly: bool
) -> Iterator[ChainEncoding]:
    _check(size, depth)
    # Where smaller sizes are not refuted, nothing may rest on their being so.
    least = not exactly
    for cost in range(size if exactly else 0, size + 1):
        for gates in gate_counts(basis, cost):
            yield ChainEncoding(task, basis, gates, depth, cost, least=least, distinct=True)


def _shifted(literal: int, shift: int) -> int:
    return literal + shift if literal > 0 else literal - shift


def _cnf(
    task: Task,
    basis: Basis,
    size: int,
    depth: int | None,
    parts: list[ChainEncoding],
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
        f"c variables 1 to {len(parts)}: how many gates, at what cost; see ChainEncoding",
        f"p cnf {shift} {len(clauses)}",
    ]
    return "".join(f"{line}\n" for line in [*head, *clauses])
