"""Tasks: what is to be solved, checked exactly."""

from mesacircuits.tasks.closed_loop import (
    configurations_from,
    expected_rewards,
    expected_total,
    next_configurations,
    reaches_and_keeps,
)
from mesacircuits.tasks.disturbances import (
    blind_policy_suffices,
    disturbed_configurations,
    recovers,
    settled,
)
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.episode_task import EpisodeTask
from mesacircuits.tasks.files import (
    TASK_FORMATS,
    AnyTask,
    parse_task_file,
    read_task,
    task_bytes,
    task_from_json,
    task_of_circuit,
)
from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask
from mesacircuits.tasks.instances import instances_of, machine_for
from mesacircuits.tasks.library import LIBRARY, NamedTask, Parameter, task_named
from mesacircuits.tasks.loop_reports import EpisodeReport, WorldReport, closed_loop_report
from mesacircuits.tasks.machine_search import BestMachines, best_machines
from mesacircuits.tasks.many_policies import judged_policies, rewards_of_many
from mesacircuits.tasks.optimisation import TIES, OptimisationTask
from mesacircuits.tasks.parse import parse_function_task, parse_task
from mesacircuits.tasks.pla import read_pla, write_pla
from mesacircuits.tasks.relation import MAX_RELATION_OUTPUTS, RelationTask
from mesacircuits.tasks.task import Task
from mesacircuits.tasks.unrolling import unroll
from mesacircuits.tasks.world import World
from mesacircuits.tasks.world_drawing import draw_world
from mesacircuits.tasks.world_task import DEMANDS, WorldTask

__all__ = [
    "DEMANDS",
    "LIBRARY",
    "MAX_RELATION_OUTPUTS",
    "MAX_TASK_INPUTS",
    "TASK_FORMATS",
    "TIES",
    "AnyTask",
    "BestMachines",
    "Episode",
    "EpisodeReport",
    "EpisodeTask",
    "FunctionTask",
    "NamedTask",
    "OptimisationTask",
    "Parameter",
    "RelationTask",
    "Task",
    "World",
    "WorldReport",
    "WorldTask",
    "best_machines",
    "blind_policy_suffices",
    "closed_loop_report",
    "configurations_from",
    "disturbed_configurations",
    "draw_world",
    "expected_rewards",
    "expected_total",
    "instances_of",
    "judged_policies",
    "machine_for",
    "next_configurations",
    "parse_function_task",
    "parse_task",
    "parse_task_file",
    "reaches_and_keeps",
    "read_pla",
    "read_task",
    "recovers",
    "rewards_of_many",
    "settled",
    "task_bytes",
    "task_from_json",
    "task_named",
    "task_of_circuit",
    "unroll",
    "write_pla",
]
