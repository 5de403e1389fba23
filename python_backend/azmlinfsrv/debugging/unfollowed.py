"""Processes of ours that a debugger is not to follow."""

from __future__ import annotations

import contextlib
import sys
from contextlib import AbstractContextManager

_MONKEY = "_pydev_bundle.pydev_monkey"


def unfollowed() -> AbstractContextManager[object]:
    """Within, a process that is started is no part of the debug session."""
    monkey = sys.modules.get(_MONKEY)
    skip = getattr(monkey, "skip_subprocess_arg_patch", None)
    return contextlib.nullcontext() if skip is None else skip()
