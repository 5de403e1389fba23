"""The options of ``azmlinfsrv export``, and the requests that they make."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.deployment.export.azure_documents import Choices
from azmlinfsrv.deployment.export.described import (
    Described,
    Kind,
    from_plan,
    from_v2,
    plan_of_script,
    with_other_models,
)
from azmlinfsrv.deployment.export.errors import OptionError
from azmlinfsrv.deployment.export.figures import Figures, read_figures
from azmlinfsrv.deployment.export.request import ExportRequest
from azmlinfsrv.deployment.packaging import NotFoundError
from azmlinfsrv.deployment.packaging.dependencies import read_dependencies
from azmlinfsrv.deployment.plan import DeploymentPlan

if TYPE_CHECKING:
    from azmlinfsrv.deployment.export.kubernetes import KubernetesRequest

_MOST_INSTANCES = 1000
_AZURE_EPILOG = """\
examples:
  azmlinfsrv export azure-ml --entry_script score.py -m mymodel:1 --profile profile.json -o ../azure
  azmlinfsrv export azure-ml --file deployment.yml --endpoint endpoint.yml -o ../azure
  azmlinfsrv export azure-ml --service myservice -o ../azure
  azmlinfsrv export azure-ml --ic inferenceconfig.json --dc deploymentconfig.json -m m:1 -o ../azure

The last one converts the files of Azure ML's first version. What is written runs here, too:
  azmlinfsrv deploy --file ../azure/deployment.yml --endpoint ../azure/endpoint.yml
"""
_KUBERNETES_EPILOG = """\
examples:
  azmlinfsrv package --file deployment.yml -o ../image
  docker build --tag registry.example.com/diabetes:1 ../image
  azmlinfsrv export kubernetes --file deployment.yml --image registry.example.com/diabetes:1 \\
      --profile profile.json -o ../kubernetes
  kubectl apply --filename ../kubernetes
