"""BLIF and BENCH as people and tools write them, odd but legal, and what is refused."""

import pytest

from mesacircuits.circuits import Circuit, parse_expression
from mesacircuits.circuits.formats import read_bench, read_blif, write_bench, write_blif
from mesacircuits.circuits.names import Names
from mesacircuits.errors import ArgumentError, FileNote

FULL_ADDER = """\
# A full adder, written by hand: lines out of order, an inner signal read before its definition.
.model \\
   full_adder          # the name goes on here
.inputs a_in \\
        b_in
.inputs   cin
.outputs sum \\
 cout
.wire_load_slope 0.00
.names p cin sum\t# parity of the rest
01 1
10 1

.names a_in b_in p
01 1
10 1
.names g q cout
-1 1
1- 1
.names a_in b_in g
11 1
.names p cin q
11 1
.end
anything after the end
"""


def test_a_full_adder_in_blif():
    for data in (FULL_ADDER, FULL_ADDER.replace("\n", "\r\n"), FULL_ADDER.encode()):
        circuit = read_blif(data)
        assert circuit.tables() == (
            parse_expression("a ^ b ^ c", 3),
            parse_expression("a & b | c & (a ^ b)", 3),
        )
        assert circuit.size == 5
    # Gates come in the order of the file where they can.
    assert str(circuit).startswith(
        "g1 = a_in ^ b_in; g2 = g1 ^ cin; g3 = a_in & b_in; g4 = g1 & cin; g5 = g3 | g4"
    )


def blif(body, inputs="a b c d e f", outputs="z"):
    return read_blif(f".model m\n.inputs {inputs}\n.outputs {outputs}\n{body}\n.end\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (".names z", "out = 0"),
        (".names z\n1", "out = 1"),
        (".names z\n0", "out = 0"),
        (".names a z\n1 1", "out = a"),
        (".names a z\n0 0", "out = a"),
        (".names a z\n0 1", "out = ~a"),
        (".names a z\n1 0", "out = ~a"),
        (".names a n\n0 1\n.names n z\n0 1", "g1 = ~a; out = ~g1"),
        (".names a n\n1 1\n.names n z\n0 1", "out = ~a"),
        (".names a b z\n11 0", "g1 = ~(a & b); out = g1"),
        (".names a b z\n-- 1", "g1 = tt:2:F(a, b); out = g1"),
        (".names a b z", "g1 = tt:2:0(a, b); out = g1"),
        (".names b a z\n10 1", "g1 = b & ~a; out = g1"),
        (".names a a z\n11 1", "g1 = a & a; out = g1"),
        (".names a b c d z\n1--- 1\n---1 1", "g1 = tt:4:FFAA(a, b, c, d); out = g1"),
        (".names a b dead\n11 1\n.names a z\n1 1", "g1 = a & b; out = a"),
        (".names k\n1\n.names k a z\n11 1", "g1 = tt:2:4(0, a); out = g1"),
        (
            ".names a b c d e z\n1-0-- 1\n----1 1",
            "g1 = a & ~c; g2 = g1 | e; out = g2",
        ),
        (".names a b c d e z\n---0- 0", "out = d"),
        (".names a b c d e z\n----- 1", "out = 1"),
        (".names a b c d e z\n----- 0", "out = 0"),
        (".names a b c d e z", "out = 0"),
        (
            ".names a b c d e n\n11111 0\n.names n f z\n11 1",
            "g1 = a & b; g2 = c & d; g3 = g1 & g2; g4 = g3 & e; g5 = ~g4 & f; out = g5",
        ),
    ],
)
def test_covers(body, text):
    assert blif(body) == Circuit.parse(6, text)


def test_outputs_that_are_inputs_and_that_come_twice():
    circuit = blif(".names a z\n0 1\n.names z y\n1 1", inputs="a b", outputs="b z z y a")
    assert str(circuit) == "g1 = ~a; out = b, g1, g1, g1, a"
    assert blif(".names a z\n0 1", inputs="a", outputs="z z") == Circuit.parse(1, "out = ~a, ~a")


