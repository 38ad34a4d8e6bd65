"""Predicting an agent, and controls that are as large but are nobody's choice."""

from __future__ import annotations

from mesacircuits.call import Parameter
from mesacircuits.circuits import TruthTable
from mesacircuits.errors import ArgumentError
from mesacircuits.tasks.function import MAX_TASK_INPUTS, FunctionTask
from mesacircuits.tasks.library.arithmetic import function_of_words
from mesacircuits.tasks.library.named_task import NamedTask
from mesacircuits.tasks.library.search_tasks import own_value

__all__ = ["CONTROLS", "TASKS", "predict_agent", "predict_agent_control"]

#: For each NPN class that qualifies (see `predict_agent_control`) its least table, ascending.
CONTROLS = (0x013E, 0x01EA, 0x0369, 0x036A, 0x036C, 0x03C6, 0x0663, 0x0669, 0x07E0, 0x1686)


def predict_agent(options: int = 2, levels: int = 4) -> FunctionTask:
    """Return the prediction of an agent that takes the first of its best options.

    Input x states what the agent sees, a utility for each option; the word is the index of the
    option that it takes. It is the relation of `argmax` with ties `first`, without the utilities:
    whoever predicts need not know that there are any.

    Raises `ArgumentError` for more than six inputs.

    >>> print(predict_agent())
    tt:4:7310
    """
    inputs = options * (levels - 1).bit_length()
    if inputs > MAX_TASK_INPUTS:
        raise ArgumentError("options", f"at most {MAX_TASK_INPUTS} inputs for them", inputs)

    def choice(x: int) -> int:
        utilities = [own_value(x, option, levels) for option in range(options)]
        return utilities.index(max(utilities))

    return function_of_words(inputs, (options - 1).bit_length(), choice)


def predict_agent_control(which: int = 0) -> FunctionTask:
    """Return a control for `predict_agent()`: as many ones, as large and deep, but no agent's.

    Over all functions f of four inputs that depend on each, `CONTROLS` has one of each NPN class in
    which some f (a) has six ones, as the prediction has, (b) needs five gates over `b2`, as it does
    (and depth 3), and (c) is the choice of no agent between two options: for no split of the inputs
    into two parts p and q are there scores with f = [s(p) < t(q)], or with its complement. That is
    so iff f, as a relation between p and q, is no Ferrers relation: the sets {q : f(p, q) = 1} are
    no chain under inclusion (J. Riguet, *Les relations de Ferrers*, Comptes Rendus 232, 1951).

    >>> print(predict_agent_control())
    tt:4:013E
    """
    return FunctionTask((TruthTable(4, CONTROLS[which]),))


_RLO = (
    "Tasks with optimizers in the environment: Hubinger et al. 2019, Risks from Learned "
    "Optimization, section 2"
)

TASKS = (
    NamedTask(
        "predict-agent",
        "agents",
        "Predict which option an argmax agent takes.",
        "Inputs: the utility that each option has for the agent, option 0's bits lowest (one bit "
        "for 2 levels, else two bits, codes beyond the last level counting as it). The word is the "
        "index of the first option of greatest utility. A function task: no utilities are given.",
        _RLO,
        (
            Parameter("options", 2, "how many options the agent has", least=2, most=6),
            Parameter("levels", 4, "how many values a utility has", least=2, most=4),
        ),
        predict_agent,
    ),
    NamedTask(
        "predict-agent-control",
        "agents",
        "A control for predict-agent: equally large, but no agent's choice.",
        "The least table of each of the ten NPN classes of functions of four inputs that, like "
        "predict-agent, depend on all inputs, have six ones, and need five gates and depth 3 over "
        "b2, but are no agent's choice: for no split of the inputs into two parts is the output "
        "1 iff one part's score exceeds the other's (or never mind which), whatever the scores.",
        "J. Riguet, Les relations de Ferrers, Comptes Rendus 232, 1951, for the criterion",
        (Parameter("which", 0, "which of the ten, by table", least=0, most=len(CONTROLS) - 1),),
        predict_agent_control,
    ),
)
