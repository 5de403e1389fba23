"""The place of a script that is served and that nobody asked to write."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from azmlinfsrv.debugging.private_folder import make_private
from azmlinfsrv.registry.data_folder import data_folder

_FOLDER = "no-code"
_SCRIPT = "score.py"


def kept_script(source: str, model: str) -> Path:
    """Write a script where only this user can, and return its path: the same for the same text.

    It stays when the server has ended: the traceback in a log leads somewhere, a breakpoint is
    there again at the next start, and neither a server that is killed nor one that shares the
    script with another has anything to clear away. What somebody has changed in it is undone; a
    script to be changed is written by ``--eject``.

    Args:
        source: the text of the script.
        model: the name of the model's file or folder. The folder of the script has it: wherever
            servers are listed, scripts of one name are told apart by their folders.

    Raises:
        OSError: there is no room for it, or others can write there.

    """
    folder = data_folder() / _FOLDER
    make_private(folder)
    own = folder / hashlib.sha256(source.encode()).hexdigest()[:16]
    make_private(own)
    named = own / model
    make_private(named)
    script = named / _SCRIPT
    try:
        is_there = script.read_bytes() == source.encode()
    except OSError:
        is_there = False
    if not is_there:
        beside = named / f".{os.getpid()}"
        beside.write_bytes(source.encode())
        beside.replace(script)
    return script
