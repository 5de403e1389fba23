"""``services reload``, ``update``, ``start`` and ``delete``."""

from __future__ import annotations

import argparse
import json

from azmlinfsrv.cli.service_commands.common import add_command, add_name
from azmlinfsrv.cli.service_commands.failures import DONE
from azmlinfsrv.cli.service_commands.plan_options import (
    Sources,
    add_plan_options,
    add_timeout_option,
    stored_sources,
)
from azmlinfsrv.cli.service_commands.preparing import prepare, tell_differences
from azmlinfsrv.cli.service_commands.telling import print_service, shortened, tell, tell_state
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.folder import find_service


def add_commands(commands: Commands) -> None:
    """Declare them."""
    parser = add_command(
        commands,
        "reload",
        _reload,
        description="Load a service's script anew. If it cannot be served, the old code goes on.",
        example="reload myservice",
    )
    add_name(parser)
    add_timeout_option(parser)
    parser = add_command(
        commands,
        "update",
        _update,
        description="Read a service's files again, or others, and let it run what they say. What "
        "it runs now serves until the new one is Healthy.",
        example="update myservice -m mymodel:2",
    )
    add_name(parser)
    add_plan_options(parser, has_name=True)
    parser = add_command(
        commands,
        "start",
        _start,
        description="Run a service again that has failed, or whose machine was restarted.",
        example="start myservice",
    )
    add_name(parser)
    add_timeout_option(parser)
    parser = add_command(
        commands,
        "delete",
        _delete,
        description="End services and remove everything that is kept of them.",
        example="delete myservice",
    )
    parser.add_argument("names", metavar="NAME", nargs="+", help="as `services list` shows it")


def _reload(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    steering.reload(service, options.timeout)
    print_service(service, as_json=options.json)
    return DONE


def _update(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    before = service.definition()
    stored = stored_sources(before.source if before else None, service.name)
    sources = stored.changed_by(Sources.from_options(options))
    plan = sources.plan()
    for note in plan.notes:
        tell(shortened(note))
    definition = prepare(plan, sources, tell)
    steering.update(service, definition, options.timeout, tell_state)
    if not sources.create_env:
        tell_differences(plan, definition.program[0], tell)
    print_service(service, as_json=options.json)
    return DONE


def _start(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    steering.start(service, options.timeout, tell_state)
    print_service(service, as_json=options.json)
    return DONE


def _delete(options: argparse.Namespace) -> int:
    services = [find_service(name) for name in dict.fromkeys(options.names)]
    for service in services:
        steering.delete(service)
        if not options.json:
            print(f"{service.name} has been deleted.")
    if options.json:
        print(json.dumps({"deleted": [service.name for service in services]}))
    return DONE
