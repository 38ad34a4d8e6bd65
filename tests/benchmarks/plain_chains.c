/* All minimal circuits of many tasks of at most four inputs, the plain way: a baseline for the
 * benchmark, and counts that owe nothing to the package.
 *
 * plain_chains [SIZES]: of all four-input functions over b2; prints a line "size functions circuits"
 * for each size up to SIZES, or up to the size at which no function is left; circuits are summed
 * over the functions with f(0) = 0.
 *
 * plain_chains BASIS ORDER K,m,s,L,TIES ...: of all choices among K candidates of m features in s bits of
 * context, for each utility of L values and each set D of vectors that occur, but where no candidate
 * is ever better than another; ties are free, first, last, context or excluded. ORDER is size, for
 * the fewest gates, or depth-size, for the fewest gates of least depth. Prints a line
 * "K,m,s,L,TIES words tasks size circuits" for each set of allowed words per input (hexadecimal
 * digits, bit w for word w, input 0 first), with the number of pairs of D and utility that ask for it.
 *
 * Operators of b2: AND, a AND NOT b, NOT a AND b, OR, XOR; of aig: the same without XOR. Outputs may
 * be inverted for free, and be inputs and constants.
 *
 * A chain's gates have increasing keys (high operand, low operand, operator), so each circuit is met
 * once. A gate is refused if it computes 0, an input or an earlier gate's function, or if it leaves
 * more gates unread than the remaining ones and the outputs can take up. (Of two gates of one function
 * the deeper one can go, so this loses no minimum under a bound on depth either.) No symmetry is used,
 * and one thread.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FUNCTIONS = 1 << 15, MAX_WIRES = 32, UNKNOWN = 255, ROWS = 16, RELATIONS = 4096, FAMILIES = 64 };

static const uint16_t input_table[4] = {0xAAAA, 0xCCCC, 0xF0F0, 0xFF00};
static int inputs = 4, outputs = 1, kinds = 5;
static uint16_t every = 0xFFFF; /* all inputs, as bits */
static uint16_t table[MAX_WIRES];
static int reads[MAX_WIRES];
static int size; /* gates of the chains listed now */
static int deepest = MAX_WIRES, level[MAX_WIRES]; /* the most depth, and each wire's */

static uint8_t cost[2 * FUNCTIONS]; /* by normal truth table; odd places stay unused */
static uint64_t circuits;           /* of that size, for functions that no smaller chain computes */
static long functions;

typedef struct {
    int inputs, outputs, size; /* size: of the minima; UNKNOWN while none is found */
    int depth;                 /* the least of any circuit, where it is asked for */
    uint16_t words[ROWS];      /* by input: the allowed words, as bits */
    uint16_t allowed[ROWS];    /* by word: the inputs that allow it, as bits */
    uint16_t can[4][2];        /* by output and value: the inputs at which it may have that value */
    uint64_t circuits;
    long tasks[FAMILIES];
} Relation;

static Relation relations[RELATIONS];
static int relation_count, open_count, open_list[RELATIONS], by_depth;

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

/* In how many ways wires can drive the first `left` outputs so that each input gets an allowed word;
 * every wire in `idle` must drive one. The highest of these outputs is chosen first. */
static uint64_t drive(const uint16_t *allowed, int left, int wires, unsigned idle)
{
    if (left == 0) return idle == 0;
    uint64_t ways = 0;
    int half = 1 << (left - 1), all_idle = __builtin_popcount(idle) == left;
    for (int wire = -1; wire < wires; wire++) { /* -1: the constant */
        unsigned bit = wire < 0 ? 0 : 1u << wire;
        if (all_idle && !(idle & bit)) continue;
        for (int inverted = 0; inverted < 2; inverted++) {
            uint16_t value = (wire < 0 ? 0 : table[wire]) ^ (inverted ? every : 0), next[ROWS], any = 0;
            for (int w = 0; w < half; w++) {
                next[w] = (allowed[w] & ~value) | (allowed[w + half] & value);
                any |= next[w];
            }
            if (any == every) ways += drive(next, left - 1, wires, idle & ~bit);
        }
    }
    return ways;
}

