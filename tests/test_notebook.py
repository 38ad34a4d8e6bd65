"""The notebook runs, and its cells print what is stored."""

import json

from notebook_cells import NOTEBOOK, run


def test_every_cell_prints_what_is_stored():
    notebook = json.loads(NOTEBOOK.read_text())
    assert notebook["nbformat"] == 4
    seen = 0
    for number, (cell, outputs) in enumerate(run(notebook), 1):
        for output in outputs:
            if "execution_count" in output:
                output["execution_count"] = number
        assert outputs == cell["outputs"], "".join(cell["source"])
        assert cell["execution_count"] == number
        seen += bool(outputs)
    assert seen > 6
