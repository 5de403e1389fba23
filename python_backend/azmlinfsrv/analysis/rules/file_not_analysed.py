"""The file is too large, or nested too deeply, to be analysed.

## Why is this bad?

A file of more than 1 MB is not written by hand: it holds data, which belongs in a file of its own
beside the script or in the model folder. An editor gives up at 100 kB or 5,000 lines, because
whoever types would have to wait. Python itself gives up where brackets or blocks are nested
thousands of levels deep. Nothing else is reported for such a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML503", "file-not-analysed", Severity.INFORMATION, in_batch=True)
def check(_script: Script) -> Iterator[Problem]:
    """Yield nothing: whatever becomes a `Script` is small enough; see `analyse`."""
    yield from ()
