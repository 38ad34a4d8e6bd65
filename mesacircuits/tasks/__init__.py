"""Tasks: what is to be solved, checked exactly."""

from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask, parse_task

__all__ = ["MAX_TASK_INPUTS", "FunctionTask", "parse_task"]
