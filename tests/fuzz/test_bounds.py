"""Long input: every reader goes through it once, and takes memory by its length, or refuses it.

Over millions of characters a reader that comes back to each of them would not end at all.
"""

import json
import subprocess
import sys
import tracemalloc

import pytest

from mesacircuits.circuits import Circuit, basis_named
from mesacircuits.circuits.circuit import MAX_GATES
from mesacircuits.circuits.formats import parse_circuit
from mesacircuits.circuits.truthtable import parse_expression
from mesacircuits.enumeration.drup import check_drup_texts
from mesacircuits.errors import ArgumentError, MesacircuitsError
from mesacircuits.programs import Machine, Program
from mesacircuits.tasks import parse_task, parse_task_file

LONG = 2_000_000
#: As long as a task may be.
TASK = 1_000_000
SPACES = " " * LONG
SHORT = " " * (TASK - 100)


def circuit(text):
    return Circuit.parse(3, text)


def program(text):
    return Program.parse(text, Machine())


def task(text):
    return parse_task(text, files=False)


def formula(text):
    return check_drup_texts(text, "")


def file(form):
    reader = parse_task_file if form == "pla" else parse_circuit
    return lambda text: reader(text.encode() if isinstance(text, str) else text, form)


#: What is read, by what, and how the line begins that refuses it; None if it is taken.
LONG_TEXTS = {
    "gate with spaces": (circuit, f"g = a &{SPACES}b{SPACES}; out = g", None),
    "gate with tabs": (circuit, "g = a" + "\t" * LONG + "b; out = g", "circuit: expected a gate"),
    "spaces": (circuit, SPACES, "circuit: expected a last step"),
    "spaces before =": (circuit, f"g{SPACES}=", "circuit: expected steps NAME = GATE"),
    "table of spaces": (circuit, f"g = tt:3:E8(a,{SPACES}b, c); out = g", None),
    "open table": (circuit, "g = tt:3:E8(" + "a, " * LONG, "circuit: expected a gate"),
    "long name": (circuit, "g" * LONG + " = a & b; out = g", "circuit: expected an output wire"),
    "long operand": (circuit, "g = maj(" + "a_" * LONG, "circuit: expected a wire among a, b"),
    "long chain": (circuit, "g = a" + "^a" * 100_000 + "; out = g", None),
    "tildes": (circuit, "g = " + "~" * LONG, "circuit: expected a gate"),
    "semicolons": (circuit, ";" * LONG, "circuit: expected a last step"),
    "many outputs": (circuit, "out = a" + ",a" * MAX_GATES, "circuit: expected at most 1,000,000"),
    "blif, spaces": (file("blif"), SPACES, "blif: expected at least one output"),
    "blif, a long line": (file("blif"), "." + "a" * 5_000_000, "blif, line 1: expected lines of"),
    "blif, joined lines": (
        file("blif"),
        ".inputs \\\n" + "\\\n" * 300_000,
        "blif: expected at least",
    ),
    "blif, a cover": (
        file("blif"),
        ".inputs a\n.outputs z\n.names a a a a z\n" + "1-01 1\n" * 100_000,
        None,
    ),
    "blif, outputs": (
        file("blif"),
        (".outputs" + " a" * 500_000 + "\n") * 2 + ".outputs a",
        "blif, line 3: expected at most 1,000,000 outputs",
    ),
    "bench, spaces": (file("bench"), f"x = AND{SPACES}y", "bench, line 1: expected INPUT(x)"),
    "bench, a port": (file("bench"), f"INPUT(x{SPACES}x)", "bench, line 1: expected INPUT(x)"),
    "bench, a table": (
        file("bench"),
        "z = LUT 0x" + "F" * LONG + "(x)",
        "bench, line 1: expected a table of at most 2 bits",
    ),
    "bench, parentheses": (file("bench"), "(" * LONG, "bench, line 1: expected INPUT(x)"),
    "aag, spaces": (file("aag"), SPACES, "aag, line 1: expected a header"),
    "aag, numbers": (file("aag"), "aag 1 1 0 1 0\n" + "2 " * LONG, "aag, line 2: expected one"),
    "aag, a number": (file("aag"), "aag 1 1 0 1 " + "9" * 5000, "aag, line 1: expected a header"),
    "aag, a long line": (file("aag"), "a" * 5_000_000, "aag, line 1: expected lines of"),
    "aag, symbols": (file("aag"), "aag 1 1 0 1 0\n2\n2\n" + "i0 x\n" * 100_000, None),
    "txt, spaces": (file("txt"), f"inputs = a{SPACES}b", "txt: expected"),
    "txt, names": (file("txt"), "inputs = " + "a , " * 200_000 + "!", "txt: expected"),
    "txt, comments": (file("txt"), "#\n" * 300_000 + "out = a", None),
    "pla, spaces": (file("pla"), f".i{SPACES}1", "pla, line 1: expected .o"),
    "pla, dots": (file("pla"), ". " * LONG, "pla, line 1: expected .i"),
    "pla, a number": (file("pla"), ".i " + "1" * 5000, "pla, line 1: expected .i and a number"),
    "pla, terms": (file("pla"), ".i 2\n.o 1\n" + "11 1\n" * 100_000, None),
    "json, brackets": (file("json"), "[" * LONG, "json, circuit: expected a circuit in JSON"),
    "json, values": (file("json"), "[" + "0," * LONG + "0]", "json, circuit: expected a circuit"),
    "json, a number": (file("json"), "9" * LONG, "json, circuit: expected a circuit in JSON"),
    "expressions": (task, "expr:a" + ",a" * 20_000, "task: expected at most 64 expressions"),
    "expression, spaces": (task, f"expr:a{SHORT}", None),
    "expression, parentheses": (task, "expr:" + "(" * 200_000, "task: expected at most 100 nested"),
    "expression, negations": (task, "expr:" + "~" * 200_000, "task: expected at most 100 nested"),
    "expression, operators": (task, "expr:a" + "|a" * 50_000, None),
    "expression, a digit": (task, "expr:" + "1" * (TASK - 5), "task: expected an input (a)"),
    "long expression": (task, "expr:a" + SPACES, "task: expected a text of at most 1,000,000"),
    "a table alone": (task, "1" * 900_000, "task: expected 2^n digits 0 and 1"),
    "digits alone": (task, "F" * (1 << 19), "task: expected 1, 2, 4, 8 or 16 hexadecimal digits"),
    "names": (task, "|".join(f"x{i}" for i in range(20_000)), "task: expected at most 6 inputs"),
    "an expression alone": (task, "(" * 200_000 + "&", "task: expected at most 100 nested"),
    "tables": (task, "tt:3:E8" + ",E8" * 64, "task: expected at most 64 truth tables"),
    "inputs": (task, "tt:0001" + "0" * 5000 + ":1", "task: expected a number of inputs"),
    "sets": (task, "relation:3:2:" + "F," * 400_000, "task: expected 8 sets"),
    "task name, spaces": (task, f"argmax{SHORT}x", "task: expected tt:N:HEX"),
    "task name, parentheses": (task, "argmax(" + ")" * 900_000 + "x", "task: expected tt:N:HEX"),
    "parameters": (task, "argmax(" + "a=1," * 200_000 + ")", "task argmax: expected a once"),
    "parameter": (
        task,
        "argmax(candidates=" + "9" * 5000 + ")",
        "task argmax, candidates: expected a whole number",
    ),
    "long name of a task": (task, "a-" * 400_000, "task: expected tt:N:HEX"),
    "machine, spaces": (Machine.parse, f"fair{SPACES}x", "machine: expected a text"),
    "machine, operations": (Machine.parse, "inc+" * LONG + "inc", "machine: expected a text"),
    "labels": (program, "0:" * 200_000, None),
    "label, spaces": (program, f"a{SHORT}b", "program, line 1: expected one of"),
    "long program": (program, SPACES, "program: expected at most 1,000,000 characters"),
    "operands": (program, "inc " + "," * 900_000, "program, line 1: expected inc REGISTER"),
    "table entries": (program, ".table " + "1 " * 100_000, "program, line 1, table: expected none"),
    "instructions": (program, "inc r0\n" * 100_000, "program: expected at most 64 instructions"),
    "basis, flags": (basis_named, "and" + "+constants" * LONG, "basis: expected at most 10000"),
    "basis, operators": (basis_named, "and," * LONG, "basis: expected at most 10000 characters"),
    "basis, a name": (basis_named, "a" * LONG, "basis: expected one of b2"),
    "basis, a table": (basis_named, "tt:3:" + "F" * 5000, "operator: expected one of not"),
    "variables": (formula, "p cnf 2000000000 0\n", "certificate: proof: ends before"),
    "more variables": (formula, "p cnf 9000000000 0\n", "certificate: cnf line 1: expected at mo"),
    "counts": (formula, f"p cnf {'9' * 5000} 1", "certificate: cnf line 1: expected whole"),
    "formula of spaces": (formula, f"p cnf 1 1{SPACES}x", "certificate: cnf line 1: expected"),
    "units": (
        formula,
        "p cnf 100000 10000\n"
        + "".join(f"{i} 0\n" for i in range(1, 5001))
        + "".join(f"{i} -{i + 1} {i + 2} 0\n" for i in range(1, 5001)),
        "certificate: proof: ends before",
    ),
}


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_long_texts(name):
    reader, text, begins = LONG_TEXTS[name]
    try:
        reader(text)
    except MesacircuitsError as error:
        said = str(error)
    else:
        said = None
    if begins is None:
        assert said is None
    else:
        assert said is not None
        assert said.startswith(begins)
        assert "\n" not in said
        assert len(said) < 1000