static int drives_some(const Relation *r, uint16_t value)
{
    for (int i = 0; i < outputs; i++) {
        uint16_t same = (r->can[i][1] | ~value) & (r->can[i][0] | value);
        uint16_t inverse = (r->can[i][0] | ~value) & (r->can[i][1] | value);
        if ((same & every) == every || (inverse & every) == every) return 1;
    }
    return 0;
}

static void count_drivers(Relation *r, int wires, unsigned idle)
{
    uint64_t ways = drive(r->allowed, outputs, wires, idle);
    if (ways) r->size = size;
    r->circuits += ways;
}

/* Takes the last gate of a chain that is to solve a relation. */
static void end_relation(int wire, uint16_t value, unsigned idle)
{
    for (int i = 0; i < open_count; i++) {
        Relation *r = &relations[open_list[i]];
        if (!drives_some(r, value)) continue;
        if (!is_new(value, wire)) return;
        table[wire] = value;
        count_drivers(r, wire + 1, idle);
    }
}

static int deeper(int low, int high)
{
    return 1 + (level[low] > level[high] ? level[low] : level[high]);
}

static void end_with(int wire, int low, int high, unsigned idle)
{
    if (deeper(low, high) > deepest) return;
    for (int operator = 0; operator < kinds; operator++) {
        uint16_t value = apply(operator, table[low], table[high]);
        if (relation_count > 0) {
            end_relation(wire, value, idle);
            continue;
        }
        if (cost[value] < size || !is_new(value, wire)) continue;
        if (cost[value] == UNKNOWN) {
            cost[value] = (uint8_t)size;
            functions++;
        }
        circuits++;
    }
}

/* Places the last gate where it alone may be left unread: it reads the gate before it, and the other
 * unread one if there is one. */
static void last_gate(int wire, int unread)
{
    if (unread == 0) { /* the only gate of all */
        for (int high = 1; high < wire; high++)
            for (int low = 0; low < high; low++) end_with(wire, low, high, 1u << wire);
    } else if (unread == 1) {
        for (int low = 0; low < wire - 1; low++) end_with(wire, low, wire - 1, 1u << wire);
    } else if (unread == 2) {
        int low = inputs;
        while (reads[low]) low++;
        end_with(wire, low, wire - 1, 1u << wire);
    }
}

static unsigned unread_wires(int wires)
{
    unsigned idle = 0;
    for (int w = inputs; w < wires; w++)
        if (!reads[w]) idle |= 1u << w;
    return idle;
}

/* Places gate `wire` and all after it, its key above (high, low, operator). */
static void extend(int wire, int unread, int high, int low, int operator)
{
    int left = inputs + size - wire; /* gates to place, this one included */
    if (left == 1 && outputs == 1) {
        last_gate(wire, unread);
        return;
    }
    for (; high < wire; high++, low = 0, operator = -1) {
        for (; low < high; low++, operator = -1) {
            int taken = (low >= inputs && !reads[low]) + (high >= inputs && !reads[high]);
            level[wire] = deeper(low, high);
            if (unread - taken + 1 > left - 1 + outputs || level[wire] > deepest) continue;
            reads[low]++;
            reads[high]++;
            while (++operator < kinds) {
                uint16_t value = apply(operator, table[low], table[high]);
                if (left == 1) {
                    end_relation(wire, value, 1u << wire | unread_wires(wire));
                    continue;
                }
                if (!is_new(value, wire)) continue;
                table[wire] = value;
                extend(wire + 1, unread - taken + 1, high, low, operator);
            }
            reads[low]--;
            reads[high]--;
        }
    }
}

