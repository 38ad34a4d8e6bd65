/* All programs of one length that solve a task, in tree normal form: a baseline for the benchmark.
 *
 * The same search as the package's kernel, in plain C: the same tree, rules and interpreter. Reads
 * whole numbers from stdin, each array after its length: params, variants (8 a row), allowed (one
 * row for each number of registers named), counts, fresh_after, start, words, objective, best,
 * accept. Prints a line "choices programs seconds".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int64_t num;

enum { INC, DEC, MOV, ADD, SUB, AND, OR, XOR, ANDNOT, OBSERVE, TABLE, QUERY, ARGMAX, ACT, JMP, JZ,
       JNZ, JLT };
enum { V_OP, V_D, V_A, V_B, V_WORD, V_BITS, V_WRITES, V_READS, V_FIELDS };
enum { P_LENGTH, P_WIDTH, P_RUNS, P_ANSWERS, P_MEMORY, P_FRESH, P_BITS, P_WORST, P_TOTAL, P_QUERIES,
       P_RULES, P_SPLIT, P_FORCED, P_LEAST_BITS, P_NODES, P_LIVE, P_HAS_ACT, P_FIELDS };
enum { RULE_NEXT = 1, RULE_DEAD = 2, RULE_THREAD = 4, RULE_ORDER = 8 };
enum { SLOT, TARGET, ENTRY };

typedef struct {
    num kind, at, next, count, regs, pc, run, steps, saved, saved_pc, power, laps, fresh, total;
    num queries, bits, open, loose, asked, best_time, best_asked;
} frame;

static num p[P_FIELDS], *variants, *allowed, *counts, *fresh_after, *start, *words, *objective;
static num *best, *accepted, variant_count, register_count, word_count;
static num code[64], targets[64], entries[256];

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

static int is_target(num place)
{
    for (num i = 0; i < p[P_LENGTH]; i++)
        if (targets[i] == place)
            return 1;
    return 0;
}

static int fits(num place, num v)
{
    num length = p[P_LENGTH], live = p[P_LIVE], op = V(v, V_OP);
    num writes = V(v, V_WRITES), reads = V(v, V_READS);
    if (p[P_RULES] & RULE_DEAD) {
        if (op == ACT && reads == 1 && place == length - 1)
            return 0;
        if (writes) {
            if (place == length - 1) {
                if (!(writes & live))
                    return 0;
            } else if (code[place + 1] >= 0) {
                num n = code[place + 1];
                if (V(n, V_OP) == ACT) {
                    if (!(writes & (V(n, V_READS) | (live & ~(num)1))))
                        return 0;
                } else if (V(n, V_WRITES) == writes && !(V(n, V_READS) & writes))
                    return 0;
            }
        }
        if (place > 0 && code[place - 1] >= 0) {
            num before = V(code[place - 1], V_WRITES);
            if (before) {
                if (op == ACT) {
                    if (!(before & (reads | (live & ~(num)1))))
                        return 0;
                } else if (writes == before && !(reads & writes))
                    return 0;
            }
        }
    }
    int ends = op == JMP || (op == ACT && reads == 1);
    return !((p[P_RULES] & RULE_THREAD) && ends && is_target(place));
}

static int may_jump(num place, num to)
{
    if ((p[P_RULES] & RULE_NEXT) && (to == place + 1 || to == place))
        return 0;
    if (p[P_RULES] & RULE_THREAD) {
        if (to == p[P_LENGTH])
            return !(p[P_HAS_ACT] && V(code[place], V_OP) == JMP);
        if (code[to] >= 0) {
            num op = V(code[to], V_OP);
            return !(op == JMP || (op == ACT && V(code[to], V_READS) == 1));
        }
    }
    return 1;
}

static int in_order(num spare)
{
    for (num s = 1; s < p[P_LENGTH]; s++) {
        num a = code[s - 1], b = code[s];
        if (a <= b || b < 0 || V(a, V_OP) >= ACT || V(b, V_OP) >= ACT)
            continue;
        if ((V(a, V_WRITES) & (V(b, V_READS) | V(b, V_WRITES))) | (V(b, V_WRITES) & V(a, V_READS)))
            continue;
        if (!is_target(s)) {
            if (!spare)
                return 0;
            spare--;
        }
    }
    return 1;
}

int main(void)
{
    num length;
    num *params = array(&length);
    memcpy(p, params, sizeof(num) * (size_t)(length < P_FIELDS ? length : P_FIELDS));
    variants = array(&variant_count);
    variant_count /= V_FIELDS;
    allowed = array(NULL);
    counts = array(&register_count);
    fresh_after = array(NULL);
    start = array(NULL);
    words = array(&word_count);
    word_count /= p[P_RUNS];
    objective = array(NULL);
    best = array(NULL);
    accepted = array(NULL);

    clock_t began = clock();
    length = p[P_LENGTH];
    num width = p[P_WIDTH], runs = p[P_RUNS], mask = ((num)1 << width) - 1;
    num answer_mask = ((num)1 << p[P_ANSWERS]) - 1, memory_mask = ((num)1 << p[P_MEMORY]) - 1;
    frame *frames = calloc((size_t)(2 * length + runs + 1), sizeof(frame));
    for (num i = 0; i < length; i++)
        code[i] = targets[i] = -1;
    for (num i = 0; i < runs; i++)
        entries[i] = -1;
    num depth = 0, nodes = 0, found = 0, regs = start[0], pc = 0, run = 0, steps = 0, asked = 0;
    num saved = -1, saved_pc = -1, power = 1, laps = 0, fresh = p[P_FRESH], total = 0, queries = 0;
    num bits = 0, open = length, loose = 0;
    int running = 1;
    for (;;) {
        while (running) {
            num kind = -1, at = 0, options = 0, shift = 0;
            int failed = 0, ended = 0;
            if (pc >= length)
                ended = 1;
            else if (code[pc] < 0) {
                kind = SLOT, at = pc, options = counts[fresh];
            } else {
                num v = code[pc], op = V(v, V_OP);
                steps++;
                if (steps > p[P_WORST] || total + steps + (runs - run - 1) > p[P_TOTAL])
                    failed = 1;
                else if (op >= JMP) {
                    num first = regs >> V(v, V_A) & mask;
                    int taken = op == JZ    ? first == 0
                                : op == JNZ ? first != 0
                                : op == JLT ? first < (regs >> V(v, V_B) & mask)
                                            : 1;
                    if (!taken)
                        pc++;
                    else if (targets[pc] < 0) {
                        kind = TARGET, at = pc, options = length + 1;
                    } else {
                        num to = targets[pc];
                        if (to <= pc) {
                            if (regs == saved && to == saved_pc)
                                failed = 1;
                            if (++laps == power) {
                                saved = regs, saved_pc = to, laps = 0;
                                power *= 2;
                            }
                        }
                        pc = to;
                    }
                } else if (op == ACT) {
                    ended = 1, shift = V(v, V_A);
                } else {
                    num d = V(v, V_D), a = regs >> V(v, V_A) & mask, b = regs >> V(v, V_B) & mask;
                    num value = 0;
                    switch (op) {
                    case INC: value = a + 1; break;
                    case DEC: value = a - 1; break;
                    case MOV: value = a; break;
                    case ADD: value = (regs >> d & mask) + a; break;
                    case SUB: value = (regs >> d & mask) - a; break;
                    case AND: value = a & b; break;
                    case OR: value = a | b; break;
                    case XOR: value = a ^ b; break;
                    case ANDNOT: value = a & ~b; break;
                    case OBSERVE: value = words[run * word_count + V(v, V_WORD)]; break;
                    case ARGMAX: value = best[run]; break;
                    case QUERY:
                        value = objective[(run << width) + a];
                        asked++;
                        failed = queries + asked > p[P_QUERIES];
                        break;
                    case TABLE:
                        value = entries[run];
                        if (value < 0)
                            kind = ENTRY, at = run, options = answer_mask + 1;
                        break;
                    }
                    if (kind < 0) {
                        regs = (regs & ~(mask << d)) | (value & mask) << d;
                        pc++;
                    }
                }
            }
            if (ended) {
                num word = (regs >> shift & answer_mask)
                           | (regs >> width & memory_mask) << p[P_ANSWERS];
                frame *top = depth ? &frames[depth - 1] : NULL;
                if (!(accepted[run] >> word & 1))
                    failed = 1;
                else if (top && top->kind == ENTRY && top->run == run) {
                    if (top->best_time < 0)
                        top->best_time = steps, top->best_asked = asked;
                    else if (steps >= top->best_time && asked >= top->best_asked)
                        failed = 1;
                }
                if (!failed) {
                    total += steps, queries += asked;
                    if (++run == runs) {
                        failed = 1;
                        found += open == 0 && loose == 0;
                    } else {
                        regs = start[run], pc = 0, steps = 0, asked = 0;
                        saved = saved_pc = -1, power = 1, laps = 0;
                    }
                }
            }
            if (kind >= 0) {
                running = 0;
                frames[depth++] = (frame){kind, at, 0, options, regs, pc, run, steps - (kind != SLOT),
                                          saved, saved_pc, power, laps, fresh, total, queries, bits,
                                          open, loose, asked, -1, -1};
            } else if (failed)
                running = 0;
        }
        while (depth > 0) {
            frame *f = &frames[depth - 1];
            if (f->kind == SLOT)
                code[f->at] = targets[f->at] = -1;
            else if (f->kind == TARGET)
                targets[f->at] = -1;
            else
                entries[f->at] = -1;
            num option = f->next;
            if (option >= f->count) {
                depth--;
                continue;
            }
            f->next = option + 1;
            nodes++;
            fresh = f->fresh, bits = f->bits, open = f->open, loose = f->loose;
            if (f->kind == SLOT) {
                num v = allowed[fresh * variant_count + option];
                bits += V(v, V_BITS);
                open--;
                if (bits + open * p[P_LEAST_BITS] > p[P_BITS] || !fits(f->at, v))
                    continue;
                code[f->at] = v;
                loose += V(v, V_OP) >= JMP;
                fresh = fresh_after[v * register_count + fresh];
            } else if (f->kind == TARGET) {
                if (!may_jump(f->at, option))
                    continue;
                targets[f->at] = option;
                loose--;
            } else
                entries[f->at] = option;
            if ((p[P_RULES] & RULE_ORDER) && !in_order(open + loose))
                continue;
            regs = f->regs, pc = f->pc, run = f->run, steps = f->steps, asked = f->asked;
            saved = f->saved, saved_pc = f->saved_pc, power = f->power, laps = f->laps;
            total = f->total, queries = f->queries;
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
