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


TOP = """.model choice
.inputs s x y
.outputs f
.names s x y f
11- 1
0-1 1
.end
.model gate
.inputs p q
.outputs r
.names p q r
11 1
.end
"""


def test_a_topology_is_a_text_or_a_file(run, tmp_path):
    """Inputs go by what the task's file calls them; of several models one may be named."""
    file = tmp_path / "top.blif"
    file.write_text(TOP)
    status, text, _ = run(
        "enumerate", f"{file}:choice", "--topology", "g1 = x, y; g2 = ?, g1; g3 = y, g2"
    )
    assert (status, "wiring g1 = x, y; g2 = ?, g1; g3 = y, g2" in text) == (0, True)
    assert "g1 = x ^ y; g2 = s & g1; g3 = y ^ g2; out = g3" in text
    asked = ("--fix", "gate:x ^ y; wire:s -> s & (x ^ y)", "--arrival", "s=1", "--at-most", 4)
    record = json.loads(run("enumerate", file, *asked, "--json")[1])
    assert record["constraints"] == {
        "arrival": [1],
        "fix": ["tt:3:3C is computed from b, c", "tt:3:28 is computed from a (and others)"],
    }
    circuit = "g1 = x ^ y; g2 = s & g1; g3 = g2 ^ y; out = g3"
    text = run("enumerate", file, "--topology", circuit)[1]
    assert "wiring g1 = x, y; g2 = s, g1; g3 = y, g2; out = g3" in " ".join(text.split())
    # By letters, too, as no input is called by one of these: a, b, c.
    assert "s arrives at depth 1" in run("enumerate", file, "--arrival", "a=1")[1]
    refused = run("enumerate", file, "--arrival", "q=1")[2]
    assert "arrival: expected inputs a, b, c, s, x, y, got q" in refused
    record = json.loads(run("enumerate", "tt:2:6", "--topology", f"{file}:gate", "--json")[1])
    assert record["constraints"] == {"topology": "g1 = a, b; out = g1"}
    assert record["minima"][0]["gates"][0]["operator"] == "xor"
    (tmp_path / "w.txt").write_text("# two levels\nx = ? ?\ny = ? x\n")
    assert (
        json.loads(run("enumerate", "tt:3:96", "--topology", tmp_path / "w.txt", "--json")[1])[
            "circuits"
        ]
        == 3
    )


def test_constraints_go_with_tags_and_universes(run):
    """Fan-out 1 is order formula, task by task; and what is tagged is what keeps to it."""
    asked = ("enumerate", "functions(2)", "--count", "--json")
    constrained, formulas = (
        json.loads(run(*asked, *how)[1])["tasks"]
        for how in (("--fanout", 1), ("--order", "formula"))
    )
    assert [t["size"] for t in constrained] == [t["size"] for t in formulas]
    assert [t["circuits"] for t in constrained] == [t["circuits"] for t in formulas]
    tagged = json.loads(run("enumerate", "tt:3:7E", "--tags", "--topology", "2,1", "--json")[1])
    assert (tagged["circuits"], tagged["tags"]["search-like"]) == (3, 3)


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
        (("enumerate", "choices(2,1)", "--packed", "--first", 1), "go without --objectives and"),
        (("enumerate", "choices(2,1)", "--count", "--arrival", "a=1"), "for a universe of orbits"),
        (("enumerate", "tt:2:8", "--topology", "g1 = g2, a"), "topology: expected inputs a, b, ?"),
        (("enumerate", "tt:2:8", "--topology", "g1 = a, a"), "topology: expected gates of earlier"),
        (
            ("enumerate", "tt:2:8", "--topology", "fence"),
            "topology: expected a fence such as 2,2,1",
        ),
        (("enumerate", "tt:2:8", "--topology", "g1 = a, b; out = g1, g1"), "expected 1 outputs"),
        (("enumerate", "tt:2:8", "--fix", "gate:a"), "fix: expected a gate such as gate:(a ^ b)"),
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


SWAP = """.model m
.inputs b "x[0]"
.outputs f
.names b "x[0]" f
10 1
.end
"""


def test_names_of_a_file_are_those_of_its_constraints(run, tmp_path):
    """Quoted where they are no words; given wires take names that the file has not; notes once."""
    file = tmp_path / "swap.blif"
    file.write_text(SWAP.replace('"', ""))
    asked = ("enumerate", file, "--arrival", '"x[0]"=1', "--given", 'expr:~"x[0]" & b')
    status, text, _ = run(*asked, "--arrival", "c=2")
    assert status == 0
    said = '"x[0]" arrives at depth 1; c arrives at depth 2; c = tt:2:2 is given'
    assert said in " ".join(text.split())
    assert 'names: inputs b, "x[0]", c; outputs f' in text
    status, _, errors = run(*asked, "--arrival", "a=1")
    said = 'arrival: expected inputs b, "x[0]", c, got a'
    assert (status, said in errors) == (2, True)
    file.write_text(SWAP.replace('"', "").replace(".inputs b x[0]\n", ""))
    for more in (), ("--tags",), ("--count",):
        status, _, errors = run("enumerate", file, *more)
        assert (status, errors.count("no .inputs")) == (0, 1)


def test_costs_in_order_are_bounded_by_a_pair(run):
    asked = ("enumerate", "tt:3:E8", "--basis", "and=1/0,xor=0/1+free-inverters")
    status, text, _ = run(*asked, "--at-most", "1/3", "--count")
    assert (status, "9 minimal circuits (9 wirings), cost 1/3" in text) == (0, True)
    status, _, errors = run(*asked, "--at-most", 2)
    assert (status, "at-most: expected costs in order, such as 1/3" in errors) == (2, True)