def test_statements_of_other_tools():
    text = """.model m
.and_gate_delay 1.00
.inputs a \\
# a comment between lines of one statement
 b \\
  # another
 c
.outputs z y
.names a b n
11 1
.short n z
.conn c y
.end
"""
    for data in (text, "\ufeff" + text, b"\xef\xbb\xbf" + text.encode()):
        assert read_blif(data) == Circuit.parse(3, "g1 = a & b; out = g1, c")
    with pytest.raises(ArgumentError) as caught:
        read_blif(text.encode("utf-16"))
    assert str(caught.value) == "blif: expected text in UTF-8, got text in UTF-16"


def test_inputs_and_outputs_that_a_model_does_not_say():
    with pytest.warns(FileNote, match=r"^blif: no \.inputs: q, p are taken for them, as nothing"):
        assert read_blif(".names q p n\n11 1").names == Names(("q", "p"), ("n",))
    assert read_blif(".names q p n\n11 1\n.names n r z\n1- 1\n-1 1").names == Names(
        ("q", "p", "r"), ("z",)
    )
    # A `.inputs` without names says that there are none.
    assert read_blif(".inputs\n.names z\n1").inputs == 0


MODELS = """\
.model top
.inputs x y z
.outputs f g
.subckt two a=x b=y o=t
.subckt two b=z a=t o=f
.subckt pass p=t q=g
.model two
.subckt nand a=a b=b z=n
.names n o
0 1
.end
.model pass
.inputs p
.outputs q
.names p q
1 1
.end

.model nand
.inputs a b
.outputs z
.names a b z
11 0
.end
"""


def test_models_are_set_in_where_they_are_used(recwarn):
    circuit = read_blif(MODELS)
    assert circuit.output_bits() == (0x80, 0x88)
    assert circuit.names == Names(("x", "y", "z"), ("f", "g"))
    assert not recwarn.list
    assert read_blif(MODELS, model="nand").output_bits() == (0x7,)
    with pytest.raises(ArgumentError, match="model: expected one of top, two, pass, nand, got no"):
        read_blif(MODELS, model="no")


def test_what_is_left_out_is_said():
    first, rest = MODELS.split(".model nand")
    with pytest.warns(FileNote) as said:
        circuit = read_blif(f".model nand{rest}{first}", "f")
    assert circuit.output_bits() == (0x7,)
    assert [str(note.message) for note in said] == [
        "f: the first of 4 models is taken, nand; FILE.blif:MODEL takes another: top, two, pass"
    ]
    with pytest.warns(FileNote, match="line 4: a circuit has no don't-cares: .exdc is passed over"):
        read_blif(".outputs z\n.names a z\n1 1\n.exdc\n.names a z\n0 1")


def test_a_chain_of_models_is_bounded():
    def chain(depth, times):
        texts = [
            f".model m{i}\n.inputs a\n.outputs z\n.subckt m{i + 1} a=a z=n0\n"
            + "".join(f".subckt m{i + 1} a=n{k} z=n{k + 1}\n" for k in range(times - 1))
            + f".names n{times - 1} z\n1 1\n"
            for i in range(depth)
        ]
        return "".join(texts) + f".model m{depth}\n.inputs a\n.outputs z\n.names a z\n0 1\n"

    assert read_blif(chain(3, 3)).output_bits() == (1,)
    with pytest.raises(ArgumentError, match="models at most 100 deep in others"):
        read_blif(chain(150, 1))


def test_blif_of_no_inputs():
    assert str(read_blif(".outputs z\n.names z\n1")) == "out = 1"
    assert read_blif(".model\n.inputs\n.outputs z\n.names z\n.end").inputs == 0


LEAF = ".model top\n.inputs x y\n"
REST_OF_LEAF = ".model leaf\n.inputs a b\n.outputs o\n.names a b o\n11 1\n"


