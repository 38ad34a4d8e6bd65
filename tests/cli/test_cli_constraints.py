"""`enumerate` with bounds, constraints and some of the minima; `prove` of one size."""

import json

import pytest


def test_some_minima_and_the_proof_that_none_is_smaller(run, tmp_path):
    cnf, proof = tmp_path / "a.cnf", tmp_path / "a.drup"
    asked = ("enumerate", "tt:3:E8", "--first", 2)
    status, text, errors = run(*asked, "--cnf", cnf, "--proof", proof, "--json")
    record = json.loads(text)
    assert (status, record["first"], record["complete"], record["circuits"]) == (0, 2, False, 2)
    assert "PROVED: no reduced circuit of at most 3 gates over b2 solves tt:3:E8" in errors
    assert run("prove", "tt:3:E8", "--size", 3, "--check", cnf, proof)[0] == 0
    status, text, _ = run("enumerate", "tt:3:E8", "--at-most", 3, "--json")
    assert (status, json.loads(text)["solvable"], json.loads(text)["at_most"]) == (0, False, 3)


def test_constraints_are_printed(run):
    asked = ("enumerate", "tt:3:E8", "--fanout", 1, "--arrival", "c=1", "--depth-at-most", 3)
    status, text, _ = run(*asked)
    assert status == 0
    assert "constraints: fan-out at most 1; depth at most 3; c arrives at depth 1" in text
    record = json.loads(run(*asked, "--json")[1])
    assert record["constraints"] == {"fanout": 1, "depth_at_most": 3, "arrival": [0, 0, 1]}


def test_one_size_is_refuted_alone(run, tmp_path):
    files = tmp_path / "a.cnf", tmp_path / "a.drup"
    asked = ("prove", "tt:2:8", "--exactly", 6)
    status, text, _ = run(*asked, "--cnf", files[0], "--proof", files[1], "--json")
    record = json.loads(text)
    assert (status, record["exactly"], record["size"]) == (0, True, 6)
    assert run(*asked, "--check", *files)[0] == 0
    assert run("prove", "tt:2:8", "--size", 0, "--check", *files)[0] == 1
    assert run("prove", "tt:2:8", "--exactly", 1)[0] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("enumerate", "choices(2,1)", "--count", "--first", 1), "go with one task"),
        (("enumerate", "tt:2:8", "--exactly", 1, "--cnf", "f"), "--cnf and --proof go with"),
        (("enumerate", "tt:2:8", "--arrival", "a"), "arrival: expected depths of inputs"),
        (("enumerate", "tt:2:8", "--arrival", "z=1"), "arrival: expected inputs from a to f"),
        (("enumerate", "tt:2:8", "--given", "bandit"), "given: expected functions"),
        (("prove", "tt:2:8", "--exactly", 1, "--size", 1), "give --size or --exactly, not both"),
    ],
)
def test_errors(run, arguments, message):
    status, text, errors = run(*arguments)
    assert (status, text) == (2, "")
    assert message in errors
