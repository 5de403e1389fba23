"""``azmlinfsrv --entry_script score.py``: serve an entry script over HTTP."""

from __future__ import annotations

import argparse
import logging.config
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import azmlinfsrv
from azmlinfsrv.cli.model_options import (
    ModelOptionError,
    add_model_options,
    apply_model_options,
)
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.registered_models import look_into_registry
from azmlinfsrv.debugging.guardian import end_with_parent
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.lifecycle import USAGE_ERROR, is_watched, report_failure
from azmlinfsrv.server.log import logger, logging_config
from azmlinfsrv.server.resolve import (
    NoEntryScriptError,
    SettingError,
    add_options,
    resolve_settings,
)
from azmlinfsrv.server.run import OnListening, run_server
from azmlinfsrv.server.settings import Settings

_EPILOG = """\
subcommands:
  check PATH  find mistakes in entry scripts, without running them
  rule CODE   explain what check says
  profile     measure how fast a script answers, and what its deployment needs
  find PATH   list the entry scripts in a folder
  sample PATH print a request that an entry script can answer
  new         write an entry script from a template
  ps          list the servers that you have started
  attach PID  have a running server's workers listen for a debugger
  stop PID    end a running server
  models      keep models under names and versions, as Azure ML does
  deploy      run a deployment as a service on this machine
  services    list, show, reload, update and delete the services
  gateway     answer for several services as one endpoint does
  batch       score many files, rows or requests, as a batch endpoint does
  serve-model serve a model without an entry script
  package     write what an image of a deployment is built from
  export      write what takes a deployment to Azure ML or Kubernetes
  client      print a program that asks a service, in one of several languages

example:
  azmlinfsrv --entry_script score.py --model_dir model
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with 1, as the published server does, where argparse would use 2."""
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: error: {message}\n")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the server's options."""
    parser = _Parser(
        prog="azmlinfsrv",
        description="Serve an Azure Machine Learning entry script on this machine.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"azmlinfsrv {azmlinfsrv.__version__}"
    )
    add_options(parser)
    add_model_options(parser)
    # Published; all it does is to set the variable.
    parser.add_argument(
        "--rest", action="store_const", const="rest", default="grpc", help=argparse.SUPPRESS
    )
    return parser


def main(arguments: Sequence[str], on_listening: OnListening = lambda _: None) -> int:
    """Parse the options and serve; returns the exit status."""
    parser = build_parser()
    options = vars(parser.parse_args(list(map(with_underscores, arguments))))
    try:
        settings = _settings(options)
    except SettingError as error:
        report_failure(EntryScriptError(str(error)), is_setting=True)
        if error.status == USAGE_ERROR and not isinstance(error, NoEntryScriptError):
            parser.error(str(error))
        logging.config.dictConfig(logging_config(for_editor=is_watched()))
        if error.status == USAGE_ERROR:
            logger.error("Error!")
        logger.error("%s", error)
        return error.status
    os.environ["TRANSPORT_PROTOCOL"] = options["rest"]
    if is_watched():
        end_with_parent()
    if not settings.as_published:
        look_into_registry(options["registry"])
    return run_server(settings, on_listening)


def _settings(options: dict[str, Any]) -> Settings:
    try:
        apply_model_options(options)
    except ModelOptionError as error:
        raise SettingError(str(error)) from error
    return resolve_settings(options, os.environ, Path.cwd())
