"""``azmlinfsrv package``: write what an image of a deployment is built from."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.deployment.formats import DeploymentFileError, plan_from_v1, plan_from_v2
from azmlinfsrv.deployment.packaging import (
    NotFoundError,
    Package,
    PackagedModel,
    PackageRequest,
    PackagingError,
    model_from_path,
    write_package,
)
from azmlinfsrv.deployment.packaging.dependencies import read_dependencies
from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.registry import NoSuchModelError, Registry, RegistryError

REFUSED = 1
NOT_FOUND = 2
_SHOWN_LEFT_OUT = 12
_EPILOG = """\
examples:
  azmlinfsrv package --entry_script score.py -m mymodel:1 -o ../image
  azmlinfsrv package --ic inferenceconfig.json -m mymodel:1 -o ../image
  azmlinfsrv package --file deployment.yml -o ../image
  azmlinfsrv package --file deployment.yml -o ../image --dev_container

Then, as the README.md in that folder says:
  docker build --tag myservice ../image
  docker run -p 6789:5001 myservice
"""


def main(arguments: Sequence[str]) -> int:
    """Write a package; returns 0, 1 if it was refused, 2 for usage and what is not there."""
    options = _parser().parse_args(list(map(with_underscores, arguments)))
    try:
        with _ended_as_by_interrupt():
            package, notes = _package(options)
    except KeyboardInterrupt:
        print("azmlinfsrv package: interrupted; nothing was written.", file=sys.stderr)
        return 130
    except DeploymentFileError as error:
        for problem in error.problems:
            print(f"azmlinfsrv package: {problem}", file=sys.stderr)
        return REFUSED
    except (PackagingError, RegistryError) as error:
        print(f"azmlinfsrv package: {error}", file=sys.stderr)
        return NOT_FOUND if isinstance(error, NotFoundError | NoSuchModelError) else REFUSED
    with guarded_output():
        if options.json:
            print(json.dumps(_as_json(package, notes), indent=2))
        else:
            print("\n".join(_told(package, notes)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv package",
        description="Write a folder from which Docker builds an image of a deployment: Dockerfile, "
        "pinned requirements, code and models.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--entry_script", metavar="PATH", type=Path, help="the script to serve")
    what.add_argument(
        "--ic", "--inference_config_file", metavar="FILE", type=Path, help="inferenceconfig.json"
    )
    what.add_argument("--file", "-f", metavar="FILE", type=Path, help="deployment.yml")
    parser.add_argument(
        *("--dc", "--deploy_config_file"),
        metavar="FILE",
        type=Path,
        help="deploymentconfig.json, with --ic",
    )
    parser.add_argument("--endpoint", metavar="FILE", type=Path, help="endpoint.yml, with --file")
    parser.add_argument(
        *("-m", "--model"),
        metavar="MODEL",
        action="append",
        default=[],
        help="name:version or name@latest of `azmlinfsrv models`, or a file or folder; may be "
        "given several times",
    )
    parser.add_argument(
        "--source_directory",
        metavar="DIR",
        type=Path,
        help="with --entry_script: the folder to ship (default: the script's)",
    )
    parser.add_argument(
        "--requirements",
        metavar="FILE",
        type=Path,
        help="requirements.txt or a conda file with the packages that the script needs (default: "
        "the deployment's, or such a file beside the script)",
    )
    parser.add_argument(
        "--base_image",
        metavar="IMAGE",
        help="the image to build on, such as mcr.microsoft.com/azureml/minimal-py312-inference "
        "(default: python:X.Y-slim)",
    )
    parser.add_argument("-n", "--name", metavar="NAME", help="the image's name in the README")
    parser.add_argument(
        "--generate_dockerfile",
        action="store_true",
        help="as published; here it is what the command always does",
    )
    parser.add_argument(
        "--dev_container",
        action="store_true",
        help="also write .devcontainer/ and .vscode/: VS Code opens the folder in the container, "
        "with F5 ready",
    )
    parser.add_argument(
        *("-o", "--output"), metavar="DIR", type=Path, required=True, help="the folder to write"
    )
    parser.add_argument("--force", action="store_true", help="replace a package that is there")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def _package(options: argparse.Namespace) -> tuple[Package, list[str]]:
    notes: list[str] = []
    plan = _plan(options, notes)
    if options.name:
        plan = replace(plan, name=options.name)
    if options.requirements:
        if not options.requirements.is_file():
            raise NotFoundError(f"{options.requirements} is not there.")
        plan = replace(plan, dependencies=read_dependencies(options.requirements))
    request = PackageRequest(
        plan,
        tuple(_model(reference) for reference in plan.models),
        options.output.absolute(),
        base_image=options.base_image,
        heeds_ignore_files=options.ic is None,
        dev_container=options.dev_container,
        force=options.force,
    )
    return write_package(request), notes


def _plan(options: argparse.Namespace, notes: list[str]) -> DeploymentPlan:
    if options.ic:
        name = options.ic.absolute().parent.name
        return plan_from_v1(options.ic, options.dc, options.model, name)
    if options.file:
        return plan_from_v2(options.file, options.endpoint, options.model)
    script = options.entry_script.absolute()
    source = (options.source_directory or script.parent).absolute()
    models = list(options.model)
    if not models and (found := find_model_folder(ModelFolderRequest(script, source))):
        models.append(str(found.path))
        notes.append(f"The model is {found.path} ({found.source}).")
    named = [str(Path(model).absolute()) if Path(model).exists() else model for model in models]
    return DeploymentPlan(source.name, script, source, models=tuple(named))


def _model(reference: str) -> PackagedModel:
    if Path(reference).is_absolute() or not (":" in reference or "@" in reference):
        return model_from_path(Path(reference))
    found = Registry().resolve(reference)
    return PackagedModel(found.name, str(found.version), found.folder, is_registered=True)


@contextlib.contextmanager
def _ended_as_by_interrupt() -> Iterator[None]:
    """Let SIGTERM end what is within like Ctrl+C, so that half a package is cleared away."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _as_json(package: Package, notes: list[str]) -> dict[str, object]:
    answer = asdict(package)
    answer["folder"] = str(package.folder)
    answer["notes"] = [*notes, *package.notes]
    return answer


def _told(package: Package, notes: list[str]) -> Iterator[str]:
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
    for note in (*notes, *package.notes):
        yield f"note: {note}"
    yield ""
    yield f"build it:  docker build --tag {package.name} {folder}"
    yield f"run it:    docker run --rm -p 6789:5001 {package.name}"


def _shown(path: Path) -> str:
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return shlex.quote(relative)


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
