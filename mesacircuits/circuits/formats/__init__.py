"""Circuit files: BLIF, BENCH, AIGER (ASCII and binary), and the project's own JSON and text.

Every format has a reader and a writer. Readers take combinational circuits of at most 16 inputs,
decompose what is wider than a gate of four operands, and refuse the rest with one line that says
where and why. A `Circuit` has no names, so those of a file's signals are not kept; the order of
inputs and outputs is. What a format does not keep of a circuit, `format_notes` tells.
"""

from mesacircuits.circuits.formats.aiger import aiger_notes, read_aiger, write_aag, write_aig
from mesacircuits.circuits.formats.bench import bench_notes, read_bench, write_bench
from mesacircuits.circuits.formats.blif import read_blif, write_blif
from mesacircuits.circuits.formats.plain import read_text, write_text
from mesacircuits.circuits.formats.registry import (
    CIRCUIT_FORMATS,
    WRITTEN_FORMATS,
    CircuitFormat,
    circuit_bytes,
    circuit_format,
    circuit_text,
    format_notes,
    parse_circuit,
    read_circuit,
)
from mesacircuits.circuits.formats.verilog import write_verilog

__all__ = [
    "CIRCUIT_FORMATS",
    "WRITTEN_FORMATS",
    "CircuitFormat",
    "aiger_notes",
    "bench_notes",
    "circuit_bytes",
    "circuit_format",
    "circuit_text",
    "format_notes",
    "parse_circuit",
    "read_aiger",
    "read_bench",
    "read_blif",
    "read_circuit",
    "read_text",
    "write_aag",
    "write_aig",
    "write_bench",
    "write_blif",
    "write_text",
    "write_verilog",
]
