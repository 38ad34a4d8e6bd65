"""Tasks: what is to be solved, checked exactly."""

from mesacircuits.tasks.drawing import draw_choice, draw_world
from mesacircuits.tasks.episode import Episode, expected_rewards, expected_total
from mesacircuits.tasks.library import LIBRARY, NamedTask, Parameter, task_named
from mesacircuits.tasks.parse import (
    TASK_FORMATS,
    parse_function_task,
    parse_task,
    parse_task_file,
    read_pla,
    read_task,
    task_bytes,
    task_from_json,
    task_notes,
    task_of_circuit,
    write_pla,
)
from mesacircuits.tasks.policies import (
    BestMachines,
    best_machines,
    blind_policy_suffices,
    rewards_of_many,
)
from mesacircuits.tasks.policy_task import DEMANDS, AnyTask, EpisodeTask, WorldTask
from mesacircuits.tasks.program_inputs import instances_of, machine_for, unroll
from mesacircuits.tasks.task import (
    MAX_RELATION_OUTPUTS,
    MAX_TASK_INPUTS,
    TIES,
    FunctionTask,
    OptimisationTask,
    RelationTask,
    Task,
)
from mesacircuits.tasks.world import (
    World,
    configurations_from,
    disturbed_configurations,
    next_configurations,
    reaches_and_keeps,
    recovers,
    settled,
)
from mesacircuits.tasks.world_reports import EpisodeReport, WorldReport, closed_loop_report
from mesacircuits.tasks.written import TaskLike, as_task

__all__ = [
    "DEMANDS", "LIBRARY", "MAX_RELATION_OUTPUTS", "MAX_TASK_INPUTS", "TASK_FORMATS", "TIES",
    "AnyTask", "BestMachines", "Episode", "EpisodeReport", "EpisodeTask", "FunctionTask",
    "NamedTask", "OptimisationTask", "Parameter", "RelationTask", "Task", "TaskLike", "World",
    "WorldReport", "WorldTask", "as_task", "best_machines", "blind_policy_suffices",
    "closed_loop_report", "configurations_from", "disturbed_configurations", "draw_choice",
    "draw_world",
    "expected_rewards", "expected_total", "instances_of", "machine_for", "next_configurations",
    "parse_function_task", "parse_task", "parse_task_file", "reaches_and_keeps", "read_pla",
    "read_task", "recovers", "rewards_of_many", "settled", "task_bytes", "task_from_json",
    "task_named", "task_notes", "task_of_circuit", "unroll", "write_pla",
]  # fmt: skip
