"""The server's lines in a file beside its record, for whoever looks at it from elsewhere."""

from __future__ import annotations

import logging
from pathlib import Path

from azmlinfsrv.server.log import JsonFormatter, LineFormatter, LineHandler
from azmlinfsrv.server.rotated_file import RotatedFile


class KeptLog(LineHandler):
    """Writes to that file what the terminal shows.

    The files of the standard library's handlers do not bear several processes, and a worker
    writes to the same one as its master.
    """

    def __init__(self, file: Path, log_format: str) -> None:
        super().__init__(RotatedFile(file))
        self.setFormatter(JsonFormatter() if log_format == "json" else LineFormatter())

    def join(self) -> None:
        """Get every line that is shown, whichever logger it comes through."""
        named = logging.root.manager.loggerDict.values()
        own = [each for each in named if isinstance(each, logging.Logger) and not each.propagate]
        for each in (logging.root, *own):
            each.addHandler(self)
