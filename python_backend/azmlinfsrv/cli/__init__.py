"""The ``azmlinfsrv`` command: one module per subcommand; serving needs no subcommand."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

SUBCOMMANDS = (
    *("find", "ps", "attach", "stop", "check", "profile", "rule"),
    *("sample", "new", "language-server"),
    *("models", "deploy", "services", "serve-model", "package"),
    *("batch", "batch-worker"),
    *("export", "client"),
    "gateway",
)


# 128 + SIGINT, as shells have it.
_INTERRUPTED = 130
_USAGE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    try:
        return _run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:
        # Nothing has begun yet that could tell of it, or be half done.
        return _INTERRUPTED


def _run(words: list[str]) -> int:
    if words[:1] and words[0] in SUBCOMMANDS:
        # Each is imported only when asked for: `find` answers while someone waits for F5.
        module = importlib.import_module(f"azmlinfsrv.cli.{words[0].replace('-', '_')}")
        return int(module.main(words[1:]))
    if words[:1] and words[0] and not words[0].startswith("-"):
        return _refuse(words[0])
    from azmlinfsrv.cli import serve

    return serve.main(words)


def _refuse(word: str) -> int:
    import difflib

    near = difflib.get_close_matches(word, SUBCOMMANDS, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    print(
        f"azmlinfsrv: {word} is no subcommand.{meant} `azmlinfsrv --help` names them; "
        "a script is served with --entry_script.",
        file=sys.stderr,
    )
    return _USAGE
