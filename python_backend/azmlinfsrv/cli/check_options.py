"""The options of ``azmlinfsrv check``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from azmlinfsrv.cli.catalogue import unknown_code
from azmlinfsrv.cli.model_options import (
    ModelOptionError,
    add_model_options,
    apply_model_options,
)
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.targets import STANDARD_INPUT

FORMATS = ("text", "json", "sarif", "github")
DEFAULT_TIMEOUT = 60.0

_EPILOG = """\
A file that is named is always taken for an entry script; in folders they are found by init() and
run(). Nothing of a script is executed without --run. [tool.azmlinfsrv] in pyproject.toml sets
select, ignore, strict, model_dir, exclude and entry_scripts for a project.

exit status: 0 clean, 1 errors found (with --strict: or warnings), 2 something could not be checked

examples:
  azmlinfsrv check
  azmlinfsrv check --fix src/score.py
  azmlinfsrv check --format sarif --output_file azmlinfsrv.sarif .
  azmlinfsrv check --run --request sample-request.json score.py
"""


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; ends the program with 2 for one that cannot be used."""
    parser = _parser()
    options = parser.parse_args(list(map(with_underscores, arguments)))
    _complete(options, parser.error)
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv check",
        description="Find mistakes in entry scripts.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="files and folders; - is standard input (default: this folder)",
    )
    parser.add_argument(
        "--stdin_filename", metavar="PATH", help="what standard input is, or will be, called"
    )
    parser.add_argument("--model_dir", metavar="DIR", help="the model folder of the scripts")
    add_model_options(parser)

    chosen = parser.add_argument_group("what to look for")
    chosen.add_argument("--select", metavar="CODES", help="only these rules: AML201,AML3")
    chosen.add_argument("--ignore", metavar="CODES", help="all rules but these")
    chosen.add_argument("--strict", action="store_true", help="warnings count as errors")
    chosen.add_argument("--exit_zero", action="store_true", help="exit 0 whatever is found")

    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    output.add_argument("--output_file", metavar="FILE", help="where to write it")
    output.add_argument("--statistics", action="store_true", help="count the findings by rule")

    mend = parser.add_argument_group("mend").add_mutually_exclusive_group()
    mend.add_argument("--fix", action="store_true", help="write the fixes that are safe")
    mend.add_argument("--diff", action="store_true", help="only show what --fix would write")

    trial = parser.add_argument_group("try it")
    trial.add_argument(
        "--run", action="store_true", help="also start each script in the server: runs its code"
    )
    trial.add_argument(
        "--request",
        metavar="FILE",
        action="append",
        default=[],
        help="with --run: a request to post; may be repeated (default: the schema's example)",
    )
    trial.add_argument(
        "--compat",
        choices=("published", "none"),
        help="with --run: published, the default, lets fail what fails in the cloud; none lets work"
        " what works here",
    )
    trial.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=DEFAULT_TIMEOUT,
        help=f"with --run: for the start, and for each request (default: {DEFAULT_TIMEOUT:.0f})",
    )
    return parser


def _complete(options: argparse.Namespace, refuse: Callable[[str], NoReturn]) -> None:
    """Turn texts into what they mean, and refuse what cannot be used."""
    options.paths = options.paths or ["."]
    for name in ("select", "ignore"):
        text = getattr(options, name)
        if text is not None:
            codes = tuple(code.strip().upper() for code in text.split(",") if code.strip())
            if wrong := unknown_code(codes):
                refuse(f"argument --{name}: {wrong}")
            setattr(options, name, codes)
    try:
        apply_model_options(vars(options))
    except ModelOptionError as error:
        refuse(str(error))
    if options.model_dir is not None:
        folder = Path(os.path.expanduser(options.model_dir)).absolute()  # noqa: PTH111 - never raises
        if not folder.is_dir():
            refuse(f"argument --model_dir: {options.model_dir} is no folder")
        options.model_dir = str(folder)
    if STANDARD_INPUT in options.paths:
        if len(options.paths) > 1:
            refuse("standard input (-) is checked alone, without other paths")
        if options.run:
            refuse("argument --run: standard input cannot be run; name a file")
    elif options.stdin_filename is not None:
        refuse("argument --stdin_filename: it goes with - for standard input")
    if not options.run and (options.request or options.compat):
        refuse(f"argument {'--request' if options.request else '--compat'}: it goes with --run")
    # A gate is there to tell what the cloud would do.
    options.compat = None if options.compat == "none" else "published"
    if options.run and options.diff:
        refuse("argument --diff: it goes without --run")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 86_400:
        raise ValueError(text)
    return seconds