BLIF_REFUSED = [
    ("", "blif: expected at least one output, got none"),
    (".model m\n.model m", "blif, line 2: expected models of different names, got m"),
    (".outputs z\n.model m", "blif, line 1: expected .model before all others, got .outputs z"),
    ("x", "blif, line 1: expected a line that begins with '.', got x"),
    (".inputs a a", "blif, line 1: expected a signal not driven on line 1 already, got a"),
    (".names a\n.names a", "blif, line 2: expected a signal not driven on line 1 already, got a"),
    (".names", "blif, line 1: expected .names [INPUT ...] OUTPUT, got .names"),
    (".inputs a\n.latch a b re clk 2", "no latches), got .latch"),
    (".model n\n.subckt m a=b", "blif, line 2: expected a model of this file: n, got m"),
    (".model n\n.subckt n a=b", "blif, line 2: expected no model that uses itself, got n"),
    (".subckt m a=b a=c", "expected .subckt MODEL INPUT=SIGNAL ... OUTPUT=SIGNAL ..., each once"),
    (".subckt m =b", "expected .subckt MODEL INPUT=SIGNAL ... OUTPUT=SIGNAL ..., each once"),
    (f"{LEAF}.subckt leaf a=x c=y o=z", "line 3: expected an input or output of leaf, got c"),
    (f"{LEAF}.subckt leaf a=x o=z", "line 3: expected a signal for each input of leaf, got none"),
    (f"{LEAF}.subckt leaf a=x b=x o=x", "line 3: expected a signal not driven on line 2 already"),
    (".conn a", "line 1: expected .conn FROM TO, got .conn a"),
    (".exdc\n.exdc", "line 2: expected one .exdc for a model, got a second one"),
    (".gate nand2 a=x b=y O=z", "models of .names and .subckt only, got .gate"),
    (".exdc", "blif: expected at least one output, got none"),
    (".verilog", "expected .model, .inputs, .outputs, .names or .end, got .verilog"),
    (".names a z\n11 1", "line 2: expected 1 of 0, 1 and -, then 0 or 1, got 11 1"),
    (".names a z\n2 1", "line 2: expected 1 of 0, 1 and -, then 0 or 1, got 2 1"),
    (".names a z\n1 1 1", "line 2: expected 1 of 0, 1 and -, then 0 or 1, got 1 1 1"),
    (".names a z\n1", "line 2: expected 1 of 0, 1 and -, then 0 or 1, got 1"),
    (".names a z\n1 -", "line 2: expected 0 or 1 as the last word, got -"),
    (".names z\n1 1", "line 2: expected 0 or 1 alone, got 1 1"),
    (".names a z\n1 1\n0 0", "line 3: expected rows that all end in 1, got 0 0"),
    (".outputs z", "line 1: expected outputs that something drives, got z"),
    (".inputs\n.outputs z\n.names y z\n1 1", "line 3: expected signals that something drives"),
    (".outputs z\n.names z z\n1 1", "line 2: expected no signal that depends on itself, got z"),
    (
        ".outputs z\n.names y z\n1 1\n.names x y\n1 1\n.names z x\n1 1",
        "expected no signal that depends on itself, got z",
    ),
    (
        ".inputs a\n.outputs a\n.names b c\n1 1\n.names c b\n1 1",
        "expected no signal that depends on itself, got ",
    ),
    (".inputs " + " ".join(f"x{i}" for i in range(17)), "at most 16 inputs, got one more, x16"),
]


@pytest.mark.parametrize(("text", "part"), BLIF_REFUSED)
def test_what_is_no_blif_is_refused(text, part):
    with pytest.raises(ArgumentError) as caught:
        read_blif(f"{text}\n{REST_OF_LEAF}" if text.startswith(LEAF) else text)
    assert part in str(caught.value)
    assert caught.value.argument.startswith("blif")


C17 = """\
# c17, the smallest of ISCAS '85
# 5 inputs, 2 outputs, 6 NAND gates

INPUT(1)
INPUT(2)
INPUT(3)
INPUT(6)
INPUT(7)

OUTPUT(22)
OUTPUT(23)

22 = NAND(10, 16)
23 = nand( 16 , 19 )   # small letters and spaces
10 = NAND(1, 3)
11 = NAND(3, 6)
16 = NAND(2, 11)
19 = NAND(11, 7)
"""


