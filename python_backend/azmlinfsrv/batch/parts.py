"""Cut text files into parts of whole records without holding them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.batch.errors import BatchError
from azmlinfsrv.batch.mini_batch import Part

LINE_SUFFIXES = (".jsonl", ".ndjson")
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def cut(file: str, records: int) -> Iterator[tuple[Part, int]]:
    """Yield the parts of a file with at most so many records, and how many each has.

    A record of a table may hold line breaks between quotes. Empty lines are no records.

    Raises:
        BatchError: the file cannot be read, or is no such text.

    """
    suffix = Path(file).suffix.lower()
    if suffix not in (*LINE_SUFFIXES, *TABLE_SUFFIXES):
        known = ", ".join((*TABLE_SUFFIXES, *LINE_SUFFIXES))
        raise BatchError(f"--input: {file} is no table of rows: their names end in {known}.")
    is_table = suffix in TABLE_SUFFIXES
    try:
        with Path(file).open("rb") as lines:
            header = _header(file, lines.readline(), is_table)
            lines.seek(header)
            offset, end, count, is_open = header, header, 0, False
            for line in lines:
                end += len(line)
                if is_table and line.count(b'"') % 2:
                    is_open = not is_open
                if is_open or (not count and not line.strip()):
                    continue
                count += bool(line.strip())
                if count == records:
                    yield Part(file, header if is_table else 0, offset, end - offset), count
                    offset, count = end, 0
            if is_open:
                raise BatchError(f"--input: {file} ends within a quoted cell.")
            if count:
                yield Part(file, header if is_table else 0, offset, end - offset), count
    except OSError as error:
        raise BatchError(f"--input: {file} cannot be read: {error.strerror}.") from error


def _header(file: str, first: bytes, is_table: bool) -> int:
    """Return how many bytes come before the records."""
    if first.startswith(_UTF16_MARKS):
        raise BatchError(f"--input: {file} is UTF-16. Write it as UTF-8.")
    if is_table:
        return len(first)
    return len(_BYTE_ORDER_MARK) if first.startswith(_BYTE_ORDER_MARK) else 0


def read_part(part: Part) -> bytes:
    """Return a part's header and records.

    Raises:
        OSError: the file cannot be read.

    """
    with Path(part.file).open("rb") as file:
        header = file.read(part.header)
        file.seek(part.offset)
        return header + file.read(part.length)
