"""The paper: its tables have whole sentences, and what it cites is in its bibliography."""

import importlib.util
import re
from pathlib import Path

from mesacircuits.data import stored_claims
from mesacircuits.tables import escaped_latex

PAPERS = Path(__file__).parent.parent / "papers"


def generate():
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