def test_c17():
    circuit = read_bench(C17)
    assert str(circuit) == (
        'g1 = ~("1" & "3"); g2 = ~("3" & "6"); g3 = ~("2" & g2); g4 = ~(g1 & g3); '
        'g5 = ~(g2 & "7"); g6 = ~(g3 & g5); out = g4, g6'
    )
    assert read_bench(C17.replace("\n", "\r\n").encode()) == circuit


def bench(body):
    return read_bench("".join(f"INPUT({x})\n" for x in "abcdef") + "OUTPUT(z)\n" + body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("z = vdd", "out = 1"),
        ("z=gnd", "out = 0"),
        ("z = AND(a, VDD)", "x = a & 1; out = x"),
        ("z = n\nn = gnd", "out = 0"),
        ("n = AND(a, b)\nz = n", "x = a & b; out = x"),
        ("z = ALWAYS_TRUE()", "out = 1"),
        ("z = ALWAYS_FALSE(a, b)", "out = 0"),
        ("z = MUX(a, b, c)", "x = a ? b : c; out = x"),
        ("z = IFF(b)", "out = b"),
        ("z = GT(a, b)", "x = a & ~b; out = x"),
        ("z = LT(a, b)", "x = ~a & b; out = x"),
        ("z = GEQ(a, b)", "x = tt:2:B(a, b); out = x"),
        ("z = LEQ(a, b)", "x = tt:2:D(a, b); out = x"),
        ("z = LIFF(a, b)", "out = a"),
        ("z = RIFF(a, b)", "out = b"),
        ("z = LNOT(a, b)", "out = ~a"),
        ("z = RNOT(a, b)", "out = ~b"),
        ("z = VDD()", "out = 1"),
        ("z = BUF(a)", "out = a"),
        ("z = BUFF (a)", "out = a"),
        ("z = NOT(a)", "out = ~a"),
        ("z = INV(a)", "out = ~a"),
        ("n = NOT(a)\nz = NOT(n)", "g1 = ~a; out = ~g1"),
        ("z = AND(n, b)\nn = NOT(a)", "g1 = ~a; g2 = g1 & b; out = g2"),
        ("z = NOR(a, b)", "g1 = ~(a | b); out = g1"),
        ("z = NXOR(a, b)", "g1 = ~(a ^ b); out = g1"),
        ("z = XNOR(a,b,c)", "g1 = tt:3:69(a, b, c); out = g1"),
        ("z = AND(a, b, c, d)", "g1 = tt:4:8000(a, b, c, d); out = g1"),
        ("z = OR(a, a)", "g1 = a | a; out = g1"),
        ("z = AND(a)", "out = a"),
        ("z = NOR(a)", "out = ~a"),
        ("z = XNOR(a)", "out = ~a"),
        ("z = LUT 0x2 ( a, b )", "g1 = a & ~b; out = g1"),
        ("z = LUT 0xe8 (a, b, c)", "g1 = maj(a, b, c); out = g1"),
        ("z = LUT 0x1 ( a )", "out = ~a"),
        ("z = LUT 0x3 ( a )", "g1 = tt:1:3(a); out = g1"),
        ("z = LUT 0x00000002 ( a )", "out = a"),
        (
            "z = LUT 0x80000000 ( a, b, c, d, e )",
            "g1 = tt:4:8000(a, b, c, d); g2 = e & g1; out = g2",
        ),
        ("z = NAND(a, b, c, d, e)", "g1 = a & b; g2 = c & d; g3 = g1 & g2; g4 = g3 & e; out = ~g4"),
        (
            "z = XOR(a, b, c, d, e, f)",
            "g1 = a ^ b; g2 = c ^ d; g3 = e ^ f; g4 = g1 ^ g2; g5 = g4 ^ g3; out = g5",
        ),
        ("dead = AND(a, b)\nz = BUFF(f)", "g1 = a & b; out = f"),
    ],
)
def test_gates_of_bench(body, text):
    assert bench(body) == Circuit.parse(6, text)


def test_bench_outputs_that_are_inputs():
    assert str(read_bench("OUTPUT(a)\nINPUT(a)\nOUTPUT(a)")) == "out = a, a"


