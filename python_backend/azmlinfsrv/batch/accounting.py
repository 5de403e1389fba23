"""What has succeeded and failed, and when it is too much, as published."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome

IGNORE = -1
_KEPT_ERRORS = 20
_FAILED_STATUS = 400


@dataclass(frozen=True)
class Thresholds:
    """How much may fail; IGNORE (-1) is any number.

    Attributes:
        items: failed items (error_threshold).
        mini_batches: failed mini batches (mini_batch_error_threshold).

    """

    items: int = IGNORE
    mini_batches: int = IGNORE


@dataclass
class Accounts:
    """The figures of a run.

    An item has failed when its mini batch gave no result, or fewer results than items. A mini batch
    has failed in the same cases. More results than items are fine.

    Attributes:
        thresholds: how much may fail.
        items: how many items the input has.
        done_items: how many of them belong to mini batches that are done.
        done_mini_batches: how many of these.
        resumed_mini_batches: how many of these an earlier run did.
        rows: how many results there are.
        failed_items: see above.
        failed_mini_batches: see above.
        retries: how many tries beyond the first.
        errors: the first failures: the mini batch's number, its first item, what happened.

    """

    thresholds: Thresholds
    items: int
    done_items: int = 0
    done_mini_batches: int = 0
    resumed_mini_batches: int = 0
    rows: int = 0
    failed_items: int = 0
    failed_mini_batches: int = 0
    retries: int = 0
    errors: list[dict[str, object]] = field(default_factory=list)

    def add(self, outcome: Outcome, mini_batch: MiniBatch, *, is_resumed: bool = False) -> None:
        """Count what has come of a mini batch."""
        self.done_items += outcome.items
        self.done_mini_batches += 1
        self.resumed_mini_batches += is_resumed
        self.rows += outcome.rows
        self.failed_items += outcome.failed
        self.failed_mini_batches += outcome.is_failed
        self.retries += outcome.tries - 1
        if outcome.is_failed and len(self.errors) < _KEPT_ERRORS:
            self.errors.append(
                {
                    "miniBatch": outcome.index,
                    "firstItem": mini_batch.names()[0],
                    "failedItems": outcome.failed,
                    "tries": outcome.tries,
                    "message": why_failed(outcome),
                }
            )

    @property
    def excess(self) -> str | None:
        """What has gone beyond a threshold, in words; None if nothing has."""
        limits = self.thresholds
        if limits.items != IGNORE and self.failed_items > limits.items:
            return (
                f"{self.failed_items} failed items are more than --error_threshold {limits.items}"
            )
        if limits.mini_batches != IGNORE and self.failed_mini_batches > limits.mini_batches:
            return (
                f"{self.failed_mini_batches} failed mini batches are more than "
                f"--mini_batch_error_threshold {limits.mini_batches}"
            )
        return None


def why_failed(outcome: Outcome) -> str:
    """Return in words why items have failed."""
    if outcome.error is not None:
        return outcome.error
    if outcome.rows < outcome.items:
        return (
            f"{outcome.failed} of {outcome.items} items failed: run() gave {outcome.rows} results"
        )
    # Only a request has a result, its answer, and fails all the same.
    return f"{outcome.failed} of {outcome.items} requests failed" + _first_refusal(outcome.text)


def _first_refusal(lines: str) -> str:
    for line in lines.splitlines():
        answer = json.loads(line)
        if answer["status"] < _FAILED_STATUS:
            continue
        body = answer.get("body")
        told = body.get("message") if isinstance(body, dict) else None
        reason = answer.get("error") or told or f"status {answer['status']}"
        return f", first {answer['request']}: {reason}"
    return ""
