"""The command line of ``azmlinfsrv services``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.service_commands import calling, changing, credentials, looking
from azmlinfsrv.cli.service_commands.failures import told_failures

_EPILOG = """\
exit status: 0 done, 1 refused or failed, 2 wrong options or no such service

examples:
  azmlinfsrv services list
  azmlinfsrv services run myservice --request_file sample-request.json
  azmlinfsrv services logs myservice --follow
"""


def run(arguments: Sequence[str]) -> int:
    """Run a subcommand; returns 0, 1 when it is refused or fails, 2 when something is not there."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv services",
        description="Look at, call and change what `azmlinfsrv deploy` has deployed.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in (looking, calling, changing, credentials):
        module.add_commands(commands)
    options = parser.parse_args(list(map(with_underscores, arguments)))
    failures = told_failures(f"services {options.command}", as_json=options.json)
    with guarded_output(), failures as ending:
        ending.status = options.run(options)
    return ending.status
