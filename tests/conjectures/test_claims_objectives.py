"""Claims about objectives, rules and genomes: their numbers by plain Python, or by hand."""

import random
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest

from mesacircuits.circuits import B2, Circuit, TruthTable
from mesacircuits.conjectures import check
from mesacircuits.conjectures.claims.programs.double_edge import kept_along, least_depths, loss
from mesacircuits.conjectures.claims.programs.extra_bits import (
    chooser_classes,
    choosers,
    mixed_sizes,
)
from mesacircuits.conjectures.claims.programs.information_funnel import (
    generator_bits,
    printings,
    runs_bits,
)
from mesacircuits.conjectures.claims.programs.intentional_stance import (
    best_acts,
    goals_of_states,
    is_optimal,
)
from mesacircuits.conjectures.claims.programs.no_formal_link import Training, objectives, told
from mesacircuits.conjectures.claims.programs.speed_prior import (
    costs_of,
    deceptive_share,
    least_completions,
    trained,
)
from mesacircuits.conjectures.claims.programs.tic_tac_toe import (
    BLOCK,
    WIN,
    Pattern,
    never_loses,
    rules,
)
from mesacircuits.definitions import definition_named, has_tag
from mesacircuits.enumeration import Effort, enumerate_minima
from mesacircuits.enumeration.sat import minimum_size
from mesacircuits.studies.least_sizes import least_sizes
from mesacircuits.tasks import FunctionTask, OptimisationTask
from mesacircuits.tasks.world import all_dynamics

# -- no-formal-link --------------------------------------------------------------------------------


