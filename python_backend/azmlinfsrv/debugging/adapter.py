"""debugpy's adapter for a worker that connects to it; run as a program by the editor.

Speaks the Debug Adapter Protocol over standard input and output, as ``python -m debugpy.adapter``
does. For an attach with "listen" that one accepts whoever connects; this one accepts only the
debuggee that knows the token in AZMLINFSRV_ADAPTER_TOKEN, and proves to it that it knows it, too.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

TOKEN_VARIABLE = "AZMLINFSRV_ADAPTER_TOKEN"  # noqa: S105 - the name of a variable


def main() -> None:
    """Run the adapter."""
    adapter: Any = importlib.import_module("debugpy.adapter")
    # Its modules import each other: this is the one to begin with.
    importlib.import_module("debugpy.adapter.clients")
    servers: Any = importlib.import_module("debugpy.adapter.servers")

    token = os.environ.pop(TOKEN_VARIABLE)
    serve = servers.serve

    def serve_debuggees(*address: Any) -> Any:
        # The adapter has just given up its own tokens.
        servers.access_token = adapter.access_token = token
        return serve(*address)

    servers.serve = serve_debuggees
    importlib.import_module("debugpy.adapter.__main__").main()


if __name__ == "__main__":
    # In the place of this file's folder: the one that holds this package and, in the bundle,
    # debugpy.
    sys.path[0] = str(Path(__file__).parents[2])
    main()
