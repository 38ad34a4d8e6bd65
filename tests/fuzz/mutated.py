"""Files with damage: what is done to bytes that were right."""

import random

_NUMBERS = (b"0", b"-1", b"1", b"65536", b"4294967296", b"99999999999999999999", b"1e999", b"NaN")
_WORDS = (
    b"\x00",
    b"\xff\xfe",
    b'"',
    b"{",
    b"[",
    b"]" * 50,
    b"[" * 3000,
    b"\n",
    b" ",
    b"\r\n",
    b"#",
)


def damaged(data: bytes, drawn: random.Random) -> bytes:
    """Return bytes with one to six things done to them: flips, cuts, copies, other numbers."""
    result = bytearray(data)
    for _ in range(drawn.randint(1, 6)):
        if not result:
            return bytes(result)
        at = drawn.randrange(len(result))
        kind = drawn.randrange(8)
        if kind == 0:
            result[at] ^= 1 << drawn.randrange(8)
        elif kind == 1:
            del result[at : at + drawn.randint(1, 40)]
        elif kind == 2:
            end = at + drawn.randint(1, 60)
            to = drawn.randrange(len(result) + 1)
            result[to:to] = result[at:end]
        elif kind == 3:
            del result[at:]
        elif kind == 4:
            result[at:at] = drawn.choice(_WORDS)
        elif kind == 5:
            digits = [i for i, c in enumerate(result) if 48 <= c < 58]
            if digits:
                place = drawn.choice(digits)
                result[place : place + 1] = drawn.choice(_NUMBERS)
        elif kind == 6:
            lines = bytes(result).split(b"\n")
            i, j = drawn.randrange(len(lines)), drawn.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i]
            result = bytearray(b"\n".join(lines))
        else:
            result[at : at + 1] = bytes(drawn.randrange(256) for _ in range(drawn.randint(0, 8)))
    return bytes(result)
