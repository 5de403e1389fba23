"""The ``azmlinfsrv`` command: one module per subcommand; serving needs no subcommand."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Each subcommand is imported only when asked for: `find` answers while someone waits for F5.
    if words[:1] == ["find"]:
        from azmlinfsrv.cli import find

        return find.main(words[1:])
    from azmlinfsrv.cli import serve

    return serve.main(words)
