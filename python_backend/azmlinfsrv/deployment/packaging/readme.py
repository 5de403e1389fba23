"""The README of a package."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azmlinfsrv.deployment.packaging.dockerfile import PORT, STOP_SECONDS, ImageContent

_HOST_PORT = 6789


@dataclass(frozen=True)
class ReadmeFacts:
    """What a README tells.

    Attributes:
        name: the image's.
        image: what the Dockerfile puts into it.
        secrets: variables of the deployment that are not in the image.
        sample: a request to try, a file below ``azureml-app``; None if there is none.
        models: the models, as ``name:version``.
        has_dev_container: whether VS Code can open the folder in a container.

    """

    name: str
    image: ImageContent
    secrets: tuple[str, ...]
    sample: str | None
    models: tuple[str, ...]
    has_dev_container: bool


def readme(facts: ReadmeFacts) -> str:
    """Return the text, in Markdown."""
    return "\n".join([*_use(facts), *_content(facts), *_notes(facts), ""])


def _use(facts: ReadmeFacts) -> Iterator[str]:
    yield f"# {facts.name}"
    yield ""
    yield "In this folder:"
    yield ""
    yield "```sh"
    secret = "--secret id=netrc,src=$HOME/.netrc " if facts.image.has_passwords else ""
    yield f"docker build {secret}--tag {facts.name} ."
    variables = "".join(f" --env {name}" for name in facts.secrets)
    yield (
        f"docker run --rm --name {facts.name} --stop-timeout {STOP_SECONDS}"
        f" -p {_HOST_PORT}:{PORT}{variables} {facts.name}"
    )
    yield "```"
    yield ""
    if facts.secrets:
        yield (
            f"`--env NAME` passes a variable of your shell on: {', '.join(facts.secrets)} may be a "
            "secret and is not in the image."
        )
        yield ""
    path = facts.sample or "request.json"
    data = f"azureml-app/{path}" if facts.sample else path
    yield f"It answers at http://127.0.0.1:{_HOST_PORT}/score:"
    yield ""
    yield "```sh"
    yield (
        f"curl --header 'Content-Type: application/json' --data @{data}"
        f" http://127.0.0.1:{_HOST_PORT}/score"
    )
    yield "```"
    yield ""


def _content(facts: ReadmeFacts) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    yield f"| `Dockerfile` | builds on `{facts.image.base.reference}` |"
    if facts.image.conda_file:
        yield f"| `{facts.image.conda_file}` | the conda environment, as the deployment names it |"
    else:
        hashes = "with their hashes" if facts.image.has_hashes else "without hashes"
        yield f"| `requirements.txt` | every package and its version, {hashes} |"
    if not facts.image.base.is_published:
        yield "| `wheels/` | the server, and packages that no index has |"
    yield "| `azureml-app/` | the source folder |"
    if facts.models:
        yield f"| `azureml-models/` | {', '.join(facts.models)} |"
    if facts.has_dev_container:
        yield (
            "| `.devcontainer/`, `.vscode/` | *Dev Containers: Reopen in Container* in VS Code, "
            "then F5 |"
        )
    yield ""


def _notes(facts: ReadmeFacts) -> Iterator[str]:
    base = facts.image.base
    yield "## Good to know"
    yield ""
    if base.is_published:
        yield (
            "- The image's own server answers, as in the cloud. `docker stop` ends it at once: "
            "requests that run are lost."
        )
    else:
        yield (
            f"- `docker stop` lets requests that run finish, for 30 s; without `--stop-timeout "
            f"{STOP_SECONDS}` Docker would kill the container after 10."
        )
        yield (
            "- The service runs as a user without rights; the code and the models are root's. "
            "Each variable can be set anew: `--env WORKER_COUNT=4`."
        )
    yield (
        f"- `{base.reference}` gets security updates under the same name. For the same image every "
        "time, put its digest behind it: `FROM …@sha256:…`, from `docker buildx imagetools inspect "
        f"{base.reference}`."
    )
    yield "- It asks for no key. Put it behind something that does before others can reach it."
