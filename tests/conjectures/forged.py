"""Forging: a certificate altered in every way, with the checksum that it then should have."""

import copy
import json
import random
import re

import msgspec

from mesacircuits.records import content_hash


def places(value, path=()):
    """Yield the path of every value inside, from the outside in, with the value."""
    yield path, value
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, inner in items:
        yield from places(inner, (*path, key))


def dotted(path):
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


#: Values that some field of some certificate may have, to be put in place of another.
PLAUSIBLE = [
    *("held", "refuted", "inconclusive", "no", "every", "some", "size", "depth-size", "b2", "aig"),
    *("search-like", "lookup-table", "control-like", "search-like(objective_gates=2)"),
    *("search-like(reencoding=none)", "common", "none", "per-group", "search", "lookup"),
    *("0", "1", "1/2", "2/2", "1.0", "01", "00", "18", "7E", "E8", "1E", "FE", "6", "00FE", "x"),
    *("tt:3:18", "tt:3:7E", "tt:3:0x18", "tt:4:0018", "tt:3:24", "expr:a ^ b", "tt:3:18,18"),
    *("and", "or", "xor", "butnot", "notbut", "nand", "tt:2:8", "functions", "task"),
    *("1-0", "-11", "minimal-circuits", "mesacircuits certificate 5", "\u00e9", "\u0661"),
    "every size-minimal circuit of functions(2) over b2 is search-like",
    "no size-minimal circuit of functions(3) over b2 is search-like(objective_gates=2)",
    "size over b2",
    "size over aig",
    "evil.py:evil",
    "0" * 64,
]
HUGE = [10**6, 2**31, 2**63, 2**64, 10**30]


def others(value):
    """Yield values of any type that differ from a leaf."""
    if isinstance(value, bool):
        found = [not value, int(value), None, str(value).lower(), "", []]
    elif isinstance(value, int):
        found = [value + 1, value - 1, 0, 1, 2, value * 2, -value, *HUGE, -(10**30)]
        found += [float(value), value + 0.5, 1e300, str(value), None, [value], {}, True, False]
    elif isinstance(value, str):
        found = [
            *PLAUSIBLE,
            "",
            value + " ",
            " " + value,
            value[:-1],
            value[::-1],
            value.swapcase(),
        ]
        found += [value.replace(" ", "  "), value + value, value + "\n", value + "\0"]
        found += [None, 0, 1, True, [value], {}]
    else:
        found = [0, 1, 3, -1, False, True, "", "1", "none", [], {}, [None], {"kind": "search"}]
    return found


def variants(value):
    """Yield what may stand in place of a value: leaves swapped, lists and objects reshaped."""
    if isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
            yield [*value[: i + 1], *value[i:]]
            if i:
                yield [*value[: i - 1], value[i], value[i - 1], *value[i + 1 :]]
        yield from ([*value, extra] for extra in (None, 0, "", {}, []))
        yield from (value[::-1], [], {}, None, 0, "", dict(enumerate(map(str, value))))
    elif isinstance(value, dict):
        for key in value:
            rest = {k: v for k, v in value.items() if k != key}
            yield rest
            yield {**rest, key + "_": value[key]}
            yield {**rest, key.upper(): value[key]}
        yield from ({**value, extra: 0} for extra in {"", "size", "wire", "extra"} - {*value})
        yield from ({}, [], None, 0, "", True, list(value.values()), [value])
    else:
        yield from others(value)


def replaced(value, path, new):
    if not path:
        return new
    result = copy.copy(value)
    result[path[0]] = replaced(value[path[0]], path[1:], new)
    return result


def mutants(whole, most=None):
    """Yield (path, new value, altered body) for every single alteration, the checksum aside."""
    body = {key: value for key, value in whole.items() if key != "checksum"}
    for path, value in places(body):
        found = [new for new in variants(value) if json.dumps(new) != json.dumps(value)]
        if most is not None:
            found = random.Random(dotted(path)).sample(found, min(most, len(found)))
        for new in found:
            yield path, new, replaced(body, path, new)


def sealed_again(body):
    """Return the altered body as a file's bytes, with the checksum that it now should have."""
    if not isinstance(body, dict):
        return json.dumps(body).encode()
    # As it is read back: of numbers too long for 64 bits, readers differ.
    body = msgspec.json.decode(json.dumps(body))
    return json.dumps({**body, "checksum": content_hash(body)}).encode()


def is_asserted(path, asserted):
    """Return whether a field lies under an entry such as `arms[0].classes[]: size, tagged`."""
    for entry in asserted:
        place, _, names = entry.partition(": ")
        pattern = re.escape(place).replace(re.escape("[]"), r"\[\d+\]")
        fields = names.replace("exhausted", r"exhausted(\[\d+\](\.\w+)?)?").split(", ")
        if re.fullmatch(f"{pattern}\\.({'|'.join(fields)})", dotted(path)):
            return True
    return False
