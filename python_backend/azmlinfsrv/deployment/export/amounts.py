"""Amounts of processors and memory, rounded up to what Azure and Kubernetes take."""

from __future__ import annotations

import math

_DIGITS = 3


def amount(value: float) -> str:
    """Return a number above 0 with up to three digits behind the point: 0.0001 is 0.001."""
    factor = 10**_DIGITS
    rounded = max(1, math.ceil(round(value * factor, 6))) / factor
    return f"{rounded:.{_DIGITS}f}".rstrip("0").rstrip(".")
