"""The name that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the name that was probably meant; empty if none is near."""
    by_lower = {known.lower().replace("_", ""): known for known in names}
    word = name.lower().replace("_", "").replace("-", "")[:100]
    found = difflib.get_close_matches(word, by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""
