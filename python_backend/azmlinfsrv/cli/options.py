"""How options are spelled."""

from __future__ import annotations


def with_underscores(word: str) -> str:
    """Return an option in its published spelling; ``--model-dir`` is as good as ``--model_dir``."""
    if not word.startswith("--"):
        return word
    option, equals, value = word.partition("=")
    return f"--{option[2:].replace('-', '_')}{equals}{value}"
