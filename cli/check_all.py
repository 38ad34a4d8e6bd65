"""`check --all`, and `check` of one claim or all under several definitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .arguments import refuse_clashes
from .options import Result, as_json, refuse
from .streams import say, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mesacircuits.conjectures.claim import Claim
    from mesacircuits.enumeration import Effort

__all__ = ["check_every", "check_under_each"]


def check_every(entries: Sequence[Claim], quick: bool, effort: Effort, pages: str | None) -> Result:
    """Check claims one by one, print a line as each is done, then a summary."""
    from mesacircuits.conjectures.check import (
        all_checked,
        line_text,
        summary_text,
        worst_status,
    )
    from mesacircuits.conjectures.report_text import (
        kept_discussion,
        list_parts,
        write_head,
        write_list,
    )

    listed = None
    if pages is not None:
        refuse(not Path(pages).is_dir(), f"page: expected a folder, got {pages!r}")
        # Better told now than after hours.
        context = click.get_current_context()
        for entry in entries:
            page = Path(pages) / f"{entry.name}.md"
            refuse_clashes(context, "page", [str(page), str(page.with_suffix(".svg"))], True)
            kept_discussion(page)
        listed = Path(pages).resolve().with_suffix(".md")
        refuse_clashes(context, "page", [str(listed)], True)
        list_parts(listed)
    found = []
    for checked in all_checked(entries, quick, effort, pages is not None):
        found.append(checked)
        if effort.interrupted:
            # Nor is it written down.
            listed = None
        elif pages is not None and checked.page is not None:
            write_head(Path(pages) / f"{checked.name}.md", *checked.page, checked.from_file)
        # As JSON there is one text, at the end; lines still tell of the progress.
        if as_json():
            say(line_text(checked))
        else:
            show(line_text(checked), None)
    if listed is not None:
        write_list(listed, entries, {c.name: c.verdict + c.at_the_defaults for c in found})
    record = [checked.to_json() for checked in found]
    return Result(f"\n{summary_text(found)}", record, worst_status(found))


def check_under_each(
    entries: Sequence[Claim],
    definitions: str,
    quick: bool,
    effort: Effort,
    settings: Mapping[str, object],
    page: str | None,
) -> Result:
    """Print the verdict on claims under each of several definitions."""
    from mesacircuits.conjectures.definition_matrix import (
        definition_texts,
        matrix_markdown,
        matrix_text,
        under_each,
    )
    from mesacircuits.records import write_atomically

    texts = definition_texts(definitions)
    rows = []
    for place, entry in enumerate(entries):
        share = effort.share(len(entries) - place)
        rows.append(under_each(entry, texts, quick, share, settings))
        if effort.interrupted:
            break
    if page is not None and not effort.interrupted:
        write_atomically(page, matrix_markdown(rows, texts, quick).encode(), "page")
    status = max((row.exit_status for row in rows), key=[0, 4, 3].index, default=0)
    return Result(matrix_text(rows, texts), [row.to_json() for row in rows], status)
