"""Amounts of processors and memory, as Kubernetes writes them."""

from __future__ import annotations

import re

_UNITS = {
    "": 1,
    **{unit: 1000 ** (i + 1) for i, unit in enumerate(("k", "M", "G", "T", "P"))},
    **{unit: 1024 ** (i + 1) for i, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi"))},
}
_AMOUNT = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([a-zA-Z]{0,2})")


def cores(text: str) -> float:
    """Return a number of processor cores: ``500m`` is 0.5. Raises ValueError."""
    return _positive(text, {"": 1, "m": 0.001})


def gpus(text: str) -> int:
    """Return a number of GPUs, which Azure's own library wants in quotes. Raises ValueError."""
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def memory_bytes(text: str) -> float:
    """Return an amount of memory in bytes: ``0.5Gi`` is 536870912. Raises ValueError."""
    return _positive(text, _UNITS)


def _positive(text: str, units: dict[str, int] | dict[str, float]) -> float:
    found = _AMOUNT.fullmatch(text)
    if not found or found[2] not in units:
        raise ValueError(text)
    amount = float(found[1]) * units[found[2]]
    if amount <= 0:
        raise ValueError(text)
    return amount
