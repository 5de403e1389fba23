"""A request, its answer, and what there is to say about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from azmlinfsrv.analysis.findings import Finding, Range
from azmlinfsrv.analysis.script import Script


@dataclass(frozen=True)
class SentRequest:
    """What was sent; ``body`` is None if it was a file."""

    method: str = "POST"
    content_type: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class GivenAnswer:
    """What came back; ``headers`` by lower-case names."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def members(self) -> dict[str, Any]:
        """The members of a JSON body; empty for any other."""
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def message(self) -> str:
        """What the server says."""
        message = self.members.get("message")
        return message if isinstance(message, str) else ""


@dataclass(frozen=True)
class Exchange:
    """One request with its answer, and the script that was asked."""

    script: Script
    findings: tuple[Finding, ...]
    request: SentRequest
    answer: GivenAnswer

    @property
    def sent(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.request.body or "")
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Explanation:
    """The cause of an answer.

    Attributes:
        message: what happened, why, and what to do.
        range: the place in the script.
        elsewhere: a file and its line, from 0, if the place is not in the script.
        finding: what the analysis says of that place.

    """

    message: str
    range: Range | None = None
    elsewhere: tuple[Path, int] | None = None
    finding: Finding | None = None


def nearest(name: str, names: list[str]) -> str | None:
    """Return which of some names was probably meant."""
    folded = {each.casefold(): each for each in names}
    close = get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def listed(names: list[str]) -> str:
    """Return names as they stand in a sentence."""
    shown = [f"'{name}'" for name in names[:6]]
    return ", ".join(shown) + (" …" if len(names) > len(shown) else "")
