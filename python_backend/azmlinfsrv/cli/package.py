"""``azmlinfsrv package``: write what an image of a deployment is built from."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from azmlinfsrv.cli.package_options import package_request, parse_options
from azmlinfsrv.cli.refusals import write_or_refuse
from azmlinfsrv.deployment.formats.problems import one_line
from azmlinfsrv.deployment.packaging import Package, write_package

_SHOWN_LEFT_OUT = 12


def main(arguments: Sequence[str]) -> int:
    """Write a package; returns 0, 1 if it was refused, 2 for usage and what is not there."""
    options = parse_options(arguments)
    return write_or_refuse("package", options, partial(_package, options), partial(_tell, options))


def _package(options: argparse.Namespace) -> Package:
    return write_package(package_request(options))


def _tell(options: argparse.Namespace, package: Package) -> None:
    if options.json:
        print(json.dumps({**asdict(package), "folder": str(package.folder)}, indent=2))
    else:
        told = _told(package, has_dev_container=options.dev_container)
        print("\n".join(map(one_line, told)))


def _told(package: Package, *, has_dev_container: bool) -> Iterator[str]:
    folder = _shown(package.folder)
    yield f"wrote {folder}: {_size(package.size)}, on {package.base_image}"
    if package.models:
        yield f"models: {', '.join(package.models)}"
    if package.requirements:
        hashes = "with hashes" if package.has_hashes else "without hashes"
        yield f"packages: {package.requirements}, pinned {hashes}"
    if package.left_out:
        yield "left out:"
        for each in package.left_out[:_SHOWN_LEFT_OUT]:
            yield f"  {each.name}  ({each.reason})"
        if len(package.left_out) > _SHOWN_LEFT_OUT:
            yield f"  and {len(package.left_out) - _SHOWN_LEFT_OUT} more: --json lists all"
    for note in package.notes:
        yield f"note: {note}"
    yield ""
    yield f"build it:  docker build --tag {package.name} {folder}"
    yield f"run it:    docker run --rm -p 6789:5001 {package.name}"
    if has_dev_container:
        yield f"debug it:  code {folder}, then `Dev Containers: Reopen in Container`, then F5"


def _shown(path: Path) -> str:
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return shlex.quote(relative)


def _size(size: int) -> str:
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
