"""Proofs that no smaller circuit exists, and the checker that knows nothing of who made them."""

import random

import pytest
from pysat.formula import CNF
from pysat.solvers import Solver

from mesacircuits.circuits import AIG, B2, Basis, basis_named
from mesacircuits.enumeration.drup import check_drup, check_drup_texts
from mesacircuits.enumeration.effort import BudgetEnded, Effort
from mesacircuits.enumeration.sat.proofs import check_formula, refutation_cnf, refute
from mesacircuits.errors import ArgumentError, CertificateError
from mesacircuits.tasks import RelationTask, parse_task

WEIGHTED = Basis.closed("weighted", {"and": 2, "xor": 5}, free_inverters=True)
ADDER = "expr:a ^ b ^ c, (a & b) | (a & c) | (b & c)"


def no_model(variables, clauses):
    """Return whether no assignment satisfies the clauses, by trying all."""
    return not any(
        all(any((x >> abs(v) - 1 & 1) == (v > 0) for v in clause) for clause in clauses)
        for x in range(1 << variables)
    )


def dimacs(variables, clauses):
    lines = [" ".join(map(str, [*clause, 0])) for clause in clauses]
    return "\n".join([f"p cnf {variables} {len(clauses)}", *lines, ""])


@pytest.mark.parametrize(
    ("text", "basis", "size", "depth"),
    [
        ("tt:4:169E", B2, 4, None),
        (ADDER, B2, 4, None),
        (ADDER, AIG, 5, None),
        ("tt:3:96", basis_named("nand"), 6, None),
        ("tt:3:96", basis_named("mig"), 2, None),
        ("tt:3:E8", basis_named("mux"), 1, None),
        ("expr:a ^ b", basis_named("monotone"), 5, None),
        ("tt:3:E8", B2, 5, 2),
        ("expr:a ^ b ^ c", WEIGHTED, 9, None),
        ("tt:3:18", B2, 0, 0),
    ],
)
def test_the_checker_accepts_what_the_solver_proves(tmp_path, text, basis, size, depth):
    task = parse_task(text)
    found = refute(task, basis, size, depth)
    cnf, proof = tmp_path / "f.cnf", tmp_path / "f.drup"
    cnf.write_text(found.cnf)
    proof.write_text(found.proof)
    checked = check_drup(cnf, proof)
    assert (checked.variables, checked.clauses) == (found.variables, found.clauses)
    assert found.statement in checked.comments[0]
    check_formula(cnf.read_text(), task, basis, size, depth)
    with pytest.raises(CertificateError, match="not the formula"):
        check_formula(cnf.read_text(), task, basis, size + 1, depth)


@pytest.mark.parametrize(
    ("text", "basis", "size", "depth"),
    [("tt:4:169E", B2, 5, None), (ADDER, B2, 7, 3), ("expr:a ^ b", WEIGHTED, 9, None)],
)
def test_a_least_circuit_is_returned_if_there_is_one(text, basis, size, depth):
    task = parse_task(text)
    circuit = refute(task, basis, size, depth)
    assert task.solved_by(circuit)
    assert circuit.is_reduced()
    cost = sum(basis.cost_of(gate.operator) for gate in circuit.gates)
    assert cost <= size
    assert refute(task, basis, cost - 1, depth).size == cost - 1


def test_relations_are_refuted_too():
    # One output is a XOR b, the other its inverse.
    task = RelationTask(2, 2, ((1,), (2,), (2,), (1,)))
    found = refute(task, B2, 0)
    assert check_drup_texts(found.cnf, found.proof).clauses == found.clauses
    assert refute(task, B2, 1).size == 1


def tampered(lines, rng, variables):
    """Return lines of literals, one literal inverted, left out or put in, as a text."""
    changed = list(lines)
    place = rng.choice([i for i, line in enumerate(lines) if line[0] not in "cp"])
    words = changed[place].split()
    at = rng.randrange(words[0] == "d", len(words))
    kind = rng.randrange(3)
    if kind == 0:
        words[at] = str(-int(words[at]))
    elif kind == 1:
        del words[at]
    else:
        words.insert(at, str(rng.choice((-1, 1)) * rng.randint(1, variables)))
    changed[place] = " ".join(words)
    return "".join(f"{line}\n" for line in changed)


def test_tampering_is_refused(sampled):
    task, rng = parse_task("tt:3:E8"), random.Random(5)
    found = refute(task, B2, 3)
    cnf, proof = found.cnf.splitlines(), found.proof.splitlines()
    refused = [0, 0]
    trials = sampled(range(200), 50)
    for _ in trials:
        try:
            check_drup_texts(found.cnf, tampered(proof, rng, found.variables))
        except CertificateError:
            refused[0] += 1
        other = tampered(cnf, rng, found.variables)
        try:
            check_drup_texts(other, found.proof)
        except CertificateError:
            refused[1] += 1
            continue
        # What is accepted has no model indeed; `check_formula` tells it apart.
        with Solver(name="minisat22", bootstrap_with=CNF(from_string=other)) as solver:
            assert not solver.solve()
    assert min(refused) > len(trials) / 7


