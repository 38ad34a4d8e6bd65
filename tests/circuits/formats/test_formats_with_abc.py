"""Files exchanged with Debian's berkeley-abc: it reads ours, we read its, and `cec` agrees."""

import shutil
import subprocess

import pytest
from file_cases import MIXED, any_circuits
from hypothesis import HealthCheck, example, given, settings, strategies as st

from mesacircuits.circuits import Circuit, Gate, Output
from mesacircuits.circuits.formats import circuit_bytes, read_circuit
from mesacircuits.tasks import FunctionTask, read_task, write_pla

ABC = "berkeley-abc"
pytestmark = pytest.mark.skipif(shutil.which(ABC) is None, reason=f"{ABC} is not installed")

#: ABC reads no ASCII AIGER; that it states the same graph as the binary is tested elsewhere.
FORMATS = ["aig", "bench", "blif"]

few = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
drawn = any_circuits(st.integers(1, 5), max_gates=8)


def abc(folder, *commands):
    run = subprocess.run(
        [ABC, "-q", "; ".join(commands)], cwd=folder, capture_output=True, text=True, check=False
    )
    text = run.stdout + run.stderr
    assert run.returncode == 0, text
    assert "rror" not in text, text
    return text


@pytest.mark.parametrize("theirs", FORMATS)
@pytest.mark.parametrize("ours", FORMATS)
@few
@given(circuit=drawn)
@example(circuit=MIXED)
def test_abc_reads_ours_and_we_read_what_it_writes(tmp_path, ours, theirs, circuit):
    (tmp_path / f"ours.{ours}").write_bytes(circuit_bytes(circuit, ours))
    # ABC writes AIGER, and BENCH without LUTs, of hashed networks only.
    abc(tmp_path, f"read ours.{ours}", "strash", f"write theirs.{theirs}")
    again = read_circuit(tmp_path / f"theirs.{theirs}")
    assert again.inputs == circuit.inputs
    assert again.output_bits() == circuit.output_bits()


@pytest.mark.parametrize("theirs", ["bench", "blif"])
@few
@given(circuit=drawn)
def test_wide_gates_of_abc(tmp_path, theirs, circuit):
    (tmp_path / "ours.blif").write_bytes(circuit_bytes(circuit, "blif"))
    for wide in ("collapse", "if -K 6; sop"):
        abc(tmp_path, "read ours.blif", "strash", wide, f"write_{theirs} theirs.{theirs}")
        again = read_circuit(tmp_path / f"theirs.{theirs}")
        assert again.output_bits() == circuit.output_bits()


@few
@given(circuit=drawn)
@example(circuit=MIXED)
def test_abc_finds_our_files_equivalent(tmp_path, circuit):
    for form in FORMATS:
        (tmp_path / f"c.{form}").write_bytes(circuit_bytes(circuit, form))
    for one, other in [("blif", "bench"), ("bench", "aig"), ("aig", "blif")]:
        assert "are equivalent" in abc(tmp_path, f"cec -n c.{one} c.{other}")


def test_abc_tells_circuits_apart(tmp_path):
    for name, operator in [("c", "and"), ("d", "or")]:
        circuit = Circuit(2, (Gate(operator, (0, 1)),), (Output(2),))
        (tmp_path / f"{name}.blif").write_bytes(circuit_bytes(circuit, "blif"))
    assert "NOT EQUIVALENT" in abc(tmp_path, "cec -n c.blif d.blif")


@few
@given(circuit=drawn)
def test_abc_reads_our_pla_and_we_read_its(tmp_path, circuit):
    task = FunctionTask(circuit.tables())
    (tmp_path / "ours.pla").write_text(write_pla(task))
    abc(tmp_path, "read ours.pla", "strash", "write theirs.aig", "collapse", "write theirs.pla")
    assert task.solved_by(read_circuit(tmp_path / "theirs.aig"))
    assert read_task(tmp_path / "theirs.pla") == task
