"""Pictures to compare with: `golden/`, one circuit each, looked at and kept.

    python tests/circuits/golden_pictures.py

draws them again. Look at each that changed before it is committed.
"""

from pathlib import Path

from mesacircuits.circuits import Circuit
from mesacircuits.circuits.drawing import draw_dot, draw_svg, draw_terminal, draw_tikz

FOLDER = Path(__file__).parent / "golden"
DRAWN = {"svg": draw_svg, "tex": draw_tikz, "dot": draw_dot, "txt": draw_terminal}

#: Circuits by name, each with the marks of its witness.
CASES = {
    "not-all-equal": (
        Circuit.parse(3, "g1 = a ^ b; g2 = b ^ c; g3 = g1 | g2; out = g3"),
        {3: "candidate 1", 4: "candidate 0 (read inverted)"},
    ),
    "smallest-search": (
        Circuit.parse(4, "g1 = b | c; g2 = a ^ g1; g3 = d ^ g1; g4 = ~g2 & g3; out = g4"),
        {5: "candidate 0", 6: "candidate 1"},
    ),
    "full-adder": (
        Circuit.parse(
            3, "g1 = a ^ b; g2 = c ^ g1; g3 = a & b; g4 = c & g1; g5 = g3 | g4; out = g2, g5"
        ),
        {},
    ),
    "decoder": (
        Circuit.parse(2, "g1 = ~a & b; g2 = a & ~b; g3 = a & b; out = g1, g2, g3"),
        {2: "cell 01", 3: "cell 10", 4: "cell 11"},
    ),
    "majority-gates": (
        Circuit.parse(
            3, "g1 = maj(0, ~a, b); g2 = maj(a, ~b, g1); g3 = maj(~c, g1, g2); out = ~g3"
        ),
        {},
    ),
    "multiplexers": (
        Circuit.parse(4, "g1 = a ? ~b : 0; g2 = d ? c : g1; g3 = g2 ? ~g1 : a; out = g3"),
        {5: "error (structural)"},
    ),
    "nands": (
        Circuit.parse(
            2, "g1 = ~(a & b); g2 = ~(a & g1); g3 = ~(b & g1); g4 = ~(g2 & g3); out = g4"
        ),
        {},
    ),
    "no-gates": (Circuit.parse(2, "out = ~a, 1, b"), {}),
}


def pictures():
    """Yield the name of each file with what it holds when drawn now."""
    for name, (circuit, marks) in CASES.items():
        for form, draw in DRAWN.items():
            yield f"{name}.{form}", draw(circuit, marks)


def main():
    for name, text in pictures():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
