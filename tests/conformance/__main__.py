"""Prove the cases on any server command: ``python -m tests.conformance --server "CMD"``."""

from __future__ import annotations

import argparse
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .case_file import Case, CaseFileError, Server, read_all
from .harness import CaseRun
from .server import Running


def main() -> int:
    """Run the chosen cases; 1 if one fails."""
    options = _options()
    try:
        servers = read_all()
    except CaseFileError as error:
        sys.exit(str(error))
    chosen = [(server, _chosen(server, options)) for server in servers]
    chosen = [(server, cases) for server, cases in chosen if cases]
    command = shlex.split(options.server)
    command[0] = str(Path(shutil.which(command[0]) or command[0]).absolute())
    began = time.monotonic()

    def run(one: tuple[Server, Sequence[Case]]) -> int:
        return _run_server(command, *one, options)

    with ThreadPoolExecutor(options.j) as pool:
        failed = sum(pool.map(run, chosen))
    total = sum(len(cases) for _, cases in chosen)
    seconds = time.monotonic() - began
    print(f"{total - failed} of {total} cases passed, {len(chosen)} servers, {seconds:.1f} s")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--server", required=True, help="the server's command line")
    parser.add_argument(
        "--published", action="store_true", help="it is the published server: expect its behaviour"
    )
    parser.add_argument(
        "--front", choices=["gunicorn", "waitress"], default="gunicorn", help="its HTTP front"
    )
    parser.add_argument("--without", action="append", default=[], help="a module it does not have")
    parser.add_argument("-k", default="", help="only cases whose file, server or name has this")
    parser.add_argument("-j", type=int, default=2, help="servers at a time")
    parser.add_argument("-v", action="store_true", help="show the output of failing cases")
    return parser.parse_args()


def _chosen(server: Server, options: argparse.Namespace) -> list[Case]:
    if set(server.needs) & set(options.without) or options.front not in server.fronts:
        return []
    return [
        case
        for case in server.cases
        if options.front in case.fronts
        and not (options.published and case.published_skip)
        and options.k.lower() in f"{server.id}: {case.name}".lower()
    ]


def _run_server(
    command: Sequence[str], server: Server, cases: Sequence[Case], options: argparse.Namespace
) -> int:
    running = Running(command, server)
    failed = 0
    try:
        for case in cases:
            if complaints := CaseRun(running, case, options.published).complaints():
                failed += 1
                shown = "\n    ".join(complaints) if options.v else complaints[0]
                print(f"FAILED {server.id}: {case.name}: {shown}", flush=True)
    finally:
        running.end()
    return failed


if __name__ == "__main__":
    sys.exit(main())
