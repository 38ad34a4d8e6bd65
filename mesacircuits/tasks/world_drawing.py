"""Pictures of worlds and episodes: tables of states in plain text, graphs of states as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from mesacircuits.call import rational_text
from mesacircuits.errors import ArgumentError
from mesacircuits.tables import WIDTH
from mesacircuits.tasks.episode import Episode
from mesacircuits.tasks.episode_task import EpisodeTask
from mesacircuits.tasks.world import World
from mesacircuits.tasks.world_task import WorldTask

__all__ = ["WORLD_FORMATS", "draw_world", "draw_world_task"]

#: The formats that `draw_world` knows.
WORLD_FORMATS = ("terminal", "svg")


def draw_world(world: World, form: str = "terminal", words: Sequence[int] | None = None) -> str:
    """Return a picture of a world, with a policy's actions marked if one is given.

    As text: a table of states with their number, `>` if a run may start there, `*` if it is in the
    target, the observation, and under each action (words bit 0 first, those that always do the same
    in one column) the number of the next state, in brackets where the policy takes it. As SVG: see
    `draw_world_svg`.

    Arguments:
        world: the world.
        form: one of `WORLD_FORMATS`.
        words: a policy, as `MealyMachine.words` gives it; one with state is shown with all actions
            that it may take in any state of its own.

    Raises `ArgumentError` for another format or a policy of another length.

    >>> door = World(1, 1, ("open", "shut"), (0, 1), ((0, 1), (1, 1)), (0, 1), (1,))
    >>> print(draw_world(door, words=(1, 0)))
      #  state  sees    0    1
    > 0  open      0    0  [1]
    >*1  shut      1  [1]    1
    """
    taken = actions_taken(world, words)
    if form == "terminal":
        return _table(world, taken)
    if form == "svg":
        from mesacircuits.tasks.world_svg import draw_world_svg

        return draw_world_svg(world, taken)
    raise ArgumentError("form", f"one of {', '.join(WORLD_FORMATS)}", form)


def actions_taken(world: World, words: Sequence[int] | None) -> list[set[int]]:
    """Return for each state the actions that a policy takes there, in any state of its own."""
    if words is None:
        return [set() for _ in world.states]
    width = 1 << world.observation_bits
    if len(words) not in (width << k for k in range(5)):
        raise ArgumentError("words", f"{width} words for each state of the policy", len(words))
    act, states = (1 << world.action_bits) - 1, len(words) // width
    # A policy of k bits of state has 2^k times as many words, each longer by k bits.
    most = (states << world.action_bits) - 1
    for word in words:
        if not 0 <= word <= most:
            raise ArgumentError("words", f"words from 0 to {most}", word)
    return [{word & act for word in words[o::width]} for o in world.observations]


def draw_world_task(task: WorldTask | EpisodeTask) -> str:
    """Return a picture in plain text of the world or the episodes of a task.

    For episodes: the states with prior probability and observation, and for each action its
    expected reward and the states that may follow, with their probabilities.

    >>> from mesacircuits.tasks import parse_task
    >>> print(draw_world_task(parse_task("rock")))
      #  state  sees  00 10 01 11
    > 0  x=-1     11            1
    >*1  x=0      00            1
    > 2  x=1      10            1
    """
    if isinstance(task, WorldTask):
        return draw_world(task.world)
    return _episode_table(task.episode)


def word_text(word: int, bits: int) -> str:
    """Return a word as its bits, bit 0 first.

    >>> word_text(1, 2)
    '10'
    """
    return "".join(str(word >> i & 1) for i in range(bits))


def _table(world: World, taken: list[set[int]]) -> str:
    bits = world.action_bits
    columns: dict[tuple[int, ...], list[int]] = {}
    for action in range(1 << bits):
        columns.setdefault(tuple(row[action] for row in world.steps), []).append(action)
    heads = ["  #", "state", "sees"]
    heads += [" ".join(word_text(a, bits) for a in actions) for actions in columns.values()]
    rows = []
    starts = frozenset(world.starts)
    for s, name in enumerate(world.states):
        marks = (">" if s in starts else " ") + ("*" if world.in_target(s) else " ")
        row = [f"{marks}{s}", name, word_text(world.observations[s], world.observation_bits)]
        for following, actions in columns.items():
            shown = str(following[s])
            row.append(f"[{shown}]" if taken[s] & {*actions} else shown)
        rows.append(row)
    # Marks keep to the left of the number, names to the left; the rest is to the right.
    number = max(len(str(len(rows) - 1)), 1)
    for row in rows:
        row[0] = row[0][:2] + row[0][2:].rjust(number)
    heads[0] = "#".rjust(2 + number)
    widths = [max(len(line[i]) for line in (heads, *rows)) for i in range(len(heads))]
    lines = []
    for line in (heads, *rows):
        cells = [
            cell.ljust(width) if i == 1 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _episode_table(episode: Episode) -> str:
    prior = dict(episode.prior)
    wide = max(len(name) for name in episode.states)
    lines = [f"{episode.length} steps; # state, what it shows, prior; then what each action brings"]
    for s, name in enumerate(episode.states):
        sees = word_text(episode.observations[s], episode.observation_bits)
        chance = f"  prior {rational_text(prior[s])}" if s in prior else ""
        lines.append(f"{s:>3}  {name:<{wide}}  sees {sees}{chance}")
        merged: dict[tuple[object, ...], list[int]] = {}
        for a, drawn in enumerate(episode.transitions[s]):
            merged.setdefault((episode.rewards[s][a], drawn), []).append(a)
        for actions in merged.values():
            words = " ".join(word_text(a, episode.action_bits) for a in actions)
            drawn = episode.transitions[s][actions[0]]
            after = ", ".join(f"{rational_text(p)}: {other}" for other, p in drawn)
            reward = rational_text(episode.rewards[s][actions[0]])
            line = f"       {words}: reward {reward}, then {after}"
            lines.append(line if len(line) <= WIDTH else line[: WIDTH - 3] + "...")
    return "\n".join(lines)
