"""The options of ``azmlinfsrv batch``: those of a published batch deployment, and our own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.cli.model_options import (
    ModelOptionError,
    add_model_options,
    apply_model_options,
)
from azmlinfsrv.cli.options import with_underscores

ENGINES = ("local", "ray")
ITEMS = ("files", "rows", "requests")
_MOST = 1_000_000_000
_EPILOG = """\
examples:
  azmlinfsrv batch --entry_script batch_score.py --input data/ --output predictions.csv
  azmlinfsrv batch --entry_script batch_score.py --input 'images/*.png' --max_concurrency 4
  azmlinfsrv batch --entry_script score.py --input requests.jsonl --output answers.jsonl

An interrupted run goes on where it ended when the same command is given again.
exit status: 0 done, 1 more failures than the threshold or a refusal, 2 wrong usage or not found,
130 interrupted.
"""


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; ends the program with 2 when they are wrong."""
    words = list(arguments)
    end = words.index("--") if "--" in words else len(words)
    parser = _parser()
    options = parser.parse_args(list(map(with_underscores, words[:end])))
    options.arguments = tuple(words[end + 1 :])
    try:
        apply_model_options(vars(options))
    except ModelOptionError as error:
        parser.error(str(error))
    if options.ray_address is not None and options.engine != "ray":
        parser.error("argument --ray_address: it goes with --engine ray")
    if options.debug and options.engine == "ray":
        parser.error("argument --debug: not allowed with --engine ray")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv batch",
        usage="%(prog)s --entry_script FILE --input DIR|FILE|GLOB [option …] [-- script arguments]",
        description="Score files, rows or requests with an entry script, as a batch endpoint does.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--entry_script", required=True, type=Path, metavar="FILE", help="the script")
    add("--input", required=True, metavar="PATH", help="a folder, a file, or a pattern in quotes")
    add(
        *("--output", "-o"),
        metavar="FILE",
        help="the results (default: predictions.csv, for requests answers.jsonl)",
    )
    add("--model_dir", metavar="DIR", help="what AZUREML_MODEL_DIR names")
    add_model_options(parser)
    add(
        "--items",
        choices=ITEMS,
        help="what run() gets: paths, rows as a DataFrame, or the bodies of requests to an online "
        "script (default: what its parameters tell)",
    )
    add(
        "--mini_batch_size",
        type=_number(1),
        metavar="N",
        help="how many items one run() gets (default: 10; rows: 1000)",
    )
    add(
        "--max_concurrency",
        type=_number(1, 256),
        default=1,
        metavar="N",
        help="how many processes score at a time (default: 1)",
    )
    add(
        "--error_threshold",
        type=_number(-1),
        default=-1,
        metavar="N",
        help="end when more items have failed; -1: never (default)",
    )
    add(
        "--mini_batch_error_threshold",
        type=_number(-1),
        default=-1,
        metavar="N",
        help="end when more mini batches have failed; -1: never (default)",
    )
    add(
        "--retry",
        type=_number(0),
        default=3,
        metavar="N",
        help="how often a mini batch that failed is tried again (default: 3)",
    )
    add(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="S",
        help="seconds for a mini batch; 0: no limit (default: 30)",
    )
    add(
        "--output_action",
        choices=("append_row", "summary_only"),
        default="append_row",
        help="summary_only: the script writes its results itself, to AZUREML_BI_OUTPUT_PATH",
    )
    add(
        "--separator",
        type=_separator,
        metavar="CHAR",
        help="write every row as cells with this between them (default as published: a blank in "
        "a DataFrame's rows, the elements of a list as they are shown)",
    )
    add("--engine", choices=ENGINES, default="local", help="where it runs (default: local)")
    add(
        "--ray_address",
        metavar="ADDR",
        help="the Ray cluster: auto, HOST:PORT or ray://HOST:PORT (default: a local one)",
    )
    add("--debug", action="store_true", help="score in this process, so that breakpoints stop")
    add("--force", action="store_true", help="overwrite the output, and forget an earlier run")
    add("--json", action="store_true", help="print the summary as JSON, for programs")
    return parser


class _number:  # noqa: N801 - argparse tells its name
    """Reads a whole number within limits."""

    def __init__(self, least: int, most: int = _MOST) -> None:
        self._least, self._most = least, most

    def __call__(self, text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = self._least - 1
        if not self._least <= number <= self._most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is no whole number from {self._least} to {self._most}"
            )
        return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def _separator(text: str) -> str:
    character = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(character) != 1 or character in '\r\n"':
        raise argparse.ArgumentTypeError(f"{text!r} is not one character, such as , or ;")
    return character
