"""Which mini batches a run consists of, and what makes it the same run when it is resumed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.batch.errors import BatchError, NotFoundError
from azmlinfsrv.batch.mini_batch import Kind, MiniBatch
from azmlinfsrv.batch.parts import LINE_SUFFIXES, cut
from azmlinfsrv.batch.work import Work


@dataclass(frozen=True)
class Plan:
    """All mini batches of a run, in the order of the input.

    Attributes:
        mini_batches: the mini batches.
        identity: what has to be the same for a run to be resumed, each by a name for people.

    """

    mini_batches: tuple[MiniBatch, ...]
    identity: dict[str, str]

    @property
    def items(self) -> int:
        """How many items there are."""
        return sum(each.items for each in self.mini_batches)


def make_plan(work: Work, files: tuple[str, ...], mini_batch_size: int) -> Plan:
    """Divide the input.

    Raises:
        BatchError: a file cannot be read, or there is nothing in them.

    """
    if work.kind is Kind.FILES or (work.kind is Kind.REQUESTS and not _is_lines(files)):
        mini_batches = tuple(_of_files(files, mini_batch_size))
    else:
        mini_batches = tuple(_of_parts(files, mini_batch_size))
    if not mini_batches:
        raise NotFoundError(f"--input: there is no record in {files[0]}.")
    return Plan(mini_batches, _identity(work, files, mini_batch_size))


def _is_lines(files: tuple[str, ...]) -> bool:
    """Return whether requests are lines. Folders of .json files hold one in each."""
    lines = [file for file in files if file.endswith(LINE_SUFFIXES)]
    if lines and len(lines) < len(files):
        other = next(file for file in files if not file.endswith(LINE_SUFFIXES))
        raise BatchError(
            f"--input: {lines[0]} holds a request in each line, {other} is one request. Name those "
            "of one kind: a pattern such as 'requests/*.json'."
        )
    return bool(lines)


def _of_files(files: tuple[str, ...], size: int) -> Iterator[MiniBatch]:
    for index, first in enumerate(range(0, len(files), size)):
        chosen = files[first : first + size]
        yield MiniBatch(index, first, len(chosen), files=chosen)


def _of_parts(files: tuple[str, ...], size: int) -> Iterator[MiniBatch]:
    index = first = 0
    for file in files:
        for part, count in cut(file, size):
            yield MiniBatch(index, first, count, part=part)
            index, first = index + 1, first + count


def _identity(work: Work, files: tuple[str, ...], mini_batch_size: int) -> dict[str, str]:
    model = Path(work.model_dir) if work.model_dir else None
    return {
        "the entry script": _digest([work.script.read_bytes()]),
        "the model folder": _digest_of_files(_below(model)) if model else "",
        "the input": _digest_of_files(files),
        "what the items are": work.kind.value,
        "--mini_batch_size": str(mini_batch_size),
        "--output_action": "append_row" if work.keeps_rows else "summary_only",
        "--separator": work.separator or "",
        "the script's arguments": " ".join(work.arguments),
    }


def _below(folder: Path) -> list[str]:
    found = []
    for parent, _, names in os.walk(folder):
        found += [os.path.join(parent, name) for name in names]  # noqa: PTH118 - many
    return sorted(found) or [str(folder)]


def _digest_of_files(files: Iterable[str]) -> str:
    return _digest(map(_state, files))


def _state(file: str) -> bytes:
    try:
        status = os.stat(file)  # noqa: PTH116 - 100,000 of them
    except OSError:
        return os.fsencode(file)
    return b"%b %d %d" % (os.fsencode(file), status.st_size, status.st_mtime_ns)


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()
