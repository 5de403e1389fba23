"""``azmlinfsrv batch``: score files, rows or requests with an entry script."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from azmlinfsrv.analysis.configuration import ConfigurationError
from azmlinfsrv.batch.accounting import Accounts, Thresholds, why_failed
from azmlinfsrv.batch.engine import Engine
from azmlinfsrv.batch.errors import BatchError, NotFoundError
from azmlinfsrv.batch.inputs import find_inputs
from azmlinfsrv.batch.mini_batch import Kind, Outcome
from azmlinfsrv.batch.plan import make_plan
from azmlinfsrv.batch.run import Job, own_files, run_job
from azmlinfsrv.batch.work import Attempts, Work
from azmlinfsrv.cli.batch_options import parse_options
from azmlinfsrv.cli.batch_report import Progress, summary, told
from azmlinfsrv.cli.batch_script import kind_of
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.profiling.interruption import Interruption
from azmlinfsrv.cli.targets import Targets
from azmlinfsrv.debugging.debuggee import is_being_debugged
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.lifecycle import report_failure

DONE, FAILED, NOT_FOUND = 0, 1, 2
_OUTPUTS = {Kind.REQUESTS: "answers.jsonl"}
_DEFAULT_OUTPUT = "predictions.csv"
_SIZES = {Kind.ROWS: 1000}
_DEFAULT_SIZE = 10


def main(arguments: Sequence[str]) -> int:
    """Score; returns 0, 1 for too many failures or a refusal, 2 for what is not there."""
    options = parse_options(arguments)
    interruption = Interruption()
    with guarded_output(), interruption.handled():
        try:
            return _batch(options, interruption)
        except NotFoundError as error:
            return _fail(options, str(error), NOT_FOUND)
        except (BatchError, ConfigurationError) as error:
            return _fail(options, str(error), FAILED, error.__cause__)
        except KeyboardInterrupt:
            return _fail(options, "interrupted before anything was scored.", interruption.status)
    return DONE


def _batch(options: argparse.Namespace, interruption: Interruption) -> int:
    work = _work(options)
    output = _output(options.output, work.kind)
    if output == work.script:
        raise NotFoundError(f"--output: {output} is the entry script. Name another file.")
    inputs = find_inputs(options.input, own_files(output))
    if inputs.hidden:
        _tell(f"{inputs.hidden} hidden files in {options.input} are left out.")
    size = options.mini_batch_size or _SIZES.get(work.kind, _DEFAULT_SIZE)
    plan = make_plan(work, inputs.files, size)
    job = Job(
        plan,
        output,
        keeps_rows=work.keeps_rows,
        answers_all=work.kind is Kind.REQUESTS,
        thresholds=Thresholds(options.error_threshold, options.mini_batch_error_threshold),
        overwrites=options.force,
    )
    accounts = Accounts(job.thresholds, plan.items)
    progress = Progress(accounts, work.kind)
    started = time.monotonic()
    was_interrupted = False

    def tell(outcome: Outcome | None) -> None:
        progress.update()
        if outcome is not None and outcome.is_failed:
            progress.clear()
            name = plan.mini_batches[outcome.index].names()[0]
            tries = f" after {outcome.tries} tries" if outcome.tries > 1 else ""
            _tell(f"mini batch {outcome.index} ({name} …){tries}: {why_failed(outcome)}")

    try:
        engine = _engine(options, work, progress.write if progress.is_shown else None)
        run_job(job, engine, accounts, tell)
    except KeyboardInterrupt:
        was_interrupted = True
    finally:
        progress.clear()
    members = summary(accounts, job, options, time.monotonic() - started, was_interrupted)
    if options.json:
        print(json.dumps(members, indent=2))
    else:
        print("\n".join(told(members, work.kind)))
    if was_interrupted:
        return interruption.status
    return DONE if accounts.excess is None else FAILED


def _work(options: argparse.Namespace) -> Work:
    script: Path = options.entry_script.absolute()
    if not script.is_file():
        what = "is no file" if script.exists() else "does not exist"
        raise NotFoundError(f"--entry_script: {options.entry_script} {what}.")
    model_dir = options.model_dir
    if model_dir is not None:
        folder = Path(model_dir).expanduser().absolute()
        if not folder.is_dir():
            raise NotFoundError(f"--model_dir: {model_dir} is no folder.")
        model_dir = str(folder)
    target = Targets(model_dir, print).named(script)
    model = target.project.context(script).model_folder
    kind = Kind(options.items) if options.items else kind_of(script)
    return Work(
        script=script,
        kind=kind,
        output_folder=_output(options.output, kind).parent,
        model_dir=os.path.abspath(model.path) if model else None,  # noqa: PTH100 - keeps links
        separator=options.separator,
        keeps_rows=options.output_action == "append_row",
        arguments=options.arguments,
        environment=tuple(target.project.environment(script).items()),
    )


def _output(named: str | None, kind: Kind) -> Path:
    default = _OUTPUTS.get(kind, _DEFAULT_OUTPUT)
    if named is None:
        return Path(default).absolute()
    path = Path(named).expanduser().absolute()
    return path / default if named.endswith(("/", os.sep)) or path.is_dir() else path


def _engine(
    options: argparse.Namespace, work: Work, show: Callable[[bytes], None] | None
) -> Engine:
    # Each imported only when it is wanted.
    if options.debug or is_being_debugged():
        from azmlinfsrv.batch.inline_engine import InlineEngine

        return InlineEngine(work)
    attempts = Attempts(options.retry, options.timeout)
    if options.engine == "ray":
        from azmlinfsrv.batch.ray_engine import RayEngine

        return RayEngine(work, attempts, options.max_concurrency, options.ray_address)
    from azmlinfsrv.batch.local_engine import LocalEngine
    from azmlinfsrv.own_command import own_command

    return LocalEngine(work, attempts, options.max_concurrency, own_command(), show)


def _tell(sentence: str) -> None:
    print(f"azmlinfsrv batch: {sentence}", file=sys.stderr, flush=True)


def _fail(
    options: argparse.Namespace, sentence: str, status: int, cause: BaseException | None = None
) -> int:
    # For an editor, which shows it, and underlines the line.
    failure = cause if isinstance(cause, EntryScriptError) else EntryScriptError(sentence)
    report_failure(failure, is_setting=status == NOT_FOUND)
    if options.json:
        print(json.dumps({"error": sentence}))
    _tell(sentence)
    return status
