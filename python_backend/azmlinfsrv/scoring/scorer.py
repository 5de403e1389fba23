"""An entry script at work: ``init()`` once, then one answer for each request."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from azmlinfsrv.scoring.entry_script import EntryScript, load_entry_script
from azmlinfsrv.scoring.errors import EntryScriptError
from azmlinfsrv.scoring.request import InvalidRequestError, ScoringRequest, run_arguments

MODEL_VARIABLE = "AZUREML_MODEL_DIR"
RUN_FAILED = "An unexpected error occurred in scoring script. Check the logs for more info."
INTERNAL_ERROR = "An unexpected internal error occurred. Check the logs for more info."


@dataclass(frozen=True)
class Answer:
    """The answer to a scoring request.

    Attributes:
        status: HTTP status code.
        value: what to send: the result of ``run()`` as JSON text, or an error's JSON text.
        run_failed: whether the script is to blame.
        run_ms: milliseconds inside ``run()``; None when it did not return.
        error: what went wrong in the script, for the log.

    """

    status: int
    value: str
    run_failed: bool = False
    run_ms: float | None = None
    error: EntryScriptError | None = None


class Scorer:
    """Loads an entry script and scores requests with it.

    Args:
        path: the entry script.
        model_dir: exported verbatim as AZUREML_MODEL_DIR before the script is loaded.

    """

    def __init__(self, path: str | Path, model_dir: str | None = None) -> None:
        self.path = Path(path).absolute()
        self.model_dir = model_dir
        self._script: EntryScript | None = None

    @property
    def script(self) -> EntryScript:
        """The loaded script. ``load()`` comes first."""
        if self._script is None:
            raise RuntimeError("The entry script is not loaded yet: call load() first.")
        return self._script

    def load(self) -> EntryScript:
        """Execute the script's file and check its contract.

        Raises:
            EntryScriptError: it cannot be served.

        """
        if self.model_dir is not None:
            os.environ[MODEL_VARIABLE] = self.model_dir
        self._script = load_entry_script(self.path)
        return self._script

    def init(self) -> None:
        """Call the script's ``init()``, loading the script first if need be.

        Raises:
            EntryScriptError: ``init()`` raised, or called ``sys.exit``.

        """
        if self._script is None:
            self.load()
        try:
            self.script.init()
        except (Exception, SystemExit) as error:
            raise self._init_failure(error) from error

    def score(self, request: ScoringRequest) -> Answer:
        """Answer one request. Never raises for what the client or the script did wrong."""
        try:
            arguments = run_arguments(request, self.script)
        except InvalidRequestError as refusal:
            return Answer(refusal.status, error_body(refusal.message))
        started = time.perf_counter()
        try:
            result = self.script.run(**arguments)
        except Exception as error:  # noqa: BLE001 - whatever the script raises is its failure
            return Answer(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                error_body(RUN_FAILED),
                run_failed=True,
                error=EntryScriptError.from_exception("run() failed", error, self.path),
            )
        run_ms = (time.perf_counter() - started) * 1000
        return self._encode(result, run_ms)

    def _init_failure(self, error: BaseException) -> EntryScriptError:
        failure = EntryScriptError.from_exception("init() failed", error, self.path)
        # os.path.join(None, …): the exception itself does not tell what is missing.
        if isinstance(error, TypeError) and MODEL_VARIABLE not in os.environ:
            failure.message += (
                f". {MODEL_VARIABLE} is not set: no model folder was named and none was found"
            )
        return failure

    def _encode(self, result: object, run_ms: float) -> Answer:
        try:
            text = json.dumps({} if result is None else result)
        except (TypeError, ValueError) as error:
            return Answer(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                error_body(INTERNAL_ERROR),
                run_ms=run_ms,
                error=EntryScriptError(
                    f"The result of run() is a {type(result).__name__} "
                    f"that cannot be sent as JSON: {error}"
                ),
            )
        return Answer(HTTPStatus.OK, text, run_ms=run_ms)


def error_body(message: str) -> str:
    """Return the JSON text with which the server reports an error."""
    return json.dumps({"message": message})