static void list_functions(int last)
{
    long known = 1 + inputs;
    memset(cost, UNKNOWN, sizeof cost);
    cost[0] = 0;
    for (int i = 0; i < inputs; i++) cost[table[i]] = 0;
    printf("0 %ld %ld\n", 2 * known, known);
    for (size = 1; size <= last && known < FUNCTIONS; size++) {
        circuits = 0;
        functions = 0;
        extend(inputs, 0, 1, 0, -1);
        known += functions;
        printf("%d %ld %llu\n", size, 2 * functions, (unsigned long long)circuits);
        fflush(stdout);
    }
}

/* Notes that a task of a family asks for these words. */
static void add_task(int family, int n, int m, const uint16_t *words)
{
    Relation *r = relations, *end = relations + relation_count;
    for (; r < end; r++)
        if (r->inputs == n && r->outputs == m && !memcmp(r->words, words, sizeof r->words)) break;
    if (r == end) {
        if (relation_count++ == RELATIONS) exit(2);
        r->inputs = n;
        r->outputs = m;
        r->size = UNKNOWN;
        r->depth = by_depth ? UNKNOWN : 0;
        memcpy(r->words, words, sizeof r->words);
        for (int x = 0; x < 1 << n; x++) {
            for (int w = 0; w < 1 << m; w++) {
                if (!(words[x] >> w & 1)) continue;
                r->allowed[w] |= (uint16_t)(1 << x);
                for (int i = 0; i < m; i++) r->can[i][w >> i & 1] |= (uint16_t)(1 << x);
            }
        }
    }
    r->tasks[family]++;
}

/* The candidate that is best on one input, or several, as bits; 0 if the input may have any word. */
static int best(int K, const int *utility, const char *ties, int last_bit)
{
    int most = -1, set = 0, first = 0, last = 0;
    for (int i = 0; i < K; i++)
        if (utility[i] > most) most = utility[i];
    for (int i = K - 1; i >= 0; i--)
        if (utility[i] == most) set |= 1 << i, first = i, last = set == 1 << i ? i : last;
    if (!strcmp(ties, "first") || (!strcmp(ties, "context") && !last_bit)) return 1 << first;
    if (!strcmp(ties, "last") || !strcmp(ties, "context")) return 1 << last;
    return !strcmp(ties, "excluded") && first != last ? 0 : set;
}

static void add_choices(int family, int K, int m, int s, int L, const char *ties)
{
    int n = K * m + s, vectors = 1 << m, entries = vectors << s, bits = K > 2 ? 2 : 1;
    if (n > 4 || K > 4 || K < 2 || m < 1 || s < 0) exit(2);
    for (int occurring = 1; occurring < 1 << vectors; occurring++) {
        int U[ROWS] = {0}, carry = 0;
        while (!carry) {
            int decides = 0;
            for (int e = 0; e < entries; e++)
                for (int f = 0; f < vectors; f++) {
                    int other = e / vectors * vectors + f;
                    int both = occurring >> (e % vectors) & occurring >> f & 1;
                    decides |= both && U[e] != U[other];
                }
            uint16_t words[ROWS] = {0};
            for (int x = 0; x < 1 << n; x++) {
                int utility[4], occurs = 1, set = 0;
                for (int i = 0; i < K; i++) {
                    int own = x >> (m * i) & (vectors - 1);
                    utility[i] = U[own + vectors * (x >> (K * m))];
                    occurs &= occurring >> own;
                }
                if (occurs & 1) set = best(K, utility, ties, x >> (n - 1) & 1);
                words[x] = (uint16_t)(set ? set : (1 << (1 << bits)) - 1);
            }
            if (decides) add_task(family, n, bits, words);
            carry = 1;
            for (int e = 0; e < entries && carry; e++) {
                carry = ++U[e] == L;
                if (carry) U[e] = 0;
            }
        }
    }
}

/* Notes the depth of each relation whose outputs some of these functions and their inverses can be;
 * returns how many relations are left without. */