"""


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; ends the program with 2 when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv export",
        description="Write the files that take a deployment to Azure ML, or to Kubernetes.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example:\n  azmlinfsrv export azure-ml --entry_script score.py -o ../azure",
    )
    targets = parser.add_subparsers(dest="target", metavar="TARGET", required=True)
    azure = targets.add_parser(
        "azure-ml",
        help="an online endpoint: endpoint.yml, deployment.yml, conda.yml and the az ml lines",
        description="Write endpoint.yml, deployment.yml, conda.yml, code, model, sample requests "
        "and the `az ml` lines that make an online endpoint of them.",
        epilog=_AZURE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_azure(azure)
    cluster = targets.add_parser(
        "kubernetes",
        help="Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget; --kserve",
        description="Write what runs an image of `azmlinfsrv package` in Kubernetes.",
        epilog=_KUBERNETES_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_kubernetes(cluster)
    options = parser.parse_args(list(map(with_underscores, arguments)))
    chosen = azure if options.target == "azure-ml" else cluster
    for option, other in (("dc", "ic"), ("endpoint", "file"), ("source_directory", "entry_script")):
        if getattr(options, option) and not getattr(options, other):
            chosen.error(f"--{option} belongs to --{other}.")
    if options.service and options.model:
        chosen.error("--model does not go with --service, which has its model.")
    return options


def _add_common(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--entry_script", metavar="PATH", type=Path, help="the script to serve")
    what.add_argument("--file", "-f", metavar="FILE", type=Path, help="deployment.yml")
    what.add_argument(
        "--ic", "--inference_config_file", metavar="FILE", type=Path, help="inferenceconfig.json"
    )
    what.add_argument("--service", metavar="NAME", help="a service of `azmlinfsrv deploy`")
    parser.add_argument("--endpoint", metavar="FILE", type=Path, help="endpoint.yml, with --file")
    parser.add_argument(
        *("--dc", "--deploy_config_file"),
        metavar="FILE",
        type=Path,
        help="deploymentconfig.json, with --ic: local, aci or aks",
    )
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
        help="requirements.txt or a conda file, in place of the deployment's",
    )
    parser.add_argument(
        "--profile",
        metavar="FILE",
        type=Path,
        help="what `azmlinfsrv profile --json FILE` has written: workers, instances, limits and "
        "probes are derived from it",
    )
    parser.add_argument(
        *("-o", "--output"), metavar="DIR", type=Path, required=True, help="the folder to write"
    )
    parser.add_argument("--force", action="store_true", help="replace an export that is there")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def _add_azure(parser: argparse.ArgumentParser) -> None:
    _add_common(parser)
    parser.add_argument("-n", "--endpoint_name", metavar="NAME", help="the endpoint's name")
    parser.add_argument(
        "--deployment_name", metavar="NAME", help="the deployment's name (default: blue)"
    )
    parser.add_argument(
        "--kind",
        choices=("managed", "kubernetes"),
        help="which endpoint, with --entry_script, --ic or --service (default: managed; "
        "kubernetes for a deploymentconfig.json of aks)",
    )
    parser.add_argument(
        "--compute", metavar="NAME", help="with --kind kubernetes: the attached cluster"
    )
    parser.add_argument(
        "--instance_type", metavar="TYPE", help="the machine, in place of a derived"
    )
    parser.add_argument(
        "--instance_count", metavar="N", type=_count, help="how many, in place of a derived number"
    )
    parser.add_argument(
        "--base_image",
        metavar="IMAGE",
        help="the image of the environment (default: the deployment's, or an inference image)",
    )
    parser.add_argument(
        "--request",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a sample request (default: sample-request.json, or one made of the script)",
    )


def _add_kubernetes(parser: argparse.ArgumentParser) -> None:
    _add_common(parser)
    parser.add_argument("-n", "--name", metavar="NAME", help="what everything is called")
    parser.add_argument("--namespace", metavar="NAME", help="where it belongs")
    parser.add_argument(
        "--image",
        metavar="IMAGE",
        help="the image of `azmlinfsrv package`, as the cluster pulls it",
    )
    parser.add_argument(
        "--health_port",
        metavar="PORT",
        type=_port,
        help="answer probes on a port of their own (default: on that of the requests)",
    )
    parser.add_argument(
        "--kserve", action="store_true", help="write an InferenceService of KServe instead"
    )


def azure_ml_request(options: argparse.Namespace) -> ExportRequest:
    """Return what the options of ``export azure-ml`` ask for.

    Raises:
        DeploymentFileError: the files are not right.
        PackagingError, RegistryError, ServiceError: something is not there, or cannot be used.

    """
    names = (options.endpoint_name, options.deployment_name)
    described = _with_requirements(_described(options, names, options.kind), options)
    return ExportRequest(
        described,
        options.output.resolve(),
        _figures(options),
        Choices(options.instance_type, options.instance_count, options.base_image, options.compute),
        tuple(options.request),
        force=options.force,
    )


def kubernetes_request(options: argparse.Namespace) -> KubernetesRequest:
    """Return what the options of ``export kubernetes`` ask for.

    Raises:
        DeploymentFileError: the files are not right.
        PackagingError, RegistryError, ServiceError: something is not there, or cannot be used.

    """
    from azmlinfsrv.deployment.export.kubernetes import KubernetesRequest

    described = _with_requirements(_described(options, ("export", None), None), options)
    return KubernetesRequest(
        described,
        options.output.resolve(),
        options.image,
        options.name,
        options.namespace,
        options.health_port,
        _figures(options),
        kserve=options.kserve,
        force=options.force,
    )


def _described(
    options: argparse.Namespace, names: tuple[str | None, str | None], kind: Kind | None
) -> Described:
    if options.ic:
        from azmlinfsrv.deployment.export.first_version import from_v1

        return from_v1(options.ic, options.dc, options.model, names, kind)
    if options.file:
        if kind is not None:
            raise OptionError("--kind: deployment.yml says itself which endpoint it is for.")
        from azmlinfsrv.deployment.formats import plan_from_v2

        plan = plan_from_v2(options.file, options.endpoint, options.model)
        # Its notes are about a service on this machine.
        described = from_v2(replace(plan, notes=()), options.file, options.endpoint, names)
        return with_other_models(described) if options.model else described
    if options.service:
        plan = _plan_of_service(options.service)
    else:
        plan = plan_of_script(options.entry_script, options.source_directory, options.model)
    return from_plan(plan, kind or "managed", endpoint=names[0], deployment=names[1])


def _plan_of_service(name: str) -> DeploymentPlan:
    from azmlinfsrv.deployment.services.folder import ServiceError, find_service

    definition = find_service(name).definition()
    if definition is None:
        raise ServiceError(
            f"The service {name} has never run, or another version has deployed it. Name its "
            "files: --file, or --ic."
        )
    return replace(definition.plan, notes=())


def _with_requirements(described: Described, options: argparse.Namespace) -> Described:
    if options.requirements is None:
        return described
    if not options.requirements.is_file():
        raise NotFoundError(f"--requirements: {options.requirements} is not there.")
    environment = described.deployment.get("environment")
    has_packages = isinstance(environment, str) or "build" in (environment or {})
    if has_packages and not getattr(options, "base_image", None):
        raise OptionError(
            "--requirements: the deployment's environment has its packages already. --base_image "
            "IMAGE has one made of that image and these packages."
        )
    plan = replace(described.plan, dependencies=read_dependencies(options.requirements))
    return replace(described, plan=plan)


def _figures(options: argparse.Namespace) -> Figures | None:
    return read_figures(options.profile) if options.profile else None


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST_INSTANCES:
        raise ValueError
    return count


def _port(text: str) -> int:
    port = int(text)
    if not 1024 <= port <= 65535:
        raise argparse.ArgumentTypeError(
            f"{text} cannot be used: the server is not root, and takes 1024 to 65535"
        )
    return port
