"""What the server does with scripts, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast


def serve(asked: Sequence[tuple[Path, str | None]]) -> list[dict[str, str | None]]:
    """Return for each script and request body what the server does; see serve_cases.py."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("serve_cases.py"))],
        input=json.dumps([[str(script), request] for script, request in asked]),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return cast("list[dict[str, str | None]]", json.loads(done.stdout))
