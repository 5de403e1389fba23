"""The sample request that lies beside an entry script."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azmlinfsrv.server.banner import SAMPLE_REQUEST

_MOST_BYTES = 200_000
"""More than that makes a text field in a browser slow."""


@dataclass(frozen=True)
class Sample:
    """A body to begin with: JSON, or a text that is none. ``source`` says where it is from."""

    value: Any
    is_json: bool
    source: str


def sample_beside(script: Path) -> Sample | str | None:
    """Return the sample beside a script, why it cannot be shown, or None if there is none."""
    file = script.parent / SAMPLE_REQUEST
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"`{SAMPLE_REQUEST}` cannot be read: {error.strerror}."
    if len(content) > _MOST_BYTES:
        return f"`{SAMPLE_REQUEST}` is too large to be shown here ({len(content):,} bytes)."
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return f"`{SAMPLE_REQUEST}` is not text in UTF-8."
    try:
        return Sample(json.loads(text), is_json=True, source=SAMPLE_REQUEST)
    except ValueError:
        return Sample(text, is_json=False, source=SAMPLE_REQUEST)
