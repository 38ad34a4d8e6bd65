"""Print pip's constraints to the oldest versions that pyproject.toml declares, one a line.

`make compat` runs the tests with these, so that what is declared is what works.
"""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def constraints(project: dict) -> list[str]:
    """Return `NAME==VERSION` for each requirement `NAME>=VERSION`, those of extras with them.

    >>> constraints({"dependencies": ["a>=1.2"], "optional-dependencies": {"x": ["b[c]>=3"]}})
    ['a==1.2', 'b==3']
    """
    listed = [project["dependencies"], *project.get("optional-dependencies", {}).values()]
    found = (re.fullmatch(r"([\w.-]+)(?:\[.*\])?[>=]=([\w.]+)", text) for r in listed for text in r)
    return [f"{match[1]}=={match[2]}" for match in found if match]


if __name__ == "__main__":
    print(*constraints(tomllib.loads(PROJECT.read_text())["project"]), sep="\n")
