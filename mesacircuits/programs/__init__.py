"""Programs: a register machine, programs for it, their runs and traces."""

from mesacircuits.programs.interpreter import Instance, Run, Step, run_turn
from mesacircuits.programs.machine import OPERATIONS, VARIANTS, Machine, Operation
from mesacircuits.programs.program import Instruction, Program, assemble, disassemble

__all__ = [
    "OPERATIONS", "VARIANTS", "Instance", "Instruction", "Machine", "Operation", "Program", "Run",
    "Step", "assemble", "disassemble", "run_turn",
]  # fmt: skip
