"""The library of named tasks: with parameters, checked exactly, documented, by topic."""

from mesacircuits.call import Parameter
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.library.registry import LIBRARY, task_from_name, task_named

__all__ = ["LIBRARY", "NamedTask", "Parameter", "task_from_name", "task_named"]
