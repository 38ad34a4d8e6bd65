"""Tasks: what is to be solved, checked exactly."""

from mesacircuits.tasks.files import (
    TASK_FORMATS,
    parse_task_file,
    read_task,
    task_bytes,
    task_from_json,
    task_of_circuit,
)
from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask
from mesacircuits.tasks.parse import parse_function_task, parse_task
from mesacircuits.tasks.pla import read_pla, write_pla
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask
from mesacircuits.tasks.task import Task

__all__ = [
    "MAX_RELATION_OUTPUTS",
    "MAX_TASK_INPUTS",
    "TASK_FORMATS",
    "FunctionTask",
    "RelationTask",
    "Task",
    "parse_function_task",
    "parse_task",
    "parse_task_file",
    "read_pla",
    "read_task",
    "task_bytes",
    "task_from_json",
    "task_of_circuit",
    "write_pla",
]
