/* All minimal circuits of all four-input functions, the plain way: a baseline for the benchmark.
 *
 * Usage: plain_chains [SIZES]; prints a line "size functions circuits" for each size up to SIZES,
 * or up to the size at which no function is left. Basis b2 (AND, a AND NOT b, NOT a AND b, OR, XOR,
 * outputs free to be inverted), order size, circuits summed over the functions with f(0) = 0.
 *
 * A chain's gates have increasing keys (high operand, low operand, operator), so each circuit is met
 * once. A gate is refused if it computes 0, an input or an earlier gate's function, or if it leaves
 * more gates unread than the remaining ones can take up; the last gate must read every gate that is
 * still unread. No symmetry is used, and one thread.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { INPUTS = 4, FUNCTIONS = 1 << 15, MAX_WIRES = 32, UNKNOWN = 255 };

static uint8_t cost[2 * FUNCTIONS]; /* by normal truth table; odd places stay unused */
static uint16_t table[MAX_WIRES] = {0xAAAA, 0xCCCC, 0xF0F0, 0xFF00};
static int reads[MAX_WIRES];
static int size;          /* gates of the chains listed now */
static uint64_t circuits; /* of that size, for functions that no smaller chain computes */
static long functions;

static uint16_t apply(int operator, uint16_t low, uint16_t high)
{
    switch (operator) {
    case 0: return low & high;
    case 1: return low & ~high;
    case 2: return ~low & high;
    case 3: return low | high;
    default: return low ^ high;
    }
}

static int is_new(uint16_t value, int wires)
{
    if (value == 0) return 0;
    for (int i = 0; i < wires; i++)
        if (table[i] == value) return 0;
    return 1;
}

static void end_with(int wire, int low, int high)
{
    for (int operator = 0; operator < 5; operator++) {
        uint16_t value = apply(operator, table[low], table[high]);
        if (cost[value] < size || !is_new(value, wire)) continue;
        if (cost[value] == UNKNOWN) {
            cost[value] = (uint8_t)size;
            functions++;
        }
        circuits++;
    }
}

/* Places the last gate: it reads the gate before it, and the other unread one if there is one. */
static void last_gate(int wire, int unread)
{
    if (unread == 0) { /* the only gate of all */
        for (int high = 1; high < wire; high++)
            for (int low = 0; low < high; low++) end_with(wire, low, high);
    } else if (unread == 1) {
        for (int low = 0; low < wire - 1; low++) end_with(wire, low, wire - 1);
    } else if (unread == 2) {
        int low = INPUTS;
        while (reads[low]) low++;
        end_with(wire, low, wire - 1);
    }
}

/* Places gate `wire` and all after it, its key above (high, low, operator). */
static void extend(int wire, int unread, int high, int low, int operator)
{
    int left = INPUTS + size - wire; /* gates to place, this one included */
    if (left == 1) {
        last_gate(wire, unread);
        return;
    }
    for (; high < wire; high++, low = 0) {
        for (; low < high; low++, operator = -1) {
            int taken = (low >= INPUTS && !reads[low]) + (high >= INPUTS && !reads[high]);
            if (unread - taken + 1 > left) {
                continue;
            }
            reads[low]++;
            reads[high]++;
            while (++operator < 5) {
                uint16_t value = apply(operator, table[low], table[high]);
                if (!is_new(value, wire)) continue;
                table[wire] = value;
                extend(wire + 1, unread - taken + 1, high, low, operator);
            }
            reads[low]--;
            reads[high]--;
        }
    }
}

int main(int count, char **arguments)
{
    int last = count > 1 ? atoi(arguments[1]) : MAX_WIRES - INPUTS;
    long known = 1 + INPUTS;
    for (int f = 0; f < 2 * FUNCTIONS; f++) cost[f] = UNKNOWN;
    cost[0] = 0;
    for (int i = 0; i < INPUTS; i++) cost[table[i]] = 0;
    printf("0 %ld %ld\n", 2 * known, known);
    for (size = 1; size <= last && known < FUNCTIONS; size++) {
        circuits = 0;
        functions = 0;
        extend(INPUTS, 0, 1, 0, -1);
        known += functions;
        printf("%d %ld %llu\n", size, 2 * functions, (unsigned long long)circuits);
        fflush(stdout);
    }
    return 0;
}
