"""The paper: its tables have whole sentences, and what it cites is in its bibliography."""

import importlib.util
import re
import sys
from pathlib import Path

from mesacircuits.data import stored_claims
from mesacircuits.tables import escaped_latex

PAPERS = Path(__file__).parent.parent / "papers"


def generate():
    # As the command finds what lies beside it.
    if str(PAPERS) not in sys.path:
        sys.path.append(str(PAPERS))
    spec = importlib.util.spec_from_file_location("generate", PAPERS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_claims_cuts_no_sentence(tmp_path):
    module = generate()
    module.claims_table(module.Paper(tmp_path))
    text = (tmp_path / "table-claims.tex").read_text()
    known = stored_claims()
    assert text.count("\\\\\n") == len(known)
    for name, found in known.items():
        cells = (name, found.verdict, found.universe, found.answer)
        assert " & ".join(map(escaped_latex, cells)) + " \\\\\n" in text


def test_what_is_cited_is_in_the_bibliography():
    text = (PAPERS / "mesacircuits.tex").read_text()
    cited = {key for keys in re.findall(r"\\cite\{([^}]*)\}", text) for key in keys.split(",")}
    entries = re.findall(r"^@\w+\{(\w+),$", (PAPERS / "references.bib").read_text(), re.M)
    assert len(entries) == len(set(entries))
    assert cited <= set(entries)
    # Lists of all optimal networks are older than this.
    assert {"baugh1969optimum", "culliney1976results", "culliney1979results"} <= cited


def test_proofs_are_those_of_the_docs():
    module = generate()
    assert module.formula("p_i & ~G_{K-1} >= 2^(K-1)", escaped_latex) == (
        "$p_{i}$ $\\wedge$ $\\neg$$G_{K-1}$ $\\ge$ $2^{K-1}$"
    )
    assert module.formula("phi' = u | B's", escaped_latex) == "$\\varphi'$ = u $\\vee$ B's"
    text = module.latex_of(
        "One *two* **three**.\n\n- a\n  b\n- c_1\n\n    z = x\n\n1. d\n2. e\n\nK\n- 1 less"
    )
    assert "One \\emph{two} \\textbf{three}." in text
    assert text.count("\\item") == 4
    assert "\nK - 1 less\n" in text
    assert text.count("\\begin{") == text.count("\\end{")
    sections = module.THEOREMS.read_text()
    assert all(f"\n## {title}\n" in sections for title in module.PROVED)


def test_claims_with_evidence_are_listed(tmp_path):
    module = generate()
    module.claims_table(module.Paper(tmp_path))
    text = (tmp_path / "table-evidence.tex").read_text()
    shown = [name for name, found in stored_claims().items() if found.evidence]
    assert text.count("\\\\\n") == len(shown)
    assert all(f"{name} & " in text for name in shown)
