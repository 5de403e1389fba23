"""Which machine of Azure has room for an instance, as the published upgrade guide suggests."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_TYPE = "Standard_DS3_v2"
RECOMMENDED_CORES = 4


@dataclass(frozen=True)
class Size:
    """A type of machine, and what of it an instance may ask for: the rest is Azure's own."""

    name: str
    cores: float
    memory_gb: float


_SIZES = (
    Size("Standard_DS1_v2", 1, 1.2),
    Size("Standard_F2s_v2", 2, 1.7),
    Size("Standard_DS2_v2", 2, 4.7),
    Size("Standard_E2s_v3", 2, 13.7),
    Size("Standard_F4s_v2", 4, 5.7),
    Size("Standard_DS3_v2", 4, 11.7),
    Size("Standard_E4s_v3", 4, 16.0),
)
LARGEST = _SIZES[-1]


def size_for(cores: float, memory_gb: float) -> Size | None:
    """Return the smallest size for so many cores and so much memory; None if none has it."""
    fitting = (size for size in _SIZES if cores <= size.cores and memory_gb <= size.memory_gb)
    return next(fitting, None)
