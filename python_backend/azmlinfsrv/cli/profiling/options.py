"""The options of ``azmlinfsrv profile``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from azmlinfsrv.cli.model_options import (
    ModelOptionError,
    add_model_options,
    apply_model_options,
)
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.server.lifecycle import USAGE_ERROR

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|min)?", re.IGNORECASE)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0}
_SHORTEST, _LONGEST = 0.01, 3600.0
_MOST_CONNECTIONS = 1000
_MOST_WORKERS = 64
_TIMEOUT = 300.0

_EPILOG = """\
The requests go to the server that azmlinfsrv starts otherwise, too, on a port of its own, and it
ends when the profile does. A .txt or .jsonl file holds one request body a line; any other file is
one body. Without --request the example of the script's schema is sent.

exit status:
  0  measured, and every request was answered with status 200
  1  an option cannot be used
  2  nothing could be measured: the script does not start, or a file cannot be read
  3  requests failed; the first failing answer is told
  130, 143  interrupted; what was measured until then is told

example:
  azmlinfsrv profile --entry_script score.py --request sample-request.json --target_rps 50
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: error: {message}\n")


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; exits with status 1 if one cannot be used."""
    parser = _Parser(
        prog="azmlinfsrv profile",
        description="Measure how fast an entry script answers, and what a deployment of it needs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--entry_script", metavar="FILE", required=True, help="the entry script")
    add("--model_dir", metavar="DIR", help="the model folder (default: as for check)")
    add_model_options(parser)
    add(
        "--request",
        metavar="FILE",
        action="append",
        default=[],
        help="a sample request; several are sent in turn",
    )
    add("--content_type", metavar="TYPE", help="of the requests (default: by the file's name)")
    add(
        "--duration",
        metavar="TIME",
        type=duration,
        default=10.0,
        help="how long each level is measured: 10s, 500ms, 2m (default: 10s)",
    )
    add(
        "--concurrency",
        metavar="N,N",
        type=levels,
        default=(1, 2, 4, 8),
        help="how many requests are under way at a time, one level each (default: 1,2,4,8)",
    )
    add(
        "--worker_count",
        metavar="N",
        type=_whole(_MOST_WORKERS),
        default=1,
        help="the server's worker processes (default: 1)",
    )
    add("--target_rps", metavar="N", type=_positive, help="recommend for so many requests a second")
    add(
        "--json",
        metavar="FILE",
        nargs="?",
        const="-",
        help="the result with the published profiler's keys; without FILE in place of the text",
    )
    add("--html", metavar="FILE", help="write a report that opens in any browser")
    add(
        "--flame_graph",
        metavar="FILE",
        help="write where run() spends its time, as SVG (needs azmlinfsrv[profile])",
    )
    add(
        "--timeout",
        metavar="TIME",
        type=duration,
        default=_TIMEOUT,
        help="for the start, and for each request (default: 5m)",
    )
    add(
        "--progress",
        choices=("auto", "bar", "json", "none"),
        default="auto",
        help=argparse.SUPPRESS,
    )
    options = parser.parse_args(list(map(with_underscores, arguments)))
    try:
        apply_model_options(vars(options))
    except ModelOptionError as error:
        parser.error(str(error))
    return options


def duration(text: str) -> float:
    """Read ``10s``, ``500ms``, ``2m``, or a number of seconds.

    Raises:
        argparse.ArgumentTypeError: it is none of these.

    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: 10s, 500ms and 2m are")
    seconds = float(match[1]) * _UNITS[(match[2] or "s").lower()]
    if not _SHORTEST <= seconds <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 10ms and 60m")
    return seconds


def levels(text: str) -> tuple[int, ...]:
    """Read ``1,2,4,8``.

    Raises:
        argparse.ArgumentTypeError: it holds anything but whole numbers from 1.

    """
    number = _whole(_MOST_CONNECTIONS)
    # Each once, in the order given: a level that is measured twice tells nothing new.
    return tuple(dict.fromkeys(number(word.strip()) for word in text.split(",")))


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 to {most}")
        return int(text)

    return read


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value
