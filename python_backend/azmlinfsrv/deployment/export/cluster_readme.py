"""The ``kubectl`` lines for the written manifests, and the README around them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from azmlinfsrv.deployment.export.workload import Workload
from azmlinfsrv.deployment.packaging.written_folder import Kind as FolderKind

MARK = "<!-- Written by `azmlinfsrv export kubernetes`. -->"
README = "README.md"
FOLDER = FolderKind("export", README, MARK)
_LOCAL_PORT = 8080
_WHAT = {
    "deployment.yaml": "the pods: image, resources, probes, and how they end",
    "service.yaml": "one address for all of them, within the cluster",
    "autoscaler.yaml": "how many there are; it needs the cluster's metrics server",
    "disruption-budget.yaml": "that maintenance takes one pod at a time",
    "inference-service.yaml": "the InferenceService; KServe makes the rest",
}


@dataclass(frozen=True)
class ClusterFacts:
    """What the commands and the README tell.

    Attributes:
        workload: what runs.
        files: the manifests.
        request: a sample request with the type of its body; None if there is none.
        is_kserve: whether KServe runs it.
        notes: what the user should know, in sentences.

    """

    workload: Workload
    files: tuple[str, ...]
    request: tuple[str, str] | None
    is_kserve: bool
    notes: tuple[str, ...]


def kubectl_commands(facts: ClusterFacts) -> list[str]:
    """Return the commands, from within the folder."""
    workload = facts.workload
    within = f" --namespace {workload.namespace}" if workload.namespace else ""
    commands = []
    if workload.secrets:
        literals = "".join(f' --from-literal {name}="${name}"' for name in workload.secrets)
        commands.append(f"kubectl create secret generic {workload.name}{within}{literals}")
    commands.append("kubectl apply --filename .")
    if facts.is_kserve:
        commands.append(
            f"kubectl wait --for=condition=Ready inferenceservice/{workload.name}{within} "
            f"--timeout={workload.start_seconds.value}s"
        )
        return commands
    commands.append(f"kubectl rollout status deployment/{workload.name}{within}")
    commands.append(f"kubectl port-forward service/{workload.name}{within} {_LOCAL_PORT}:80")
    if facts.request is not None:
        path, content_type = facts.request
        commands.append(
            f'curl --header "Content-Type: {content_type}" --data-binary {shlex.quote("@" + path)} '
            f"http://127.0.0.1:{_LOCAL_PORT}/score"
        )
    return commands


def cluster_readme(facts: ClusterFacts) -> str:
    """Return the text of the README, in Markdown."""
    return "\n".join([MARK, f"# {facts.workload.name}", "", *_use(facts), *_rest(facts), ""])


def _use(facts: ClusterFacts) -> Iterator[str]:
    yield "In this folder:"
    yield ""
    yield "```sh"
    yield from kubectl_commands(facts)
    yield "```"
    yield ""
    if facts.is_kserve:
        yield (
            "`kubectl get inferenceservice` shows the address; requests go to its path `/score`. "
            "KServe's own paths (`/v1/models/…:predict`, `/v2/…`) are not served by an entry "
            "script."
        )
        yield ""
    if facts.workload.secrets:
        names = ", ".join(f"`{name}`" for name in facts.workload.secrets)
        yield f"{names} may be a secret and is in no file: the first line takes it from your shell."
        yield ""


def _rest(facts: ClusterFacts) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    yield from (f"| `{name}` | {_WHAT[name]} |" for name in facts.files)
    if facts.request is not None:
        yield "| `requests/` | sample requests; `kubectl apply` does not look into it |"
    yield ""
    yield "## Good to know"
    yield ""
    yield from (f"- {note}" for note in facts.notes)
    yield (
        f"- `{facts.workload.image}` is the image of `azmlinfsrv package`: it has the code, the "
        "models and this server, whose `/livez` and `/readyz` the probes ask. Azure ML's own "
        "inference images have neither."
    )
    yield "- The pods run as a user without rights, and hold to the standard `restricted`."
    yield "- The comments in the files say where their numbers come from."
