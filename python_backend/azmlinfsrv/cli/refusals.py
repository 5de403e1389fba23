"""How a command that writes files says why it has written none."""

from __future__ import annotations

import argparse
import json
import sys

from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.deployment.formats import Problem
from azmlinfsrv.deployment.formats.problems import one_line


def fail(
    command: str, options: argparse.Namespace, status: int, message: str, **details: object
) -> int:
    """Tell on stderr, for programs on stdout, too, why nothing was written; returns the status."""
    with guarded_output():
        if options.json:
            print(json.dumps({"error": message, **details}))
        for line in message.splitlines():
            print(f"azmlinfsrv {command}: {one_line(line)}", file=sys.stderr)
    return status


def problem_members(problem: Problem) -> dict[str, object]:
    """Return what a program is told of a mistake in a file."""
    place = problem.place
    return {
        "file": str(place.file) if place.file is not None else None,
        "line": place.line,
        "column": place.column,
        "key": place.key,
        "message": problem.message,
    }