BENCH_REFUSED = [
    ("", "bench: expected at least one output, got none"),
    ("OUTPUT(z)", "bench, line 1: expected outputs that something drives, got z"),
    ("INPUT(a)\nz = DFF(a)", "line 2: expected a combinational circuit (no flip-flops), got DFF"),
    ("z = AND(a, b", "expected INPUT(x), OUTPUT(z) or z = GATE(x, y), got z = AND(a, b"),
    ("z = AND a, b", "expected INPUT(x), OUTPUT(z) or z = GATE(x, y)"),
    ("INPUT()", "expected INPUT(x), OUTPUT(z) or z = GATE(x, y)"),
    ("z = AND()", "expected operands separated by commas, got ()"),
    ("z = AND(a b)", "expected operands separated by commas, got (a b)"),
    ("z = AND(a,)", "expected operands separated by commas, got (a,)"),
    ("z = MUX(a, b)", "line 1: expected 3 operands of MUX, got 2"),
    ("z = GEQ(a)", "line 1: expected 2 operands of GEQ, got 1"),
    ("z = LNOT(a, b, c)", "line 1: expected 2 operands of LNOT, got 3"),
    ("z = AOI(a, b, c)", "expected a gate AND, NAND, OR"),
    ("OUTPUT(z)\nz = y", "line 2: expected signals that something drives, got y"),
    ("z = NOT(a, b)", "expected one operand of NOT, got 2"),
    ("z = AND 0x8 (a, b)", "expected a table after LUT only, got AND 0x8"),
    ("z = LUT (a, b)", "expected LUT 0xHEX ( x, y ), got LUT without a table"),
    ("z = LUT 0x10 (a, b)", "expected a table of at most 4 bits, got 0x10"),
    ("z = LUT 0x" + "F" * 99 + " (a, b)", "expected a table of at most 4 bits"),
    ("z = LUT 0x1 (" + ",".join("a" * 17) + ")", "expected a LUT of at most 16 operands, got 17"),
    ("z = gnd\nz = vdd", "line 2: expected a signal not driven on line 1 already, got z"),
    ("INPUT(z)\nz = vdd", "line 2: expected a signal not driven on line 1 already, got z"),
    ("OUTPUT(z)\nz = AND(z, z)", "line 2: expected no signal that depends on itself, got z"),
    ("OUTPUT(z)\nz = AND(x, x)", "line 2: expected signals that something drives, got x"),
    ("\n".join(f"INPUT(x{i})" for i in range(17)), "line 17: expected at most 16 inputs"),
]


@pytest.mark.parametrize(("text", "part"), BENCH_REFUSED)
def test_what_is_no_bench_is_refused(text, part):
    with pytest.raises(ArgumentError) as caught:
        read_bench(text)
    assert part in str(caught.value)


def test_long_chains_do_not_recurse():
    count = 5000
    gates = [f"g{i} = NAND(g{i + 1}, a)" for i in range(count)]
    text = "\n".join(["INPUT(a)", "OUTPUT(g0)", *gates, f"g{count} = NOT(a)"])
    assert read_bench(text).size == count + 1
    covers = [f".names g{i + 1} a g{i}\n11 0" for i in range(count)]
    text = "\n".join([".inputs a", ".outputs g0", *covers, f".names a g{count}\n0 1"])
    assert read_blif(text).size == count + 1


def test_written_text_is_stable():
    circuit = Circuit.parse(3, "g1 = maj(a, 0, c); g2 = ~g1; out = ~g2, 0, 1, b")
    assert write_blif(circuit).splitlines()[3:9] == [
        ".names zero",
        ".names a zero c g1",
        "110 1",
        "101 1",
        "011 1",
        "111 1",
    ]
    assert write_bench(circuit).splitlines()[7:] == [
        "zero = gnd",
        "g1 = LUT 0xE8 (a, zero, c)",
        "g2 = NOT(g1)",
        "out0 = NOT(g2)",
        "out1 = gnd",
        "out2 = vdd",
        "out3 = BUFF(b)",
    ]
