"""Formulas of plain text, as pages of docs/ have them, set in TeX: for the paper and the site."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["formula"]

_TOKENS = (
    r"(?P<power>\)?\^\((?P<of>[^)]*)\)|\}\^K)",
    r"(?P<sub>(?:phi|[A-Za-z])_(?:\{[^}]*\}|[A-Za-z0-9]+)'*)",
    r"(?P<phi>\bphi\b(?:'+(?![A-Za-z]))?)",
    r"(?P<prime>\b[A-Za-z]'+(?![A-Za-z]))",
    r"(?P<not>~)",
    r"(?P<sign> (?:&|\||\^|∘|∩|>=|<=|\*) )",
    r"(?P<number>\b\d+\^(?:\([^)]*\)|\w))",
)


def formula(text: str, plain: Callable[[str], str]) -> str:
    """Return text with its formulas set in TeX, between dollars.

    Formulas are letters with subscripts, powers, gates and comparisons. What is none is given as
    `plain` has it.
    """
    signs = {
        "&": r"\wedge",
        "|": r"\vee",
        "^": r"\oplus",
        "∘": r"\circ",
        "∩": r"\cap",
        ">=": r"\ge",
        "<=": r"\le",
        "*": r"\cdot",
    }
    token = re.compile("|".join(_TOKENS))
    out, last = [], 0
    for found in token.finditer(text):
        out.append(plain(text[last : found.start()]))
        last, said = found.end(), found[0]
        if found["sub"]:
            letter, _, rest = said.partition("_")
            primes = rest[len(rest.rstrip("'")) :]
            inner = rest.rstrip("'").strip("{}")
            letter = r"\varphi" if letter == "phi" else letter
            out.append(f"${letter}_{{{inner}}}{primes}$")
        elif found["phi"]:
            out.append(f"$\\varphi{said[3:]}$")
        elif found["prime"]:
            out.append(f"${said}$")
        elif found["not"]:
            out.append(r"$\neg$")
        elif found["number"]:
            base, _, power = said.partition("^")
            out.append(f"${base}^{{{power.strip('()')}}}$")
        elif found["power"]:
            power = found["of"] or "K"
            out.append(plain(said[: said.index("^")]) + f"${{}}^{{{power}}}$")
        else:
            out.append(f" ${signs[said.strip()]}$ ")
    out.append(plain(text[last:]))
    return "".join(out)
