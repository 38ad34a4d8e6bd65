/* All programs of one length that solve a task, in tree normal form: a baseline for the benchmark.
 *
 * The same search as the package's kernel, in plain C: the same sets of instructions, split where
 * their effects differ, the same rules and the same listing; codes of all bits. Reads whole numbers from stdin, each
 * array after its length: params, variants (9 a row), high, members, tally, start, words, objective,
 * loads, utility, proxy, best, accept, first. Prints a line "choices programs seconds".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int64_t num;

enum { INC, DEC, MOV, ADD, SUB, AND, OR, XOR, ANDNOT, OBSERVE, LOAD, TABLE, UTILITY, QUERY,
       QUERY_PROXY, ARGMAX, ACT, JMP, JZ, JNZ, JLT };
enum { V_OP, V_D, V_A, V_B, V_WORD, V_BITS, V_WRITES, V_READS, V_WRITTEN, V_FIELDS };
enum { P_LENGTH, P_WIDTH, P_RUNS, P_ANSWERS, P_MEMORY, P_FRESH, P_BITS, P_WORST, P_TOTAL, P_QUERIES,
       P_RULES, P_SPLIT, P_FORCED, P_LEAST_BITS, P_NODES, P_LIVE, P_ZEROS, P_ENDS_BY_ACT, P_WORDS,
       P_TABLES, P_CHANGES, P_ASKING, P_FIELDS };
enum { RULE_NEXT = 1, RULE_DEAD = 2, RULE_THREAD = 4, RULE_IDLE = 8, RULE_ZERO = 16 };
enum { SLOT, TARGET, ENTRY };
enum { DROPPED = -1, NOTHING, JUMPS, ENDS };
enum { FETCHED = 1, USEFUL = 2, CHANGED = 2 };

typedef struct {
    num kind, at, next, end, trail, regs, pc, run, steps, asked, prefix, saved, saved_pc, power;
    num laps, fresh, open, total, queries, longest, best_time, best_asked;
} frame;
typedef struct {
    num place, low, high, known;
} kept_set;

static num p[P_FIELDS], *variants, variant_count, *members, *high, *start, *words, *objective, *best;
static num *loads, *utility, *proxy;
static num *accepted, *first, word_count, tally_size, trail;
static num low[64], known[64], targets[64], picked[64], code[64], live[65];
static num *effects, *entries, *scratch, *tally;
static kept_set *trailed;

static num *array(num *length)
{
    num count;
    if (scanf("%" SCNd64, &count) != 1)
        exit(2);
    num *values = malloc(sizeof(num) * (size_t)(count ? count : 1));
    for (num i = 0; i < count; i++)
        if (scanf("%" SCNd64, &values[i]) != 1)
            exit(2);
    if (length)
        *length = count;
    return values;
}

#define V(v, field) variants[(v) * V_FIELDS + (field)]
#define MEMBER(place, i) members[(place) * variant_count + (i)]
#define EFFECT(place, i) effects[(place) * variant_count + (i)]

static num value_of(num v, num regs, num run, num entry)
{
    num width = p[P_WIDTH], mask = ((num)1 << width) - 1;
    num d = regs >> V(v, V_D) & mask, a = regs >> V(v, V_A) & mask, b = regs >> V(v, V_B) & mask;
    num value = 0;
    switch (V(v, V_OP)) {
    case INC: value = a + 1; break;
    case DEC: value = a - 1; break;
    case MOV: value = a; break;
    case ADD: value = d + a; break;
    case SUB: value = d - a; break;
    case AND: value = a & b; break;
    case OR: value = a | b; break;
    case XOR: value = a ^ b; break;
    case ANDNOT: value = a & ~b; break;
    case OBSERVE: value = words[run * word_count + V(v, V_WORD)]; break;
    case ARGMAX: value = best[run]; break;
    case LOAD: value = loads[(run << width) + a]; break;
    case UTILITY: value = utility[(run << width) + a]; break;
    case QUERY: value = objective[(run << width) + a]; break;
    case QUERY_PROXY: value = proxy[(run << width) + a]; break;
    case TABLE: value = entry; break;
    }
    return value & mask;
}

static int taken(num v, num regs)
{
    num mask = ((num)1 << p[P_WIDTH]) - 1, op = V(v, V_OP), a = regs >> V(v, V_A) & mask;
    return op == JZ    ? a == 0
           : op == JNZ ? a != 0
           : op == JLT ? a < (regs >> V(v, V_B) & mask)
                       : 1;
}

static num word_of(num regs, num shift)
{
    num held = regs >> p[P_WIDTH] & (((num)1 << p[P_MEMORY]) - 1);
    return (regs >> shift & (((num)1 << p[P_ANSWERS]) - 1)) | held << p[P_ANSWERS];
}

static num ending(num regs, num shift, num acceptable)
{
    num word = word_of(regs, shift);
    return acceptable >> word & 1 ? ENDS + (p[P_WORDS] > 1 ? word : 0) : DROPPED;
}

static num effect_of(num v, int last, num regs, num run, num acceptable)
{
    num op = V(v, V_OP), mask = ((num)1 << p[P_WIDTH]) - 1;
    if (op >= JMP)
        return taken(v, regs) ? JUMPS : last ? ending(regs, 0, acceptable) : NOTHING;
    if (op == ACT)
        return ending(regs, V(v, V_A), acceptable);
    if (op == TABLE)
        return p[P_TABLES] + V(v, V_WRITTEN);
    num value = value_of(v, regs, run, 0), d = V(v, V_D);
    num asking = op == QUERY || op == QUERY_PROXY ? p[P_ASKING] : 0;
    if (last) {
        num found = ending((regs & ~(mask << d)) | value << d, 0, acceptable);
        return found == DROPPED ? found : found + asking;
    }
    if (value == (regs >> d & mask))
        return NOTHING + asking;
    return p[P_CHANGES] + (V(v, V_WRITTEN) << p[P_WIDTH] | value) + asking;
}

static num admitted(num effect, num fresh)
{
    num base = p[P_ASKING] && effect >= p[P_ASKING] ? effect - p[P_ASKING] : effect;
    num named = base >= p[P_CHANGES] ? (base - p[P_CHANGES]) >> p[P_WIDTH] : base - p[P_TABLES];
    return named <= fresh ? effect : DROPPED;
}

static void keep_set(num place)
{
    trailed[trail++] = (kept_set){place, low[place], high[place], known[place]};
}

static int only_ends(num v, int jumps_only)
{
    return V(v, V_OP) == JMP || (V(v, V_OP) == ACT && V(v, V_READS) == 1 && !jumps_only);
}

static int loses(num v, int last, num written)
{
    if (V(v, V_OP) >= JMP || V(v, V_READS) & written)
        return 0;
    if (V(v, V_OP) == ACT)
        return !(written & p[P_LIVE] & ~(num)1);
    return V(v, V_WRITES) == written || (last && !(written & p[P_LIVE]));
}

static void narrow(num place, int jumps_only, num written)
{
    keep_set(place);
    int last = place == p[P_LENGTH] - 1;
    for (num i = low[place]; i < high[place];) {
        num v = MEMBER(place, i);
        if (written ? loses(v, last, written) : only_ends(v, jumps_only)) {
            num j = --high[place];
            MEMBER(place, i) = MEMBER(place, j);
            MEMBER(place, j) = v;
        } else
            i++;
    }
}

static num partition(num place, num from, num to)
{
    num kinds = tally_size - 2;
    memset(tally, 0, sizeof(num) * (size_t)tally_size);
    for (num i = from; i < to; i++) {
        num k = EFFECT(place, i);
        tally[(k < 0 ? kinds : k) + 1]++;
    }
    num kept = to - from - tally[kinds + 1];
    for (num k = 0; k < kinds; k++)
        tally[k + 1] += tally[k];
    for (num i = from; i < to; i++) {
        num k = EFFECT(place, i), at = tally[k < 0 ? kinds : k]++;
        scratch[at] = MEMBER(place, i), scratch[variant_count + at] = k;
    }
    for (num i = 0; i < to - from; i++) {
        MEMBER(place, from + i) = scratch[i];
        EFFECT(place, from + i) = scratch[variant_count + i];
    }
    return kept;
}

static int reads_live(void)
{
    num length = p[P_LENGTH];
    memset(live, 0, sizeof live);
    live[length] = p[P_LIVE];
    for (int changed = 1; changed;) {
        changed = 0;
        for (num at = length - 1; at >= 0; at--) {
            num v = code[at], op = V(v, V_OP), after = live[at + 1];
            if (op == ACT)
                after = p[P_LIVE] & ~(num)1;
            else if (op >= JMP)
                after = live[targets[at]] | (op == JMP ? 0 : after);
            num before = (after & ~V(v, V_WRITES)) | V(v, V_READS);
            changed |= before != live[at];
            live[at] = before;
        }
    }
    for (num at = 0; at < length; at++)
        if (V(code[at], V_WRITES) && !(V(code[at], V_WRITES) & live[at + 1]))
            return 0;
    return 1;
}

static int stands(void)
{
    num length = p[P_LENGTH], written = 0;
    for (num at = 0; at < length; at++) {
        num v = code[at] = MEMBER(at, picked[at]);
        written |= V(v, V_WRITES);
        if ((V(v, V_OP) >= JMP) != (targets[at] >= 0))
            return 0;
    }
    if (p[P_RULES] & RULE_ZERO) {
        num zeros = p[P_ZEROS] & ~written;
        for (num at = 0; at < length; at++)
            if (V(code[at], V_READS) & zeros & (zeros - 1))
                return 0;
    }
    if (p[P_RULES] & RULE_DEAD) {
        num v = code[length - 1];
        return !(V(v, V_OP) == ACT && V(v, V_READS) == 1) && reads_live();
    }
    return 1;
}

static int runs_well(void)
{
    num length = p[P_LENGTH], width = p[P_WIDTH], mask = ((num)1 << width) - 1;
    num useful = 0, bits = 0, total = 0, longest = 0, asked = 0;
    for (num at = 0; at < length; at++)
        bits += V(code[at], V_BITS);
    for (num run = 0; run < p[P_RUNS]; run++) {
        num regs = start[run], pc = 0, steps = 0, shift = 0;
        while (pc < length) {
            num v = code[pc], op = V(v, V_OP);
            steps++;
            if (op >= JMP) {
                int jumps = taken(v, regs);
                useful |= (num)jumps << pc;
                pc = jumps ? targets[pc] : pc + 1;
            } else if (op == ACT) {
                useful |= (num)1 << pc;
                shift = V(v, V_A), pc = length;
            } else {
                num value = value_of(v, regs, run, entries[run]), d = V(v, V_D);
                asked += op == QUERY || op == QUERY_PROXY;
                useful |= (num)(value != (regs >> d & mask) || op == TABLE) << pc;
                regs = (regs & ~(mask << d)) | value << d;
                pc++;
            }
        }
        if (!(accepted[first[run]] >> word_of(regs, shift) & 1))
            return 0;
        total += steps;
        longest = steps > longest ? steps : longest;
    }
    if (bits > p[P_BITS] || longest > p[P_WORST] || total > p[P_TOTAL] || asked > p[P_QUERIES])
        return 0;
    return !(p[P_RULES] & RULE_IDLE) || useful + 1 == (num)1 << length;
}

static num listed(void)
{
    num length = p[P_LENGTH], count = 0, at = 0;
    for (at = 0; at < length; at++) {
        if (!(known[at] & FETCHED) || high[at] == low[at])
            return 0;
        if (p[P_RULES] & RULE_IDLE && !(known[at] & USEFUL) && at < length - 1)
            return 0;
        picked[at] = low[at];
    }
    do {
        count += stands() && runs_well();
        for (at = 0; at < length; at++) {
            if (++picked[at] < high[at])
                break;
            picked[at] = low[at];
        }
    } while (at < length);
    return count;
}

int main(void)
{
    num length;
    num *params = array(&length);
    memcpy(p, params, sizeof(num) * (size_t)(length < P_FIELDS ? length : P_FIELDS));
    variants = array(&variant_count);
    variant_count /= V_FIELDS;
    high = array(NULL);
    members = array(NULL);
    tally = array(&tally_size);
    start = array(NULL);
    words = array(&word_count);
    word_count /= p[P_RUNS];
    objective = array(NULL);
    loads = array(NULL);
    utility = array(NULL);
    proxy = array(NULL);
    best = array(NULL);
    accepted = array(NULL);
    first = array(NULL);

    clock_t began = clock();
    length = p[P_LENGTH];
    num width = p[P_WIDTH], runs = p[P_RUNS], mask = ((num)1 << width) - 1;
    num most = length * variant_count + length + runs + 1;
    frame *frames = calloc((size_t)most, sizeof(frame));
    trailed = calloc((size_t)(2 * most + 6 * length), sizeof(kept_set));
    effects = calloc((size_t)(length * variant_count + 1), sizeof(num));
    scratch = calloc((size_t)(2 * variant_count + 1), sizeof(num));
    entries = malloc(sizeof(num) * (size_t)runs);
    for (num i = 0; i < length; i++)
        targets[i] = -1;
    for (num i = 0; i < runs; i++)
        entries[i] = -1;
    num depth = 0, nodes = 0, found = 0, regs = start[0], pc = 0, run = 0, steps = 0, asked = 0;
    num saved = -1, saved_pc = -1, power = 1, laps = 0, fresh = p[P_FRESH], total = 0, queries = 0;
    num open = length, pending = DROPPED, longest = 0;
    int running = 1, dead = p[P_RULES] & RULE_DEAD, thread = p[P_RULES] & RULE_THREAD;
    for (;;) {
        while (running) {
            num kind = -1, at = 0, end = 0, effect = pending, acceptable = accepted[first[run]];
            int failed = 0, ended = 0;
            pending = DROPPED;
            if (effect >= 0)
                ;
            else if (pc >= length) {
                effect = ending(regs, 0, acceptable);
                failed = effect < 0;
            } else if (++steps > p[P_WORST] || total + steps + (runs - run - 1) > p[P_TOTAL]) {
                failed = 1;
            } else if (high[pc] - low[pc] == 1 && known[pc] & FETCHED) {
                effect = effect_of(MEMBER(pc, low[pc]), pc == length - 1, regs, run, acceptable);
                effect = admitted(effect, fresh);
                failed = effect < 0;
            } else {
                num written = 0, before = DROPPED;
                int last = pc == length - 1, aimed = 0, differ = 0;
                if (!(known[pc] & FETCHED)) {
                    keep_set(pc);
                    known[pc] |= FETCHED;
                    open--;
                    if (dead && pc > 0 && known[pc - 1] >> CHANGED)
                        written = (num)1 << ((known[pc - 1] >> CHANGED) - 1);
                    for (num i = 0; thread && i < length; i++)
                        aimed |= targets[i] == pc;
                }
                for (num i = low[pc]; i < high[pc]; i++) {
                    num v = MEMBER(pc, i);
                    num k = admitted(effect_of(v, last, regs, run, acceptable), fresh);
                    if ((written && loses(v, last, written)) || (aimed && only_ends(v, 0)))
                        k = DROPPED;
                    EFFECT(pc, i) = k;
                    differ |= i > low[pc] && k != before;
                    before = k;
                }
                if (!differ) {
                    effect = before;
                    failed = effect < 0;
                } else {
                    num kept = partition(pc, low[pc], high[pc]);
                    if (EFFECT(pc, low[pc]) == EFFECT(pc, low[pc] + kept - 1)) {
                        keep_set(pc);
                        high[pc] = low[pc] + kept;
                        effect = EFFECT(pc, low[pc]);
                    } else
                        kind = SLOT, at = pc, end = low[pc] + kept;
                }
            }
            if (effect >= 0) {
                if (p[P_ASKING] && effect >= p[P_ASKING]) {
                    effect -= p[P_ASKING];
                    failed = queries + ++asked > p[P_QUERIES];
                }
                if (p[P_TABLES] <= effect && effect < p[P_CHANGES]) {
                    num r = effect - p[P_TABLES], d = r * width, value = entries[run];
                    fresh = fresh > r + 1 ? fresh : r + 1;
                    if (!(known[pc] & USEFUL)) {
                        keep_set(pc);
                        known[pc] |= USEFUL | (r + 1) << CHANGED;
                    }
                    if (value < 0)
                        kind = ENTRY, at = run, end = (num)1 << p[P_ANSWERS];
                    else if (pc == length - 1) {
                        effect = ending((regs & ~(mask << d)) | value << d, 0, acceptable);
                        failed |= effect < 0;
                    } else if (value == (regs >> d & mask))
                        effect = NOTHING;
                    else
                        effect = p[P_CHANGES] + (r << width | value);
                }
                if (failed || kind >= 0)
                    ;
                else if (effect == NOTHING)
                    pc++;
                else if (effect == JUMPS) {
                    if (!(known[pc] & USEFUL)) {
                        keep_set(pc);
                        known[pc] |= USEFUL;
                    }
                    num to = targets[pc];
                    if (to < 0)
                        kind = TARGET, at = pc, end = length + 1;
                    else {
                        if (to <= pc) {
                            failed = regs == saved && to == saved_pc;
                            if (++laps == power) {
                                saved = regs, saved_pc = to, laps = 0;
                                power *= 2;
                            }
                        }
                        pc = to;
                    }
                } else if (effect < p[P_TABLES]) {
                    ended = 1;
                    if (pc < length - 1 && !(known[pc] & USEFUL)) {
                        keep_set(pc);
                        known[pc] |= USEFUL;
                    }
                } else {
                    num r = (effect - p[P_CHANGES]) >> width, value = (effect - p[P_CHANGES]) & mask;
                    regs = (regs & ~(mask << r * width)) | value << r * width;
                    fresh = fresh > r + 1 ? fresh : r + 1;
                    if (!(known[pc] & USEFUL)) {
                        keep_set(pc);
                        known[pc] |= USEFUL | (r + 1) << CHANGED;
                        if (dead && known[pc + 1] & FETCHED) {
                            narrow(pc + 1, 0, (num)1 << r);
                            failed = high[pc + 1] == low[pc + 1];
                        }
                    }
                    pc++;
                }
            }
            if (ended) {
                frame *top = depth ? &frames[depth - 1] : NULL;
                if (top && top->kind == ENTRY && top->run == run && top->trail == trail) {
                    if (top->best_time < 0)
                        top->best_time = steps, top->best_asked = asked;
                    else if (steps >= top->best_time && asked >= top->best_asked)
                        failed = 1;
                }
                if (!failed) {
                    total += steps, queries += asked;
                    longest = steps > longest ? steps : longest;
                    if (++run == runs) {
                        failed = 1;
                        found += listed();
                    } else {
                        regs = start[run], pc = 0, steps = 0, asked = 0;
                        saved = saved_pc = -1, power = 1, laps = 0;
                    }
                }
            }
            if (kind >= 0) {
                running = 0;
                frames[depth++] = (frame){kind,  at,    kind == SLOT ? low[at] : 0,
                                          end,   trail, regs,
                                          pc,    run,   steps,
                                          asked, 0,     saved,
                                          saved_pc,     power, laps,
                                          fresh, open,  total,
                                          queries,      longest, -1, -1};
            } else if (failed)
                running = 0;
        }
        while (depth > 0) {
            frame *f = &frames[depth - 1];
            while (trail > f->trail) {
                kept_set *kept = &trailed[--trail];
                low[kept->place] = kept->low, high[kept->place] = kept->high;
                known[kept->place] = kept->known;
            }
            num at = f->at, from = f->next, to = from + 1;
            if (f->kind == TARGET)
                targets[at] = -1;
            else if (f->kind == ENTRY)
                entries[at] = -1;
            if (from >= f->end) {
                depth--;
                continue;
            }
            if (f->kind == SLOT) {
                pending = EFFECT(at, from);
                while (to < f->end && EFFECT(at, to) == pending)
                    to++;
            }
            f->next = to;
            nodes++;
            pc = f->pc;
            if (f->kind == SLOT) {
                keep_set(at);
                low[at] = from, high[at] = to;
            } else if (f->kind == TARGET) {
                pending = JUMPS;
                if (p[P_RULES] & RULE_NEXT && (from == at || from == at + 1))
                    continue;
                targets[at] = from;
                num place = from < length ? from : at;
                if (thread && (place == at ? p[P_ENDS_BY_ACT] : known[place] & FETCHED)) {
                    narrow(place, place == at, 0);
                    if (high[place] == low[place])
                        continue;
                }
            } else {
                entries[at] = from;
                pending = p[P_TABLES] + V(MEMBER(pc, low[pc]), V_WRITTEN);
            }
            regs = f->regs, run = f->run, steps = f->steps, asked = f->asked;
            saved = f->saved, saved_pc = f->saved_pc, power = f->power, laps = f->laps;
            fresh = f->fresh, open = f->open, total = f->total, queries = f->queries;
            longest = f->longest;
            running = 1;
            break;
        }
        if (!running)
            break;
    }
    printf("%" PRId64 " %" PRId64 " %.6f\n", nodes, found,
           (double)(clock() - began) / CLOCKS_PER_SEC);
    return 0;
}
