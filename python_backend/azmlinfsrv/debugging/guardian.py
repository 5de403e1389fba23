"""A server that an editor started must not outlive it, however the editor ended."""

from __future__ import annotations

import os
import signal
import sys
import time

from azmlinfsrv.threads import start_hidden_thread

_POLL_SECONDS = 0.5


def end_with_parent() -> None:
    """End this process and its process group when its parent, debugpy's launcher, has gone.

    The launcher ends its debuggee itself, unless it is killed first, as it is when the whole
    editor is. On Windows the debuggee is in a job that the system ends.
    """
    if sys.platform == "win32":
        return
    start_hidden_thread("guardian", _wait_for_orphanage, os.getppid())


def _wait_for_orphanage(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGTERM)
