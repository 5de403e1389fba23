"""Standard output, which may be closed, and may not know every character."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator


@contextlib.contextmanager
def guarded_output() -> Iterator[None]:
    """Print within; whoever closes the other end of the pipe early gets no traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A text that the terminal cannot show is not worth losing the line.
            stream.reconfigure(errors="backslashreplace")
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer is written when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def output_for_programs() -> Iterator[Callable[[str], None]]:
    """Within, whatever is printed goes to stderr, also by processes that are started meanwhile.

    Gives a function that prints a line on stdout, for programs.
    """
    sys.stdout.flush()
    own = os.dup(1)
    os.dup2(2, 1)

    def tell(line: str) -> None:
        # Whoever has closed the other end does not want to know.
        with contextlib.suppress(BrokenPipeError):
            os.write(own, f"{line}\n".encode())

    try:
        yield tell
    finally:
        sys.stdout.flush()
        os.dup2(own, 1)
        os.close(own)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return lines whose columns stand below one another."""
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)