def test_the_proof_of_another_formula_is_refused():
    small, large = (refute(parse_task("tt:4:169E"), B2, size) for size in (3, 4))
    for one, other in ((small, large), (large, small)):
        with pytest.raises(CertificateError):
            check_drup_texts(one.cnf, other.proof)
    satisfiable = refutation_cnf(parse_task("tt:4:169E"), B2, 5)
    with pytest.raises(CertificateError):
        check_drup_texts(satisfiable, large.proof)


def test_damage_is_named():
    found = refute(parse_task("tt:4:169E"), B2, 4)
    head = found.cnf.index("p cnf")
    lines = found.proof.splitlines(keepends=True)
    for cnf, proof, where in (
        (found.cnf, "".join(lines[: len(lines) // 2]), "ends before"),
        (found.cnf, "", "ends before"),
        (found.cnf, "1 0\n", "proof line 1: does not follow"),
        (found.cnf, "1\n", "proof line 1: expected one clause"),
        (found.cnf, "1 x 0\n", "proof line 1: expected whole numbers"),
        (found.cnf, "d 99 -98 0\n", "proof line 1: deletes"),
        (found.cnf, "123456 0\n", "proof line 1: a variable beyond"),
        (found.cnf[:-20], found.proof, "clauses, each ended by 0"),
        (found.cnf[:head], found.proof, "no line p cnf"),
        (found.cnf[head:].replace("p cnf", "p dnf"), found.proof, "cnf line 1"),
        ("p cnf 1 1\n7 0\n", found.proof, "cnf line 2: a variable beyond"),
    ):
        with pytest.raises(CertificateError, match=where):
            check_drup_texts(cnf, proof)


@pytest.mark.parametrize("name", ["c.cnf", "c.drup"])
def test_files_that_are_not_text(tmp_path, name):
    (tmp_path / "c.cnf").write_text("p cnf 0 1\n0\n")
    (tmp_path / "c.drup").write_text("0\n")
    assert check_drup(tmp_path / "c.cnf", tmp_path / "c.drup").clauses == 1
    (tmp_path / name).write_bytes(b"\xff\xfe")
    with pytest.raises(CertificateError, match="ASCII"):
        check_drup(tmp_path / "c.cnf", tmp_path / "c.drup")
    (tmp_path / name).unlink()
    with pytest.raises(ArgumentError, match="readable"):
        check_drup(tmp_path / "c.cnf", tmp_path / "c.drup")


def test_the_checker_is_sound_on_random_formulas():
    # Random clauses offered as lemmas: no satisfiable formula may be refuted.
    rng = random.Random(1)
    refuted = 0
    for _ in range(300):
        variables = rng.randint(1, 5)
        literals = [v for v in range(-variables, variables + 1) if v]

        def clause(longest, literals=literals):
            return [rng.choice(literals) for _ in range(rng.randint(1, longest))]

        clauses = [clause(3) for _ in range(rng.randint(1, 22))]
        kept = []
        for _ in range(60):
            step = clause(2)
            if rng.random() < 0.2 and (kept or clauses):
                kept.append("d " + " ".join(map(str, [*rng.choice(clauses), 0])))
            else:
                kept.append(" ".join(map(str, [*step, 0])))
        # Lines that are refused are dropped one by one.
        while True:
            try:
                check_drup_texts(dimacs(variables, clauses), "\n".join(kept))
            except CertificateError as error:
                if not error.where.startswith("proof line"):
                    break
                del kept[int(error.where.split()[-1]) - 1]
                continue
            refuted += 1
            assert no_model(variables, clauses)
            break
    assert refuted > 50


def test_a_basis_of_any_name_makes_a_comment_of_one_line():
    basis = Basis.closed("odd\n1 0\né", {"and": 1}, free_inverters=True)
    found = refute(parse_task("expr:a ^ b"), basis, 2)
    assert "over odd 1 0 ? solves" in check_drup_texts(found.cnf, found.proof).comments[0]


def test_a_budget_ends_the_proof(clock):
    clock.tick = 1.0
    with pytest.raises(BudgetEnded):
        refute(parse_task("tt:5:169E7B3C"), AIG, 9, effort=Effort(seconds=20))


@pytest.mark.slow
def test_no_six_gates_for_a_class_of_seven():
    found = refute(parse_task("tt:4:088E"), B2, 6)
    assert check_drup_texts(found.cnf, found.proof).lemmas > 1000
