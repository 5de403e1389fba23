"""The options of ``azmlinfsrv package``, and the request that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.deployment.formats import plan_from_v1, plan_from_v2
from azmlinfsrv.deployment.packaging import (
    NotFoundError,
    PackagedModel,
    PackageRequest,
    model_from_path,
)
from azmlinfsrv.deployment.packaging.dependencies import read_dependencies
from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.registry import NoSuchModelError, Registry
from azmlinfsrv.registry.references import is_name

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


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; ends the program with 2 when they make no sense."""
    parser = _parser()
    options = parser.parse_args(list(map(with_underscores, arguments)))
    for option, other in (("dc", "ic"), ("endpoint", "file"), ("source_directory", "entry_script")):
        if getattr(options, option) and not getattr(options, other):
            parser.error(f"--{option} belongs to --{other}.")
    return options


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
        help="name, name:version or name@latest of `azmlinfsrv models`, or a file or folder; may "
        "be given several times",
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


def package_request(options: argparse.Namespace) -> PackageRequest:
    """Return what the options ask for.

    Raises:
        DeploymentFileError: the files are not right.
        PackagingError, RegistryError: something is not there.

    """
    plan = _plan(options)
    if options.name:
        plan = replace(plan, name=options.name)
    if options.requirements:
        if not options.requirements.is_file():
            raise NotFoundError(f"{options.requirements} is not there.")
        plan = replace(plan, dependencies=read_dependencies(options.requirements))
    return PackageRequest(
        plan,
        tuple(_model(reference) for reference in plan.models),
        options.output.resolve(),
        base_image=options.base_image,
        heeds_ignore_files=options.ic is None,
        dev_container=options.dev_container,
        force=options.force,
    )


def _plan(options: argparse.Namespace) -> DeploymentPlan:
    # The notes of these plans are about a service on this machine.
    if options.ic:
        name = options.ic.absolute().parent.name
        return replace(plan_from_v1(options.ic, options.dc, options.model, name), notes=())
    if options.file:
        return replace(plan_from_v2(options.file, options.endpoint, options.model), notes=())
    script = options.entry_script.absolute()
    source = (options.source_directory or script.parent).absolute()
    models, notes = list(options.model), []
    if not models and (found := find_model_folder(ModelFolderRequest(script, source))):
        models.append(str(found.path))
        notes.append(f"The model is {found.path} ({found.source}).")
    named = [str(Path(model).absolute()) if _is_path(model) else model for model in models]
    return DeploymentPlan(source.name, script, source, models=tuple(named), notes=tuple(notes))


def _is_path(model: str) -> bool:
    # "" would be the working directory.
    return bool(model) and Path(model).exists()


def _model(reference: str) -> PackagedModel:
    if not reference:
        raise NotFoundError("-m names no model: give name:version, name@latest, or a path.")
    path = Path(reference)
    is_registered = ":" in reference or "@" in reference
    # A name alone is the newest version, as with `azmlinfsrv deploy`.
    may_be_registered = is_name(reference) and not path.exists()
    if path.is_absolute() or not (is_registered or may_be_registered):
        return model_from_path(path)
    try:
        found = Registry().resolve(reference)
    except NoSuchModelError as error:
        if is_registered:
            raise
        raise NotFoundError(f"{error} Nor is there a file or folder {path.absolute()}.") from error
    return PackagedModel(found.name, str(found.version), found.folder, is_registered=True)
