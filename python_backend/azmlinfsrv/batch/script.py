"""An entry script at work on mini batches: ``init()`` once, then ``run()`` for each."""

from __future__ import annotations

import inspect
import io
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace

from azmlinfsrv.batch import parallel_run
from azmlinfsrv.batch.mini_batch import Kind, MiniBatch, Part
from azmlinfsrv.batch.parts import read_part
from azmlinfsrv.batch.requests import answer_line, read_requests
from azmlinfsrv.batch.results import ResultError, count_rows, lines_of
from azmlinfsrv.batch.work import Work
from azmlinfsrv.debugging.entry_stop import stop_on_entry
from azmlinfsrv.scoring import EntryScriptError, Scorer

_CONTEXT = "mini_batch_context"


@dataclass(frozen=True)
class Result:
    """What a mini batch gave: how many results, for how many items none, and their lines."""

    rows: int
    failed: int
    text: str


class MiniBatchError(Exception):
    """``run()`` raised, or returned what is no result; the message says which, and where."""


class BatchScript:
    """A script in this process.

    Args:
        work: the script, and how it is called.

    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._scorer = Scorer(work.script, work.model_dir)
        self._run_mini_batch: Callable[[MiniBatch], Result] = {
            Kind.FILES: self._run_files,
            Kind.ROWS: self._run_rows,
            Kind.REQUESTS: self._run_requests,
        }[work.kind]

    def init(self) -> None:
        """Load the script and call its ``init()``.

        Raises:
            EntryScriptError: it cannot be loaded, or ``init()`` failed.

        """
        work = self._work
        os.environ.update(work.environment)
        os.environ[parallel_run.OUTPUT_VARIABLE] = str(work.output_folder)
        sys.argv = [str(work.script), *work.arguments]
        folder = str(work.script.parent)
        if folder in sys.path:
            sys.path.remove(folder)
        sys.path.insert(0, folder)
        if work.kind is not Kind.REQUESTS:
            parallel_run.install()
        # What the script logs comes with what it prints.
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
        with stop_on_entry(work.script):
            script = self._scorer.load()
        if work.kind is not Kind.REQUESTS:
            self._check_parameters(script.parameters, set(script.defaults))
        if work.kind is Kind.ROWS:
            _check_pandas()
        self._scorer.init()

    def run(self, mini_batch: MiniBatch) -> Result:
        """Have the script score a mini batch.

        Raises:
            MiniBatchError: there is no result.

        """
        return self._run_mini_batch(mini_batch)

    def shutdown(self) -> None:
        """Call the script's ``shutdown()``, if it has one.

        Raises:
            EntryScriptError: it failed.

        """
        shutdown = getattr(self._scorer.script.module, "shutdown", None)
        if self._work.kind is Kind.REQUESTS or not callable(shutdown):
            return
        try:
            shutdown()
        except (Exception, SystemExit) as error:
            raise EntryScriptError.from_exception(
                "shutdown() failed", error, self._work.script
            ) from error

    def _check_parameters(self, parameters: tuple[str, ...], defaults: set[str]) -> None:
        needed = [name for name in parameters[1:] if name not in defaults and name != _CONTEXT]
        if len(needed) > (0 if _CONTEXT in parameters else 1):
            raise EntryScriptError(
                f"run() of a batch script takes a mini batch, and {_CONTEXT} if it wants: nothing "
                f"fills {' and '.join(map(repr, needed))}.",
                location=self._scorer.script.run_location,
            )

    def _run_files(self, mini_batch: MiniBatch) -> Result:
        return self._result(self._call(list(mini_batch.files), mini_batch), mini_batch)

    def _run_rows(self, mini_batch: MiniBatch) -> Result:
        return self._result(self._call(self._read_rows(mini_batch), mini_batch), mini_batch)

    def _read_rows(self, mini_batch: MiniBatch) -> object:
        import pandas as pd

        part = _part_of(mini_batch)
        try:
            text = read_part(part).decode("utf-8-sig")
            if part.file.endswith((".jsonl", ".ndjson")):
                return pd.read_json(io.StringIO(text), lines=True)
            tab = part.file.endswith((".tsv", ".tab"))
            return pd.read_csv(io.StringIO(text), sep="\t" if tab else ",")
        except (OSError, ValueError) as error:
            raise MiniBatchError(f"{part.file} cannot be read: {error}") from error

    def _call(self, data: object, mini_batch: MiniBatch) -> object:
        script = self._scorer.script
        arguments: list[object] = [data]
        named: dict[str, object] = {}
        others = [name for name in script.parameters[1:] if name not in script.defaults]
        context = SimpleNamespace(
            minibatch_index=mini_batch.index,
            global_row_index_lower_bound=mini_batch.first,
            global_row_index_upper_bound=mini_batch.first + mini_batch.items - 1,
            partition_key_value={},
            dataset_name="",
        )
        if _CONTEXT in script.parameters:
            named[_CONTEXT] = context
        elif others:
            arguments.append(context)
        try:
            result = script.run(*arguments, **named)
        except (Exception, SystemExit) as error:
            failure = EntryScriptError.from_exception("run() failed", error, script.path)
            raise MiniBatchError(_told(failure)) from error
        if inspect.isawaitable(result):
            close = getattr(result, "close", None)
            if close:
                close()
            raise MiniBatchError("run() is async, which nobody awaits. Write it as a function.")
        return result

    def _result(self, result: object, mini_batch: MiniBatch) -> Result:
        try:
            rows = count_rows(result)
            text = lines_of(result, self._work.separator) if self._work.keeps_rows else ""
        except ResultError as error:
            location = self._scorer.script.run_location
            raise MiniBatchError(f"{location}: {error}") from error
        return Result(rows, max(0, mini_batch.items - rows), text)

    def _run_requests(self, mini_batch: MiniBatch) -> Result:
        try:
            bodies = list(read_requests(mini_batch))
        except OSError as error:
            raise MiniBatchError(f"{error.filename} cannot be read: {error.strerror}.") from error
        answers = [answer_line(self._scorer, name, body) for name, body in bodies]
        text = "".join(line for line, _ in answers) if self._work.keeps_rows else ""
        return Result(len(answers), sum(is_failed for _, is_failed in answers), text)


def _check_pandas() -> None:
    # Once, before anything is scored: without it no mini batch will do, however often it is tried.
    try:
        import_module("pandas")
    except ImportError as error:
        raise EntryScriptError(
            "Rows are handed to run() as a DataFrame, and this Python has no pandas. "
            f'Install it: "{sys.executable}" -m pip install pandas'
        ) from error


def _part_of(mini_batch: MiniBatch) -> Part:
    if mini_batch.part is None:
        raise MiniBatchError(f"{mini_batch.files[0]} is no table.")
    return mini_batch.part


def _told(failure: EntryScriptError) -> str:
    return f"{failure}\n{failure.details}" if failure.details else str(failure)
