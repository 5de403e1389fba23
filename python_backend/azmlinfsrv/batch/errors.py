"""Why a batch run cannot begin, or cannot go on."""

from __future__ import annotations


class BatchError(Exception):
    """The run is refused or has failed; the message says why and what to do."""


class NotFoundError(BatchError):
    """What the user has named is not there."""


class OutputExistsError(BatchError):
    """There is a result already, or a journal of another run."""


class ScriptFailedError(BatchError):
    """The script cannot be loaded, or its ``init()`` fails: no mini batch can be scored."""
