"""Files and folders put in their places: all of them, or none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path


def put_in_place(moves: Sequence[tuple[Path, Path]], aside: Path) -> None:
    """Rename each new path to its place, in this order; what was there goes to ``aside``.

    A rename takes neither time nor room. When one fails, or this is interrupted, all are taken
    back.

    Raises:
        OSError: one failed.

    """
    with contextlib.ExitStack() as undo:
        for number, (_, place) in enumerate(moves):
            if os.path.lexists(place):
                former = aside / f"former-{number}"
                undo.callback(_take_back, former, place)
                place.rename(former)
        for new, place in moves:
            undo.callback(_take_back, place, new)
            new.rename(place)
        undo.pop_all()


def _take_back(moved: Path, origin: Path) -> None:
    if not os.path.lexists(origin):
        moved.rename(origin)
