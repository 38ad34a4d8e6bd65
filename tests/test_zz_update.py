import re, shutil, pytest
from test_pages import BLOCKS, BUILT, _blocks_before, _builds, printed, session  # noqa
import os
@pytest.mark.parametrize("n", range(len(BLOCKS)))
def test_update(n, printed, tmp_path, tmp_path_factory):
    page, block = BLOCKS[n]
    ax = block.startswith("$ mesacircuits axioms")
    if ax != bool(os.environ.get("AXIOMS")): pytest.skip()
    for name, text in re.findall(r"```(?:python|toml) file=(\S+)\n(.*?)```", page.read_text(), re.S):
        (tmp_path / name).write_text(text)
    builds = _builds(*_blocks_before(page, block))
    for command in builds:
        printed(command, tmp_path)
    new = block
    for command, output in session(block):
        found = printed(command, tmp_path)
        if found != output:
            new = new.replace(f"$ {command}\n{output}", f"$ {command}\n{found}")
    if new != block:
        t = page.read_text()
        assert block in t
        page.write_text(t.replace(block, new))
        print("UPDATED", page.name, block.split("\n")[0])
