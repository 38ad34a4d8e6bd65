"""Programs: a register machine, programs for it, their runs and traces."""

from mesacircuits.programs.assembly import assemble, disassemble
from mesacircuits.programs.interpreter import Instance, Step, Turn, run_turn
from mesacircuits.programs.machine import Machine
from mesacircuits.programs.operations import OPERATIONS, VARIANTS, Operation
from mesacircuits.programs.program import Instruction, Program

__all__ = [
    "OPERATIONS",
    "VARIANTS",
    "Instance",
    "Instruction",
    "Machine",
    "Operation",
    "Program",
    "Step",
    "Turn",
    "assemble",
    "disassemble",
    "run_turn",
]
