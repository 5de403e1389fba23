"""The Dockerfile of a package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azmlinfsrv.deployment.packaging.base_image import BaseImage
from azmlinfsrv.deployment.packaging.errors import PackagingError
from azmlinfsrv.deployment.plan import Probe

MARK = "# Written by `azmlinfsrv package`."
APP_ROOT = "/var/azureml-app"
PORT = 5001
_USER, USER_ID = "azureml", 10001
_PUBLISHED_USER = "dockeruser"
# What `docker stop` has to wait for: the server lets requests finish for 30 s.
STOP_SECONDS = 35
# Beside the time that the probe itself may take: Python starts for each.
_PYTHON_START_SECONDS = 3


@dataclass(frozen=True)
class ImageContent:
    """What a Dockerfile puts into its image.

    Attributes:
        base: what it is built on.
        environment: the variables, the server's own among them.
        probe: how Docker finds out whether the service answers.
        has_models: whether there is a folder ``azureml-models``.
        has_requirements: whether there is a file ``requirements.txt``.
        has_wheels: whether it names files in ``wheels``.
        has_hashes: whether each requirement has the hashes of its files.
        has_passwords: whether indexes want a password, which the build gets from ``~/.netrc``.
        conda_file: the name of a conda environment file in the context; None without one.

    """

    base: BaseImage
    environment: Mapping[str, str]
    probe: Probe
    has_models: bool
    has_requirements: bool
    has_wheels: bool
    has_hashes: bool
    has_passwords: bool = False
    conda_file: str | None = None

    @property
    def user(self) -> str:
        """The user that the server runs as."""
        return _PUBLISHED_USER if self.base.is_published else _USER


def dockerfile(content: ImageContent) -> str:
    """Return the text of the Dockerfile.

    Raises:
        PackagingError: a variable cannot be written in one.

    """
    parts = _on_published_image if content.base.is_published else _on_python_image
    return "\n".join(
        [MARK, "# README.md beside it says how the image is built and run.", *parts(content), ""]
    )


def _on_python_image(content: ImageContent) -> Iterator[str]:
    yield f"FROM {content.base.reference}"
    yield ""
    yield f"RUN useradd --create-home --uid {USER_ID} {_USER}"
    yield ""
    yield "# The libraries first: they are installed anew only when they change."
    yield "WORKDIR /opt/azmlinfsrv"
    yield from _pip_install(content)
    yield ""
    yield from _files(content)
    yield from _variables({"PYTHONUNBUFFERED": "1", **content.environment})
    yield ""
    yield f"WORKDIR {APP_ROOT}"
    yield "# By its number, so that Kubernetes knows without the image that it is not root."
    yield f"USER {USER_ID}"
    yield f"EXPOSE {PORT}"
    yield from _health_check(content.probe, "/readyz")
    yield "# The server is process 1: at SIGTERM it takes no new requests and ends when those that"
    yield f"# run are answered, after 30 s at the latest: docker stop --time {STOP_SECONDS}."
    yield "STOPSIGNAL SIGTERM"
    words = ["python", "-m", "azmlinfsrv", "--host", "0.0.0.0", "--port", str(PORT)]  # noqa: S104
    yield f"CMD {json.dumps(words)}"


def _on_published_image(content: ImageContent) -> Iterator[str]:
    yield f"FROM {content.base.reference}"
    yield ""
    if content.conda_file or content.has_requirements:
        yield "USER root"
        yield "WORKDIR /opt/azmlinfsrv"
    if content.conda_file:
        yield f"COPY {content.conda_file} ./"
        yield f"RUN conda env create --name inf-conda-env --file {content.conda_file} \\"
        yield "    && conda clean --all --yes"
        yield ""
    elif content.has_requirements:
        yield "# `python` is that of the image's own environment, which is first on its PATH."
        yield from _pip_install(content)
        yield ""
    yield from _files(content)
    extra = {}
    if content.conda_file:
        extra["AZUREML_INFERENCE_PYTHON_PATH"] = "/opt/miniconda/envs/inf-conda-env/bin"
    yield from _variables({**extra, **content.environment})
    yield ""
    yield f"WORKDIR {APP_ROOT}"
    yield f"USER {_PUBLISHED_USER}"
    yield f"EXPOSE {PORT}"
    yield from _health_check(content.probe, "/")
    yield "# The image's own server, as in the cloud."
    within = ["conda", "run", "--no-capture-output", "-n", "inf-conda-env"]
    yield f"CMD {json.dumps([*(within if content.conda_file else []), 'runsvdir', '/var/runit'])}"


def _pip_install(content: ImageContent) -> Iterator[str]:
    yield "COPY requirements.txt ./"
    if content.has_wheels:
        yield "COPY wheels/ wheels/"
    hashes = " --require-hashes" if content.has_hashes else ""
    secret = "--mount=type=secret,id=netrc,target=/root/.netrc " if content.has_passwords else ""
    yield f"RUN {secret}python -m pip install --no-cache-dir{hashes} --requirement requirements.txt"


def _files(content: ImageContent) -> Iterator[str]:
    if content.has_models:
        # Before the code, which changes more often.
        yield f"COPY azureml-models/ {APP_ROOT}/azureml-models/"
    yield f"COPY azureml-app/ {APP_ROOT}/"


def _variables(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        yield f"ENV {name}={_quoted(name, value)}"


def _quoted(name: str, value: str) -> str:
    """Return a value in double quotes, in which Docker expands nothing of it."""
    if any(ord(letter) < ord(" ") for letter in name + value):
        raise PackagingError(
            f"the variable {name} has a line break or another control character, which a "
            "Dockerfile cannot hold. Leave it out of the deployment, and give it to "
            f"`docker run --env {name}`."
        )
    for special in ("\\", '"', "$"):
        value = value.replace(special, f"\\{special}")
    return f'"{value}"'


def _health_check(probe: Probe, path: str) -> Iterator[str]:
    # http.client, not urllib: that one would ask a proxy for 127.0.0.1 where one is set.
    code = (
        "import http.client as h; "
        f"c = h.HTTPConnection('127.0.0.1', {PORT}, timeout={probe.timeout}); "
        f"c.request('GET', '{path}'); "
        "raise SystemExit(c.getresponse().status != 200)"
    )
    yield (
        f"HEALTHCHECK --interval={probe.period}s"
        f" --timeout={probe.timeout + _PYTHON_START_SECONDS}s"
        f" --start-period={probe.initial_delay}s --retries={probe.failure_threshold} \\"
    )
    yield f"    CMD {json.dumps(['python', '-I', '-S', '-c', code])}"
