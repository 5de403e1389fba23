"""One batch run from the plan to the output, or to the state from which the next goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from azmlinfsrv.batch.accounting import Accounts, Thresholds
from azmlinfsrv.batch.engine import Engine
from azmlinfsrv.batch.errors import BatchError, OutputExistsError
from azmlinfsrv.batch.journal import SUFFIX, Journal, write_output
from azmlinfsrv.batch.mini_batch import Outcome
from azmlinfsrv.batch.plan import Plan
from azmlinfsrv.batch.requests import unanswered


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        plan: the mini batches.
        output: the file for the results.
        keeps_rows: whether there are results to write.
        answers_all: whether each item has a line in the output, also one without a result.
        thresholds: how much may fail.
        overwrites: whether an output, or the journal of another run, may be there (--force).

    """

    plan: Plan
    output: Path
    keeps_rows: bool = True
    answers_all: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    overwrites: bool = False


def own_files(output: Path) -> tuple[Path, ...]:
    """Return what a run writes: never its input."""
    names = (output.name, f"{output.name}{SUFFIX}", f"{output.name}.part")
    return tuple(output.with_name(name) for name in names)


def run_job(
    job: Job, engine: Engine, accounts: Accounts, tell: Callable[[Outcome | None], None]
) -> None:
    """Score what has not been scored yet, and write the output.

    ``accounts`` are up to date at any time, also when this is interrupted. When they have gone
    beyond a threshold no output is written, and the journal stays.

    Args:
        job: what is to be done.
        engine: does it.
        accounts: the figures, still empty.
        tell: called when earlier results have been counted (None), and with each new outcome.

    Raises:
        OutputExistsError: the output, or the journal of another run, is in the way.
        ScriptFailedError: the script cannot be loaded, or its ``init()`` fails.
        BatchError: the output cannot be written.

    """
    folder = job.output.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BatchError(f"--output: {folder} cannot be made: {error.strerror}.") from error
    journal_path = job.output.with_name(job.output.name + SUFFIX)
    if job.output.is_dir():
        raise OutputExistsError(f"--output: {job.output} is a folder.")
    if job.keeps_rows and job.output.exists() and not (job.overwrites or journal_path.exists()):
        raise OutputExistsError(f"{job.output} exists already. --force overwrites it.")
    with Journal(journal_path) as journal:
        try:
            _score(job, engine, journal, accounts, tell)
        except BaseException:
            journal.remove_if_useless()
            raise
        if accounts.excess is not None:
            journal.remove_if_useless()
            return
        if job.keeps_rows:
            write_output(journal, job.output)
        journal.remove()


def _score(
    job: Job,
    engine: Engine,
    journal: Journal,
    accounts: Accounts,
    tell: Callable[[Outcome | None], None],
) -> None:
    mini_batches = job.plan.mini_batches
    done = journal.begin(job.plan.identity, anew=job.overwrites)
    for outcome in done:
        accounts.add(outcome, mini_batches[outcome.index], is_resumed=True)
    tell(None)
    scored = {outcome.index for outcome in done}
    pending = [each for each in mini_batches if each.index not in scored]
    if not pending or accounts.excess:
        return
    without_result = []
    with engine:
        for outcome in engine.outcomes(pending):
            if outcome.error is None:
                journal.add(outcome)
            else:
                # Not kept yet: a run that is resumed tries it again.
                without_result.append(outcome)
            accounts.add(outcome, mini_batches[outcome.index])
            tell(outcome)
            if accounts.excess:
                return
    if job.answers_all:
        for outcome in without_result:
            text = unanswered(mini_batches[outcome.index], outcome.error or "")
            journal.add(replace(outcome, text=text))
