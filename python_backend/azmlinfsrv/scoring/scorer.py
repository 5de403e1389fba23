"""An entry script at work: ``init()`` once, then one answer for each request."""

from __future__ import annotations

import os
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle, load_entry_script
from azmlinfsrv.scoring.errors import EntryScriptError
from azmlinfsrv.scoring.request import InvalidRequestError, ScoringRequest, run_arguments
from azmlinfsrv.scoring.result import INTERNAL_ERROR, RUN_FAILED, Answer, answer_of, error_answer
from azmlinfsrv.scoring.time_limit import TimeLimit, TimeLimitError

MODEL_VARIABLE = "AZUREML_MODEL_DIR"


class Scorer:
    """Loads an entry script and scores requests with it; needs no server.

    ::

        scorer = Scorer("score.py", model_dir="model")
        scorer.init()
        result = scorer.run(b'{"data": [[1, 2, 3]]}')

    Several scorers can live in one process. A scorer that is pickled takes along how to make it,
    not what it holds: where it arrives, ``init()`` has to be called.

    Args:
        path: the entry script.
        model_dir: exported verbatim as AZUREML_MODEL_DIR before the script is loaded.
        time_limit: seconds that ``run()`` may take; 0 is no limit.

    """

    def __init__(
        self, path: str | Path, model_dir: str | None = None, *, time_limit: float = 0
    ) -> None:
        self.path = Path(path).absolute()
        self.model_dir = model_dir
        self._time_limit = TimeLimit(time_limit)
        self._script: EntryScript | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _make_scorer, (self.path, self.model_dir, self._time_limit.seconds)

    @property
    def script(self) -> EntryScript:
        """The loaded script. ``load()`` or ``init()`` comes first."""
        if self._script is None:
            raise RuntimeError("The entry script is not loaded yet: call init() first.")
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

    def run(
        self, body: bytes | str, *, content_type: str = "application/json", **headers: str
    ) -> object:
        """Return what the script's ``run()`` returns for a posted body.

        Args:
            body: as a client would send it.
            content_type: the body's type.
            headers: further request headers, with ``_`` for ``-``.

        Raises:
            InvalidRequestError: the body does not fit ``run()``.
            EntryScriptError: ``run()`` raised; the exception is its ``__cause__``.
            TimeoutError: it took too long.
            TypeError: the body is neither bytes nor text.

        """
        if not isinstance(body, (bytes, str)):
            raise TypeError(
                f"A body is bytes or text, as a client would send it, not a {type(body).__name__}: "
                "use json.dumps"
            )
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        request = ScoringRequest(
            body.encode() if isinstance(body, str) else body,
            headers={"content-type": content_type, **sent},
        )
        arguments = run_arguments(request, self.script)
        try:
            return self._call(arguments, request)
        except TimeLimitError:
            raise TimeoutError(self._timeout_message()) from None
        except (Exception, SystemExit) as error:
            raise EntryScriptError.from_exception("run() failed", error, self.path) from error

    def score(self, request: ScoringRequest) -> Answer:
        """Answer one request. Never raises for what the client or the script did wrong."""
        try:
            arguments = run_arguments(request, self.script)
        except InvalidRequestError as refusal:
            return error_answer(refusal.status, refusal.message)
        except (ValueError, RecursionError) as error:
            return error_answer(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                INTERNAL_ERROR,
                error=EntryScriptError(f"The request's body cannot be read: {error}"),
            )
        started, process = time.perf_counter(), os.getpid()
        try:
            result = self._call(arguments, request)
        except BaseException as error:  # noqa: BLE001 - whatever the script raises is its failure
            _end_if_forked(process, error)
            return self._failure(error)
        _end_if_forked(process, None)
        return answer_of(result, (time.perf_counter() - started) * 1000)

    def _call(self, arguments: dict[str, object], request: ScoringRequest) -> object:
        script = self.script
        if script.style is not InputStyle.RAW:
            return self._time_limit.call(script.run, arguments)
        # Flask takes a fifth of a second to import: only raw HTTP pays for it.
        from azmlinfsrv.scoring.raw_http import call_with_request

        raw = {
            "run": script.run,
            "first_parameter": script.parameters[0],
            "arguments": arguments,
            "request": request,
        }
        return self._time_limit.call(call_with_request, raw)

    def _failure(self, error: BaseException) -> Answer:
        if isinstance(error, (TimeLimitError, TimeoutError)):
            # As published, a TimeoutError of the script's own is told to the client in these words.
            message, what = self._timeout_message(), "run() took too long"
        else:
            message, what = RUN_FAILED, "run() failed"
        failure = EntryScriptError.from_exception(what, error, self.path)
        failure.__cause__ = error
        if isinstance(error, TimeLimitError):
            failure.message = f"run() was interrupted after {self._limit_ms} ms"
        return error_answer(
            HTTPStatus.INTERNAL_SERVER_ERROR, message, run_failed=True, error=failure
        )

    def _timeout_message(self) -> str:
        return f"Scoring timeout after {self._limit_ms} ms"

    @property
    def _limit_ms(self) -> int:
        return round(self._time_limit.seconds * 1000)

    def _init_failure(self, error: BaseException) -> EntryScriptError:
        failure = EntryScriptError.from_exception("User's init function failed", error, self.path)
        # os.path.join(None, …): the exception itself does not tell what is missing.
        if isinstance(error, TypeError) and MODEL_VARIABLE not in os.environ:
            failure.message += (
                f". {MODEL_VARIABLE} is not set: no model folder was named and none was found"
            )
        return failure


def _end_if_forked(process: int, error: BaseException | None) -> None:
    """End a child that ``run()`` forked and that came back: it must not answer in our place."""
    if os.getpid() != process:
        code = error.code if isinstance(error, SystemExit) else 0
        os._exit(code if isinstance(code, int) else 1)


def _make_scorer(path: Path, model_dir: str | None, time_limit: float) -> Scorer:
    return Scorer(path, model_dir, time_limit=time_limit)
