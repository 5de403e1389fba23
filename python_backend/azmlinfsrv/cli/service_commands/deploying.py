"""The command line of ``azmlinfsrv deploy``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from azmlinfsrv.cli.deploy_check import check_files
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.service_commands.failures import told_failures
from azmlinfsrv.cli.service_commands.plan_options import Sources, add_plan_options
from azmlinfsrv.cli.service_commands.preparing import prepare, tell_differences
from azmlinfsrv.cli.service_commands.telling import print_service, shortened, tell, tell_state
from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.definition import DEFAULT_RESTARTS
from azmlinfsrv.deployment.services.folder import ServiceFolder, services_folder
from azmlinfsrv.deployment.services.interpreter import find_interpreter
from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor

_EPILOG = """\
The service listens on 127.0.0.1 only and runs on when this terminal is closed. Its script runs
from where it lies. `azmlinfsrv services` lists, shows, reloads, updates and deletes services.

exit status: 0 done, 1 refused or failed (nothing is left of it), 2 wrong options

examples:
  azmlinfsrv deploy --ic inferenceconfig.json --dc deploymentconfig.json -m mymodel:1 -n myservice
  azmlinfsrv deploy --file deployment.yml --endpoint endpoint.yml --create-env
"""


def run(arguments: Sequence[str], supervisor: SpawnedSupervisor | None) -> int:
    """Deploy; returns 0, 1 when it is refused or fails, or 2 for options that cannot be used.

    Args:
        arguments: the words after ``deploy``.
        supervisor: is to run the service; None if everything is only to be checked.

    """
    options = _parser().parse_args(list(map(with_underscores, arguments)))
    with guarded_output(), told_failures("deploy", as_json=options.json) as ending:
        if options.check or supervisor is None:
            options.python = find_interpreter(options.python)
            ending.status = check_files(options)
        else:
            _deploy(options, supervisor)
    return ending.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv deploy",
        description="Run a deployment as a service on this machine, in the background.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_plan_options(parser)
    parser.add_argument(
        "--restarts",
        type=_count,
        default=DEFAULT_RESTARTS,
        metavar="N",
        help=f"how often in a row it is started again after a crash (default: {DEFAULT_RESTARTS})",
    )
    parser.add_argument("--check", action="store_true", help="check everything and start nothing")
    parser.add_argument("--force", action="store_true", help="replace a service of that name")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def _deploy(options: argparse.Namespace, supervisor: SpawnedSupervisor) -> None:
    sources = Sources.from_options(options)
    plan = sources.plan()
    for note in plan.notes:
        tell(shortened(note))
    definition = replace(prepare(plan, sources, tell), restarts=options.restarts)
    service = ServiceFolder(services_folder() / plan.name)
    if options.force and service.path.is_dir():
        steering.update(service, definition, options.timeout, tell_state)
    else:
        service = steering.deploy(definition, supervisor, options.timeout, tell_state)
    if not sources.create_env:
        # Last, so that nobody waits for it: the interpreter is started once more.
        tell_differences(plan, definition.program[0], tell)
    print_service(service, as_json=options.json)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number
