"""Print the files and lines of the package, by folder: all, of code, of docstrings.

Code is what is no blank line, comment, docstring or import.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("mesacircuits", "cli", "data")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def counted(text: str) -> tuple[int, int, int]:
    """Return how many lines a source has: all, of code, of docstrings."""
    tree = ast.parse(text)
    docs: set[int] = set()
    imports: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            docs.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.update(range(node.lineno, (node.end_lineno or 0) + 1))
    lines = text.splitlines()
    code = sum(
        bool(line.strip()) and not line.lstrip().startswith("#")
        for number, line in enumerate(lines, 1)
        if number not in docs | imports
    )
    return len(lines), code, len(docs)


def main() -> None:
    """Print a row for each package, and their sums."""
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            inner = path.relative_to(ROOT).parts
            name = "/".join(inner[:2]) if len(inner) > 2 and folder == "mesacircuits" else folder
            for row in (rows[name], rows["all"]):
                for place, value in enumerate((1, *counted(path.read_text()))):
                    row[place] += value
    print(f"{'':<26}{'files':>7}{'lines':>8}{'code':>8}{'docs':>8}")
    for name, (files, lines, code, docs) in sorted(rows.items(), key=lambda row: -row[1][1]):
        print(f"{name:<26}{files:>7,}{lines:>8,}{code:>8,}{docs:>8,}")


if __name__ == "__main__":
    main()
