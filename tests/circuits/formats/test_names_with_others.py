"""Names of inputs and outputs, through every format, and through berkeley-abc and cirbo and back.

What a file calls inputs and outputs is what `cec` goes by, unless it is told `-n`.
"""

import random
import shutil
import subprocess

import pytest

from mesacircuits.circuits import CONSTANT, Circuit, Gate, Output
from mesacircuits.circuits.bases import operator_of
from mesacircuits.circuits.formats import (
    CIRCUIT_FORMATS,
    WRITTEN_FORMATS,
    circuit_bytes,
    format_notes,
    parse_circuit,
    read_bench,
    read_circuit,
)
from mesacircuits.circuits.names import Names
from mesacircuits.tasks import parse_task_file, task_bytes, task_notes, task_of_circuit

ABC = "berkeley-abc"

#: Words, numbers, what tools call bits of a bus, what formats have another meaning for.
COMMON = ["a", "b", "c", "out", "x", "cin", "y[0]", "sum.3", "g1", "n1", "w7", "zero", "0", "1"]
COMMON += ["INPUT1", "vdd2", "_q61", "a<1>", "x|y", "$z", "m:3", "OUT", "module", "maj", "k_2"]
ODD = ["x y", "vdd", "OUTPUT2", "a,b", '"', "é", "#7", "\\", ".i", "f(x)", "=", "\x1b[1m", "\u0663"]


def named_circuit(drawn, pool, shared=False):
    """Return a random circuit of up to five inputs; outputs may be inputs, or twice the same."""
    inputs, gates = drawn.randint(1, 5), []
    for place in range(drawn.randint(0, 9)):
        arity = drawn.choice([1, 2, 2, 2, 3, 4])
        wires = [CONSTANT, *[*range(inputs + place)] * 5]
        operator = operator_of(arity, drawn.randrange(1 << (1 << arity)))
        gates.append(Gate(operator.name, tuple(drawn.choice(wires) for _ in range(arity))))
    last = inputs + len(gates) - 1
    outputs = tuple(
        Output(drawn.randint(CONSTANT, last), drawn.random() < 0.4)
        for _ in range(drawn.randint(1, 4))
    )
    listed = drawn.sample(pool, inputs + len(outputs))
    called = listed[inputs:]
    for i, output in enumerate(outputs):
        if shared and 0 <= output.wire < inputs and not output.inverted:
            called[i] = listed[output.wire]
        elif shared and output in outputs[:i]:
            called[i] = called[outputs.index(output)]
    return Circuit(inputs, tuple(gates), outputs).named(Names.of_file(listed[:inputs], called))


def of_names(notes):
    return [note for note in notes if note.startswith("names in ")]


def through_our_formats(drawn, times):
    for _ in range(times):
        pool = COMMON + ODD * drawn.randint(0, 1)
        circuit = named_circuit(drawn, [*dict.fromkeys(pool)], shared=drawn.random() < 0.5)
        for form in CIRCUIT_FORMATS:
            again = parse_circuit(circuit_bytes(circuit, form), form)
            assert again.output_bits() == circuit.output_bits(), form
            assert again.names == circuit.names or of_names(format_notes(circuit, form)), form
        assert not of_names(format_notes(circuit, "json") + format_notes(circuit, "txt"))
        task = task_of_circuit(circuit)
        for form in ("pla", "json"):
            same = parse_task_file(task_bytes(task, form), form)
            assert same == task
            assert same.names == task.names or of_names(task_notes(task, form))


def test_names_survive_every_format_or_a_note_says_not():
    through_our_formats(random.Random(1), 60)


@pytest.mark.slow
def test_very_many_names():
    through_our_formats(random.Random(2), 2000)


def through_abc(folder, drawn, times):
    """Let ABC read what we write and write it again; `cec` finds them equal name by name."""
    taken = ["blif", "bench", "aig", "v"]
    circuits = [named_circuit(drawn, COMMON) for _ in range(times)]
    lines, compared = [], 0
    for i, circuit in enumerate(circuits):
        for form in taken:
            (folder / f"c{i}.{form}").write_bytes(circuit_bytes(circuit, form))
            lines += [f"read c{i}.{form}", "strash"]
            lines += [f"write t{i}.{form}.{theirs}" for theirs in ("blif", "bench", "aig")]
        # Some names BENCH does not have for outputs; Verilog's escaped ones are the same names.
        for form in taken[1:]:
            if form == "v" or not of_names(format_notes(circuit, form)):
                lines.append(f"cec c{i}.blif c{i}.{form}")
                compared += 1
    (folder / "script").write_text("\n".join([*lines, ""]))
    run = subprocess.run(
        [ABC, "-q", "source script"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-500:]
    assert run.stdout.count("Networks are equivalent") == compared > times
    for i, circuit in enumerate(circuits):
        for form in taken:
            for theirs in ("blif", "bench", "aig"):
                again = read_circuit(folder / f"t{i}.{form}.{theirs}")
                assert again.output_bits() == circuit.output_bits()
                if form != "bench" or not of_names(format_notes(circuit, form)):
                    assert again.names == circuit.names


needs_abc = pytest.mark.skipif(shutil.which(ABC) is None, reason=f"{ABC} is not installed")


@needs_abc
def test_abc_keeps_our_names_and_we_keep_its(tmp_path):
    through_abc(tmp_path, random.Random(3), 12)


@needs_abc
@pytest.mark.slow
def test_abc_and_very_many_names(tmp_path):
    for part in range(40):
        folder = tmp_path / str(part)
        folder.mkdir()
        through_abc(folder, random.Random(f"part {part}"), 50)


@needs_abc
def test_inputs_in_another_order_are_told_by_their_names(tmp_path):
    texts = {"one": ("b a", "10 1"), "two": ("a b", "01 1"), "other": ("a b", "10 1")}
    for name, (inputs, row) in texts.items():
        text = f".model m\n.inputs {inputs}\n.outputs z a\n.names {inputs} z\n{row}\n.end\n"
        circuit = parse_circuit(text, "blif")
        (tmp_path / f"{name}.blif").write_bytes(circuit_bytes(circuit, "blif"))

    def compared(one, other):
        command = [ABC, "-q", f"cec {one}.blif {other}.blif"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return "are equivalent" in run.stdout

    assert compared("one", "two")
    assert not compared("one", "other")


def test_cirbo_reads_our_gates_and_we_read_its():
    cirbo = pytest.importorskip("cirbo.core.circuit")
    drawn = random.Random(4)
    for _ in range(100):
        circuit = named_circuit(drawn, COMMON)
        theirs = cirbo.Circuit.from_bench_string(circuit_bytes(circuit, "cirbo").decode())
        again = read_bench(theirs.format_circuit())
        assert again.output_bits() == circuit.output_bits()
        for x in range(1 << circuit.inputs):
            bits = [bool(x >> i & 1) for i in range(circuit.inputs)]
            assert tuple(map(int, theirs.evaluate(bits))) == circuit(x)
        if not of_names(format_notes(circuit, "cirbo")):
            assert again.names == circuit.names


def test_a_gate_of_each_two_operands_is_one_of_cirbo():
    for table in range(16):
        circuit = Circuit(2, (Gate(operator_of(2, table).name, (0, 1)),), (Output(2),))
        text = circuit_bytes(circuit, "cirbo").decode()
        assert text.count(" = ") == 2
        assert read_bench(text).output_bits() == circuit.output_bits()
        assert WRITTEN_FORMATS["cirbo"].notes(circuit) == ()