@pytest.mark.parametrize("features", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_pairs_of_training_and_an_objective_by_renaming_features(features):
    """Classes are those that plain renaming gives, and each stands with its training."""
    words = range(1 << features)
    functions = range(1 << len(words))

    def images(seen, bits):
        for order in permutations(range(features)):
            for mask in words:
                at = [sum((v >> i & 1) << to for to, i in enumerate(order)) ^ mask for v in words]
                for flip in (0, functions[-1]):
                    both = seen, bits ^ flip
                    yield tuple(sum((x >> v & 1) << at[v] for v in words) for x in both)

    classes, strata = set(), set()
    for seen in (s for s in functions if s.bit_count() == 3):
        for bits in functions:
            if bits & seen not in (0, seen):
                classes.add(min(images(seen, bits)))
                strata.add(min((s, b & s) for s, b in images(seen, bits)))
    found = objectives(features, 3)
    assert (len(found), sum(map(len, found.values()))) == (len(strata), len(classes))
    for training, own in found.items():
        agreeing = [bits for bits in functions if bits & training.seen == training.ones]
        assert len(own) == len({min(images(training.seen, bits)) for bits in agreeing})


def test_nothing_is_told_of_utilities_that_are_even():
    for training, own in objectives(3, 4).items():
        assert {told(training, bits, [Fraction(1)] * 256)[0] for bits in own.values()} == {
            Fraction(1, 2)
        }


def test_what_an_objective_tells_by_drawing_utilities():
    sizes = least_sizes(3)
    weights = [Fraction(1, 1 << int(size)) for size in sizes]
    training, bits = Training(0b00011011, 0b00000011), 0b11100011
    total = alike = every = Fraction(0)
    for values in product((0, 1), repeat=8):
        if all(values[v] == (training.ones >> v & 1) for v in (0, 1, 3, 4)):
            weight = weights[sum(value << v for v, value in enumerate(values))]
            same = [values[v] == (bits >> v & 1) for v in (2, 5, 6, 7)]
            total += weight
            alike += weight * sum(same) / 4
            every += weight * all(same)
    assert told(training, bits, weights) == (alike / total, every / total)


# -- extra-bits ------------------------------------------------------------------------------------


def test_choosers_by_listing_utilities():
    found = set()
    for worth in product(range(4), repeat=4):
        table = [worth[word >> 2] > worth[word & 3] for word in range(16)]
        found.add(sum(better << word for word, better in enumerate(table)))
    # All weak orders of four candidates, but that by which all are alike (OEIS A000670: 75).
    assert {*choosers(4)} == found - {0}
    assert len(found) == 75


def test_classes_of_choosers_are_whole():
    """Every class is named by its least member, and the classes are all functions."""
    least = {*chooser_classes(3)}
    members = {form: set() for form in least}
    for bits in range(256):
        images = set()
        for x, c in product((0, 1), repeat=2):
            for exchanged in (False, True):
                moved = 0
                for word in range(8):
                    a, b, s = word & 1 ^ x, word >> 1 & 1 ^ x, word >> 2 ^ c
                    a, b = (b, a) if exchanged else (a, b)
                    moved |= (bits >> (a | b << 1 | s << 2) & 1) << word
                images.add(moved)
        members[min(images)].add(bits)
    assert sum(map(len, members.values())) == 256


def test_gates_of_a_function_that_turns_by_sat():
    honest, other = choosers(2)
    [[size]] = mixed_sizes(np.array([honest]), np.array([other]), 2, Effort())
    task = FunctionTask((TruthTable(3, other << 4 | honest),))
    assert size == minimum_size(task, B2)[0]


@pytest.mark.slow
def test_gates_of_a_function_of_four_inputs_that_turns_by_sat():
    agents = choosers(4)
    sizes = mixed_sizes(np.array(agents[:2]), np.array(agents), 4, Effort())
    small = [(place, goal) for place, goal in np.argwhere(sizes <= 6).tolist()]
    assert small
    for place, goal in small[:4]:
        task = FunctionTask((TruthTable(5, agents[goal] << 16 | agents[place]),))
        assert sizes[place, goal] == minimum_size(task, B2)[0]


# -- double-edge -----------------------------------------------------------------------------------


def test_what_is_kept_along_lambda_by_trying_lambdas():
    times = [depth + 1 for depth in least_depths(3)]
    for utility in (0x01, 0x07, 0x18, 0x69):
        least = {}
        for objective in range(1, 255):
            if objective != utility:
                share = loss(objective, utility, 3)
                least[times[objective]] = min(share, least.get(times[objective], share))
        blind = loss(0, utility, 3)
        found = kept_along(times[utility], least, blind)
        kinds = []
        for step in range(1, 512):
            cost = Fraction(step, 1999)
            options = [(times[utility] * cost, 0), (blind, 2)]
            options += [(lost + time * cost, 1) for time, lost in least.items()]
            kinds.append((cost, min(options)[1]))
        for cost, kind in kinds:
            if cost != found.honest and cost != found.searching:
                assert kind == (cost > found.honest) + (cost > found.searching)


def test_parity_has_no_proxy_and_a_majority_of_two_has():
    rows = check("double-edge", settings={"features": 2}).finding.tables[1].rows
    shares = {row[0]: row[5] for row in rows}
    assert shares["6"] == "0.0000"
    assert float(shares["1"]) > 0


# -- tic-tac-toe -----------------------------------------------------------------------------------

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def worst(cells, mine, listed):
    """Play every game out, on a board of nine letters: -1 if the player of X ever loses."""
    for a, b, c in LINES:
        if cells[a] != " " and cells[a] == cells[b] == cells[c]:
            return 1 if cells[a] == "X" else -1
    if " " not in cells:
        return 0
    empty = [c for c in range(9) if cells[c] == " "]
    if mine:
        board = tuple(sum((cells[c] == who) << c for c in range(9)) for who in "XO")
        allowed = next(filter(None, (rule.cells(board) for rule in listed)), 0)
        empty = [c for c in empty if allowed >> c & 1]
        if not empty:
            return -1
    played = "X" if mine else "O"
    return min(worst(cells[:c] + played + cells[c + 1 :], not mine, listed) for c in empty)


SIX = (WIN, BLOCK, Pattern(4), Pattern(0, other=1 << 4), Pattern(0, other=1 << 1), Pattern(1))


def test_six_rules_never_lose_in_any_game():
    assert never_loses(SIX) > 0
    assert all(worst(" " * 9, first, SIX) >= 0 for first in (True, False))


@pytest.mark.parametrize("left_out", range(6))
def test_none_of_the_six_can_be_left_out(left_out):
    rest = SIX[:left_out] + SIX[left_out + 1 :]
    assert not never_loses(rest)
    assert min(worst(" " * 9, first, rest) for first in (True, False)) == -1


def test_rules_are_told_apart_by_some_board():
    drawn, boards = random.Random(0), []
    for _ in range(1000):
        digits = drawn.choices(range(3), k=9)
        boards.append(tuple(sum((d == who) << c for c, d in enumerate(digits)) for who in (1, 2)))
    seen = {tuple(rule.cells(board) for board in boards) for rule in rules(1)}
    assert len(seen) == len(rules(1))


# -- information-funnel ----------------------------------------------------------------------------


def test_what_a_generator_prints_computes_the_function_again():
    """Each way to print a circuit is run as a program, and gives the function, renamed."""
    circuit = Circuit.parse(3, "g1 = a & ~b; g2 = b ^ c; g3 = g1 | g2; out = g3")
    bits = circuit.output_bits()[0]
    images = set()
    for order in permutations(range(3)):
        for mask in range(8):
            image = [
                bits >> (sum((x >> order[i] & 1) << i for i in range(3)) ^ mask) & 1
                for x in range(8)
            ]
            images.add(sum((value ^ image[0]) << x for x, value in enumerate(image)))
    for gates in {*printings(circuit)}:
        wires = [0xAA, 0xCC, 0xF0]
        for table, near, far in gates:
            p, q = wires[-far], wires[-near]
            wires.append(
                sum((table >> ((p >> x & 1) + 2 * (q >> x & 1)) & 1) << x for x in range(8))
            )
        assert wires[-1] in images


def test_bits_of_a_genome_do_not_depend_on_names():
    texts = (
        "g1 = a ^ b; g2 = c ^ d; g3 = g1 & ~g2; out = g3",
        "g1 = a ^ c; g2 = b ^ d; g3 = ~g1 & g2; out = g3",
        "g1 = b ^ c; g2 = a ^ d; g3 = g1 & ~g2; out = g3",
    )
    assert len({generator_bits(Circuit.parse(4, text)) for text in texts}) == 1


def test_a_run_is_never_dearer_than_its_gates_apart():
    for many in range(1, 9):
        gate, other = (6, 1, 3), (8, 1, 2)
        apart = runs_bits(((gate, other) * many)[: 2 * many - 1])
        assert runs_bits((gate,) * many) <= apart


# -- intentional-stance ----------------------------------------------------------------------------


def test_best_acts_by_trying_all_sequences():
    drawn = random.Random(2)
    for world in drawn.sample([*all_dynamics(3, 2)], 12):
        policy = drawn.choices((0, 1), k=3)
        best = best_acts(world, lambda s, a, policy=policy: int(policy[s] == a), 4)
        for start in range(3):
            totals = {}
            for acts in product((0, 1), repeat=4):
                state, total = start, 0
                for act in acts:
                    total += policy[state] == act
                    state = world[state][act]
                totals[acts] = total
            most = max(totals.values())
            assert most == 4
            assert {acts[0] for acts, total in totals.items() if total == most} == best[3][start]


def test_what_is_optimal_by_comparing_all_policies():
    drawn = random.Random(3)
    goals = [*goals_of_states(3)]
    for world in drawn.sample([*all_dynamics(3, 2)], 12):
        for goal in drawn.sample(goals, 3):

            def gains(policy, world=world, goal=goal):
                found = []
                for start in range(3):
                    state, total = start, Fraction(0)
                    for step in range(60):
                        state = world[state][policy[state]]
                        total += goal[state] * Fraction(1, 1 << step)
                    found.append(total)
                return found

            every = {policy: gains(policy) for policy in product((0, 1), repeat=3)}
            most = [max(own[start] for own in every.values()) for start in range(3)]
            for policy, own in every.items():
                # Policies whose gains differ at all differ within a few steps.
                near = all(m - o < Fraction(1, 1 << 40) for m, o in zip(most, own, strict=True))
                assert is_optimal(world, policy, goal) == near


# -- speed-prior -----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["size", "depth-size"])
def test_what_minima_of_partial_functions_compute_by_enumeration(order):
    costs = costs_of(3, "b2", order, Effort())
    for support, bits, _ in random.Random(4).sample(trained(3), 8):
        task = FunctionTask((TruthTable(3, bits),), support)
        found = enumerate_minima(task, "b2", order).all_found().minima
        computed = {circuit.output_bits()[0] for circuit in found}
        assert computed == {*least_completions(support, bits, costs)}


def test_depths_are_those_of_joining_functions_two_by_two():
    assert [cost for (cost,) in costs_of(3, "b2", "depth", Effort())] == [*least_depths(3)]


def test_all_that_training_may_say_is_in_some_class():
    assert sum(alike for *_, alike in trained(3)) == 3**8 - 2**8 - 1


def test_deceptive_is_wrong_on_every_input_off_training():
    definition = definition_named("deceptive(other=negated)")
    support, bits, meant = 0b00111111, 0b00101000, 0b01101000
    worth = tuple((Fraction(1 - (meant >> x & 1)), Fraction(meant >> x & 1)) for x in range(8))
    task = OptimisationTask(3, 1, (0, 1), worth, support=support)
    for value in range(4):
        [circuit, *_] = enumerate_minima(TruthTable(3, bits | value << 6), "b2").minima
        assert has_tag(definition, circuit, task) == (value == 0b10)


def test_each_minimum_is_deceptive_by_one_utility():
    for support, bits, _ in trained(2):
        found = least_completions(support, bits, costs_of(2, "b2", "size", Effort()))
        even = Fraction(1, 1 << 4 - support.bit_count())
        assert deceptive_share(support, found, [Fraction(1)] * 16) == even


def test_no_minimum_is_deceptive_by_a_cheaper_utility():
    costs = costs_of(3, "b2", "size", Effort())
    for support, bits, _ in trained(3):
        for found in least_completions(support, bits, costs):
            assert costs[found ^ 255 & ~support] >= costs[found]
