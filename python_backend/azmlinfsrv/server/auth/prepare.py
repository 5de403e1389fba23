"""What a server with keys does before it listens."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.server.auth.keys_file import new_keys, read_keys, write_keys
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.settings import Settings


def prepare_keys(settings: Settings) -> None:
    """See to it that there are keys that can be read, if the settings ask for them.

    Raises:
        KeysFileError: there are none.

    """
    if settings.auth is None or settings.keys_file is None:
        return
    file = Path(settings.keys_file)
    if not file.exists():
        write_keys(file, new_keys())
        logger.info("New keys are in %s.", file)
    read_keys(file)
    logger.info("Every request but a probe needs a %s.", settings.auth)