def test_lines_of_a_formula_are_read_as_other_checkers_read_them():
    # Python takes 1_0 for 10 and a vertical tab for the end of a line.
    for text in ("p cnf 1_0 1\n1 0\n", "p cnf 2 1\n+1 0\n"):
        with pytest.raises(MesacircuitsError, match="expected whole numbers"):
            check_drup_texts(text, "0\n")
    hidden = "p cnf 1 1\nc a comment \x0b0\n1 0\n"
    with pytest.raises(MesacircuitsError, match="does not follow"):
        check_drup_texts(hidden, "0\n")


def test_a_token_at_a_time():
    # Tokens take many times the room of their text, so there may not be one for each character.
    text = "a" + "|a" * 20_000
    tracemalloc.start()
    parse_expression(text, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(text)


BOUNDED = """
import resource, sys
from pathlib import Path
from mesacircuits.circuits import Circuit
from mesacircuits.circuits.formats import parse_circuit
from mesacircuits.cli import main
from mesacircuits.enumeration.drup import check_drup_texts
from mesacircuits.errors import MesacircuitsError
from mesacircuits.programs import Program
from mesacircuits.tasks import parse_task, parse_task_file

pages = int(Path("/proc/self/statm").read_text().split()[0])
limit = pages * resource.getpagesize() + (600 << 20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
values = b"[" + b"{}," * 20_000_000 + b"{}]"
for read in (
    lambda: parse_task_file(values, "json"),
    lambda: parse_circuit(values, "json"),
    lambda: Program.from_json(values),
    lambda: parse_task_file(b"[" * 60_000_000, "json"),
    lambda: parse_circuit(b"a " * 30_000_000, "aag"),
    lambda: parse_circuit(b".inputs" + b" a" * 30_000_000, "blif"),
    lambda: Circuit.parse(3, "out = a" + ",a" * 30_000_000),
    lambda: check_drup_texts("p cnf 2000000000 0\\n", "0\\n"),
    lambda: check_drup_texts("p cnf 2000000000 1\\n2000000000 0\\n", "0\\n"),
    lambda: parse_task("expr:a" + ",a" * 20_000),
    lambda: parse_task("expr:a" + ",a" * 30_000_000),
):
    try:
        read()
    except MesacircuitsError:
        print("refused")
Path("values.json").write_bytes(values)
main(["convert", "values.json", "values.blif"])
"""


def test_memory_is_bounded(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout == "refused\n" * 11
    assert done.returncode == 1, done.stderr
    assert done.stderr == (
        "mesacircuits: error: values.json: expected a task in JSON form, got more than 1,000,000 "
        "values\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["values.json"]


def test_errors_do_not_grow_with_what_came():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    wide = {str(number): number for number in range(1000)}
    for came in (1 << 1_000_000, [1 << 1_000_000], deep, wide, "x" * LONG, {"a": "x" * LONG}):
        error = ArgumentError("value", "less", came)
        assert len(str(error)) < 200
        assert "\n" not in str(error)
    assert "a number of 1000001 bits" in str(ArgumentError("value", "less", 1 << 1_000_000))
    # What fits is shown whole.
    assert str(ArgumentError("value", "less", {"a": (1, 2, 3)})) == (
        "value: expected less, got {'a': (1, 2, 3)}"
    )


def test_canonical_circuits_of_many_gates():
    # The key of a gate decides where it goes; each is asked for once.
    gates = "; ".join(f"g{i} = {'abc'[i % 3]} & ~g{i - 1}" for i in range(1, 5000))
    chain = Circuit.parse(3, f"g0 = a ^ b; {gates}; out = g4999")
    assert chain.canonical() == chain
    assert json.dumps(chain.to_json()) == json.dumps(chain.canonical().to_json())
