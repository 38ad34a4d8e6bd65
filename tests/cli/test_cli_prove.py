"""`prove`: its files, its answers, its exit statuses."""

import json

import pytest


def test_a_proof_is_written_and_checked(run, tmp_path):
    cnf, proof = tmp_path / "a.cnf", tmp_path / "a.drup"
    files = ("--cnf", cnf, "--proof", proof)
    status, text, errors = run("prove", "tt:4:169E", "--size", 4, *files)
    assert (status, errors) == (0, "")
    lines = text.splitlines()
    assert lines[0] == "PROVED: no reduced circuit of at most 4 gates over b2 solves tt:4:169E"
    assert max(map(len, lines)) <= 80
    status, text, _ = run("prove", "tt:4:169E", "--size", 4, *files, "--json")
    record = json.loads(text)
    assert (status, record["proved"], record["basis"], record["depth"]) == (0, True, "b2", None)
    assert cnf.read_text().count("\n") == record["clauses"] + 3
    assert proof.read_text().count("\n") == record["proof_lines"]
    status, text, errors = run("prove", "--check", cnf, proof)
    assert (status, errors) == (0, "")
    assert text.startswith(f"CHECKED: {record['clauses']:,} clauses have no model, by ")
    assert "the file says: mesacircuits: no reduced circuit of at most 4 gates" in text
    status, text, _ = run("prove", "tt:4:169E", "--size", 4, "--check", cnf, proof, "--json")
    assert (status, json.loads(text)["compared"]) == (0, True)
    status, text, errors = run("prove", "tt:4:169E", "--size", 3, "--check", cnf, proof)
    assert (status, text) == (1, "")
    assert "not the formula of tt:4:169E" in errors
    proof.write_text(proof.read_text().replace("0\n", "0\n1 0\n", 1))
    status, text, errors = run("prove", "--check", cnf, proof)
    assert (status, text) == (1, "")
    assert "certificate: proof line 2: does not follow" in errors


def test_a_circuit_refutes_the_claim(run, tmp_path):
    cnf = tmp_path / "a.cnf"
    status, text, errors = run("prove", "tt:4:169E", "--size", 6, "--cnf", cnf)
    assert (status, errors) == (3, "")
    assert text.startswith("NOT SO: a circuit of size 5 and depth ")
    assert not cnf.exists()
    status, text, _ = run("prove", "tt:3:E8", "--size", 1, "--basis", "mig", "--json")
    record = json.loads(text)
    assert (status, record["proved"]) == (3, False)
    assert [gate["operator"] for gate in record["circuit"]["gates"]] == ["maj"]
    assert run("prove", "tt:3:E8", "--size", 9, "--depth", 2)[0] == 0


def test_a_budget_leaves_it_open(run, clock):
    clock.tick = 1.0
    hard = ("prove", "tt:5:169E7B3C", "--basis", "aig", "--size", 9, "--budget", 20)
    status, text, errors = run(*hard)
    assert (status, errors) == (4, "")
    assert text.startswith("INCONCLUSIVE: the budget ended")
    assert json.loads(run(*hard, "--json")[1])["proved"] is None
    assert run(*hard[:-1], "20s")[0] == 4


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "Missing argument 'TASK'"),
        (("tt:2:8",), 2, "Missing option '--size'"),
        (("tt:2:8", "--size", -1), 2, "size: expected a whole number"),
        (("tt:2:8", "--size", 0, "--depth", -1), 2, "depth: expected a whole number"),
        (("tt:2:8", "--size", 0, "--basis", "c3"), 2, "basis: expected"),
        (("tt:2:8", "--size", 0, "--budget", "soon"), 2, "seconds such as 60 or 60s, got 'soon'"),
        (("tt:2:8", "--size", 0, "--budget", "0s"), 2, "budget: expected a positive number"),
        (
            ("tt:2:8", "--size", 0, "--cnf", "f", "--proof", "f"),
            2,
            "proof: expected a file other than cnf",
        ),
        (("tt:2:8", "--check", "f", "g"), 2, "TASK and --size go together"),
        (("--check", "f", "g", "--proof", "h"), 2, "--check goes without"),
        (("tt:2:8", "--size", 0, "--cnf", "/no/such/folder/f"), 1, "expected a writable path"),
        (("--check", "/no/such/f", "/no/such/g"), 1, "expected a readable file"),
    ],
)
def test_errors(run, arguments, status, message):
    code, text, errors = run("prove", *arguments)
    assert (code, text) == (status, "")
    assert message in errors
    assert errors.count("\n") == 1
