"""An entry script at work: ``init()`` once, then one answer for each request."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

from azmlinfsrv.scoring.encoding import ResultEncoder
from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle, load_entry_script
from azmlinfsrv.scoring.errors import (
    EntryScriptError,
    format_frames,
    location_in,
    own_frames,
)
from azmlinfsrv.scoring.mercies import Mercies
from azmlinfsrv.scoring.request import InvalidRequestError, ScoringRequest, run_arguments
from azmlinfsrv.scoring.result import INTERNAL_ERROR, RUN_FAILED, Answer, answer_of, error_answer
from azmlinfsrv.scoring.schema import data_frame_orient
from azmlinfsrv.scoring.time_limit import TimeLimit, TimeLimitError

MODEL_VARIABLE = "AZUREML_MODEL_DIR"


def _never() -> bool:
    return False


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
        time_limit: seconds that ``run()`` may take, and each chunk of a stream; 0 is no limit.
        encode_results: whether numpy, pandas, datetimes, Decimal, bytes and dataclasses in a
            result are encoded. By default such a result is refused, as published.
        as_published: whether what fails on the published server fails here, too.
        is_suspended: whether the time limit does not count just now.

    """

    def __init__(
        self,
        path: str | Path,
        model_dir: str | None = None,
        *,
        time_limit: float = 0,
        encode_results: bool = False,
        as_published: bool = False,
        is_suspended: Callable[[], bool] = _never,
    ) -> None:
        self.path = Path(path).absolute()
        self.model_dir = model_dir
        self.mercies = Mercies(as_published=as_published)
        self._encode_results = encode_results
        self._time_limit = TimeLimit(time_limit, is_suspended)
        self._encoder = ResultEncoder()
        self._script: EntryScript | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        make = functools.partial(
            Scorer,
            time_limit=self._time_limit.seconds,
            encode_results=self._encode_results,
            as_published=self.mercies.as_published,
            is_suspended=self._time_limit.is_suspended,
        )
        return make, (self.path, self.model_dir)

    @property
    def is_loaded(self) -> bool:
        """Whether the script's file has been executed."""
        return self._script is not None

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
        self._script = load_entry_script(self.path, mercies=self.mercies)
        if self._encode_results and not self.mercies.as_published:
            self._encoder = ResultEncoder(
                encodes_data=True, orient=data_frame_orient(self._script) or "records"
            )
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
        arguments = run_arguments(request, self.script, self.mercies)
        try:
            return self._call(arguments, request)
        except TimeLimitError:
            raise TimeoutError(self.timeout_message) from None
        except (Exception, SystemExit) as error:
            raise EntryScriptError.from_exception("run() failed", error, self.path) from error

    def score(self, request: ScoringRequest) -> Answer:
        """Answer one request. Never raises for what the client or the script did wrong."""
        try:
            arguments = run_arguments(request, self.script, self.mercies)
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
            return self.failure("run()", error)
        _end_if_forked(process, None)
        answer = answer_of(result, (time.perf_counter() - started) * 1000, self._encoder)
        if answer.error:
            answer.error.location = self.script.run_location
        elif answer.notice:
            self.mercies.tell("result", answer.notice, is_mercy=self._encode_results)
        elif not isinstance(answer.body, bytes):
            answer.body = self._limited(answer.body)
        return answer

    def _limited(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the chunks of a stream; for each the script may take as long as for ``run()``.

        Raises:
            TimeLimitError: it took longer.

        """
        end = object()
        while True:
            chunk = self._time_limit.call(lambda: next(chunks, end), {})
            if chunk is end:
                return
            assert isinstance(chunk, bytes)  # noqa: S101 - what an iterator of bytes yields
            yield chunk

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

    def failure(self, what: str, error: BaseException) -> Answer:
        """Return the answer for what the script raised in ``what``: run(), or its stream."""
        failure = EntryScriptError.from_exception(f"{what} failed", error, self.path)
        if isinstance(error, TimeLimitError):
            failure.message = f"{what} was interrupted after {self._limit_ms} ms"
            frames = own_frames(error.stack or [], self.path)
            failure.location = location_in(frames, self.path)
            failure.details = format_frames(frames)
        if failure.location is None:
            # What the decorators refuse never comes to the script's own lines.
            failure.location = self.script.run_location
            if self.script.driver is None:
                failure.details = ""
        # As published, clients are told of a TimeoutError of the script's own in these words, too.
        is_timeout = isinstance(error, (TimeLimitError, TimeoutError))
        return error_answer(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            self.timeout_message if is_timeout else RUN_FAILED,
            run_failed=True,
            error=failure,
        )

    @property
    def timeout_message(self) -> str:
        """What a client is told when time is up, in the published words."""
        return f"Scoring timeout after {self._limit_ms} ms"

    @property
    def _limit_ms(self) -> int:
        return round(self._time_limit.seconds * 1000)

    def _init_failure(self, error: BaseException) -> EntryScriptError:
        failure = EntryScriptError.from_exception("User's init function failed", error, self.path)
        failure.location = failure.location or self.script.init_location
        # os.path.join(None, …): the exception itself does not tell what is missing.
        is_none = isinstance(error, TypeError) and "NoneType" in str(error)
        if is_none and MODEL_VARIABLE not in os.environ:
            failure.message += (
                f". {MODEL_VARIABLE} is not set: no model folder was named and none was found"
            )
        return failure


def _end_if_forked(process: int, error: BaseException | None) -> None:
    """End a child that ``run()`` forked and that came back: it must not answer in our place."""
    if os.getpid() != process:
        code = error.code if isinstance(error, SystemExit) else 0
        os._exit(code if isinstance(code, int) else 1)