static int note_depths(const uint16_t *values, int count, int depth)
{
    int left = 0;
    for (int i = 0; i < relation_count; i++) {
        Relation *r = &relations[i];
        if (r->inputs != inputs || r->outputs != outputs || r->depth != UNKNOWN) continue;
        for (int a = 0; a < 2 * count && r->depth == UNKNOWN; a++) {
            uint16_t first = values[a / 2] ^ (a & 1 ? every : 0);
            if (((r->can[0][1] | ~first) & (r->can[0][0] | first) & every) != every) continue;
            for (int b = 0; b < (outputs > 1 ? 2 * count : 1) && r->depth == UNKNOWN; b++) {
                uint16_t second = outputs > 1 ? values[b / 2] ^ (b & 1 ? every : 0) : 0, met = 0;
                for (int w = 0; w < 1 << outputs; w++)
                    met |= r->allowed[w] & (w & 1 ? first : ~first) & (w & 2 ? second : ~second);
                if ((met & every) == every) r->depth = depth;
            }
        }
        left += r->depth == UNKNOWN;
    }
    return left;
}

/* Finds the least depth of all relations of n inputs and m outputs: what all circuits of one depth
 * compute, up to inversion, is what one gate makes of what those of the depth before do. */
static void find_depths(void)
{
    static uint16_t values[2 * FUNCTIONS];
    static uint8_t made[2 * FUNCTIONS];
    int count = 0;
    memset(made, 0, sizeof made);
    made[0] = 1;
    values[count++] = 0;
    for (int i = 0; i < inputs; i++) made[table[i]] = 1, values[count++] = table[i];
    for (int depth = 0; note_depths(values, count, depth); depth++) {
        int before = count;
        for (int b = 1; b < before; b++)
            for (int a = 0; a < b; a++)
                for (int operator = 0; operator < kinds; operator++) {
                    uint16_t value = apply(operator, values[a], values[b]);
                    if (!made[value]) made[value] = 1, values[count++] = value;
                }
    }
}

/* Finds the minima of all relations of n inputs and m outputs whose least depth is at most `deepest`. */
static void solve(void)
{
    for (size = 0;; size++) {
        open_count = 0;
        for (int i = 0; i < relation_count; i++) {
            Relation *r = &relations[i];
            if (r->inputs == inputs && r->outputs == outputs && r->size == UNKNOWN && r->depth <= deepest)
                open_list[open_count++] = i;
        }
        if (open_count == 0) return;
        if (size > 0) extend(inputs, 0, 1, 0, -1);
        for (int i = 0; size == 0 && i < open_count; i++)
            count_drivers(&relations[open_list[i]], inputs, 0);
    }
}

static void solve_all(int n, int m)
{
    inputs = n;
    outputs = m;
    every = (uint16_t)((1 << (1 << n)) - 1);
    for (int i = 0; i < n; i++) table[i] = input_table[i] & every;
    if (by_depth) find_depths();
    for (deepest = by_depth ? 0 : MAX_WIRES; deepest <= MAX_WIRES; deepest++) solve();
}

int main(int count, char **arguments)
{
    if (count < 4) {
        memcpy(table, input_table, sizeof input_table);
        list_functions(count > 1 ? atoi(arguments[1]) : MAX_WIRES - inputs);
        return 0;
    }
    kinds = strcmp(arguments[1], "aig") ? 5 : 4;
    by_depth = !strcmp(arguments[2], "depth-size");
    for (int a = 3; a < count; a++) {
        int K, m, s, L;
        char ties[16];
        if (a - 3 >= FAMILIES || sscanf(arguments[a], "%d,%d,%d,%d,%15s", &K, &m, &s, &L, ties) != 5)
            return 2;
        add_choices(a - 3, K, m, s, L, ties);
    }
    for (int n = 1; n <= 4; n++)
        for (int m = 1; m <= 2; m++) solve_all(n, m);
    for (int a = 3; a < count; a++)
        for (Relation *r = relations; r < relations + relation_count; r++) {
            if (!r->tasks[a - 3]) continue;
            printf("%s ", arguments[a]);
            for (int x = 0; x < 1 << r->inputs; x++) printf("%X", r->words[x]);
            printf(" %ld %d %llu\n", r->tasks[a - 3], r->size, (unsigned long long)r->circuits);
        }
    return 0;
}
