"""No worker at all: the script runs in this process, where breakpoints simply stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azmlinfsrv.batch.errors import ScriptFailedError
from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome
from azmlinfsrv.batch.script import BatchScript, MiniBatchError
from azmlinfsrv.batch.work import Work
from azmlinfsrv.scoring import EntryScriptError


class InlineEngine:
    """One mini batch after the other, without time limit, each tried once.

    Args:
        work: the script, and how it is called.

    """

    def __init__(self, work: Work) -> None:
        self._script = BatchScript(work)

    def __enter__(self) -> InlineEngine:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def outcomes(self, mini_batches: Sequence[MiniBatch]) -> Iterator[Outcome]:
        """Yield what comes of each, in their order.

        Raises:
            ScriptFailedError: the script cannot be loaded, or ``init()`` or ``shutdown()`` fails.

        """
        try:
            self._script.init()
        except EntryScriptError as error:
            raise ScriptFailedError(_told(error)) from error
        for mini_batch in mini_batches:
            yield self._outcome(mini_batch)
        try:
            self._script.shutdown()
        except EntryScriptError as error:
            raise ScriptFailedError(_told(error)) from error

    def _outcome(self, mini_batch: MiniBatch) -> Outcome:
        index, items = mini_batch.index, mini_batch.items
        try:
            result = self._script.run(mini_batch)
        except MiniBatchError as error:
            return Outcome(index, items, failed=items, error=str(error))
        return Outcome(index, items, result.rows, result.failed, result.text)


def _told(error: EntryScriptError) -> str:
    return f"{error}\n{error.details}" if error.details else str(error)
