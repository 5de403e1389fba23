"""What the Dockerfile says, and that no value of a deployment can say more in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, strategies

from azmlinfsrv.deployment.packaging import PackagingError
from azmlinfsrv.deployment.packaging.base_image import named_image, slim_image
from azmlinfsrv.deployment.packaging.dockerfile import ImageContent, dockerfile
from azmlinfsrv.deployment.packaging.secrets import is_secret_variable
from azmlinfsrv.deployment.plan import Probe

from .conftest import PUBLISHED_IMAGE
from .dockerfiles import expanded, read_dockerfile, sent_files

SLIM = slim_image("3.11")
PUBLISHED = named_image(PUBLISHED_IMAGE)
ON_PUBLISHED = ("published", "conda", "bare")
TEXT = strategies.text(strategies.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]))


def content(variables: Mapping[str, str] | None = None, *, published: bool = False) -> ImageContent:
    return ImageContent(
        PUBLISHED if published else SLIM,
        variables or {},
        Probe(initial_delay=7, period=8, timeout=9, failure_threshold=11),
        has_models=True,
        has_requirements=True,
        has_wheels=True,
        has_hashes=True,
    )


@pytest.mark.parametrize("kind", ["slim", "published", "conda", "bare", "passwords"])
def test_a_linter_has_nothing_to_say(tmp_path: Path, kind: str) -> None:
    image = content({"GREETING": 'a "quoted" $VALUE'}, published=kind in ON_PUBLISHED)
    if kind == "passwords":
        image = ImageContent(**{**vars(image), "has_passwords": True})
    if kind == "conda":
        image = ImageContent(**{**vars(image), "conda_file": "conda.yml"})
    if kind == "bare":
        image = ImageContent(**{**vars(image), "has_requirements": False, "has_models": False})
    path = tmp_path / "Dockerfile"
    path.write_text(dockerfile(image))
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint has no wheel for this platform")
    # The user of the published images is known by its name alone; their `latest` is recommended.
    ignored = [] if kind not in ON_PUBLISHED else ["--ignore", "DL3066", "--ignore", "DL3007"]
    done = subprocess.run([linter, "--no-color", *ignored, path], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@given(TEXT)
def test_any_value_of_a_variable_comes_through_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "Dockerfile"
    path.write_text(dockerfile(content({"VALUE": value})), encoding="utf-8")
    instructions = read_dockerfile(path)
    assert [each.name for each in instructions].count("CMD") == 1
    values = {
        each.values[0]: expanded(each.values[1], {"HOME": "/wrong"})
        for each in instructions
        if each.name == "ENV"
    }
    assert values["VALUE"] == value


@pytest.mark.parametrize("value", ["a\nRUN rm -rf /", "a\rb", "\0", "a\x1b[31m"])
def test_a_value_with_a_line_break_is_refused(value: str) -> None:
    with pytest.raises(PackagingError, match="the variable VALUE has a line break"):
        dockerfile(content({"VALUE": value}))


@pytest.mark.parametrize("reference", ["", "a b", "a\nRUN x", "$HOME", "-x", "image --platform=x"])
def test_what_is_no_image_is_refused(reference: str) -> None:
    with pytest.raises(PackagingError, match="is not an image"):
        named_image(reference)


@pytest.mark.parametrize(
    ("reference", "is_published", "python"),
    [
        ("mcr.microsoft.com/azureml/minimal-py312-inference", True, "3.12"),
        ("mcr.microsoft.com/azureml/minimal-ubuntu22.04-py39-cpu-inference:latest", True, "3.9"),
        ("mcr.microsoft.com/azureml/minimal-py311-cuda11.8-inference:20250310.v1", True, "3.11"),
        ("registry.example:5000/azureml/minimal-py312-inference@sha256:" + "0" * 64, True, "3.12"),
        ("python:3.12-slim", False, "3.12"),
        ("registry.example/python:3.10.4-bookworm", False, "3.10"),
        ("ghcr.io/company/base:2024", False, None),
    ],
)
def test_an_image_is_known_by_its_name(
    reference: str, is_published: bool, python: str | None
) -> None:
    image = named_image(reference)
    assert (image.is_published, image.python) == (is_published, python)


def test_the_probe_of_the_deployment_is_dockers(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(dockerfile(content()))
    (check,) = (each for each in read_dockerfile(path) if each.name == "HEALTHCHECK")
    assert check.flags == ["--interval=8s", "--timeout=12s", "--start-period=7s", "--retries=11"]
    assert "timeout=9" in check.values[-1]


def test_a_published_image_keeps_its_server_and_its_user(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(dockerfile(content(published=True)))
    told = [(each.name, " ".join(each.values)) for each in read_dockerfile(path)]
    assert told[0] == ("FROM", PUBLISHED_IMAGE)
    assert [value for name, value in told if name == "USER"] == ["root", "dockeruser"]
    assert told[-1] == ("CMD", "runsvdir /var/runit")
    assert ("COPY", "azureml-models/ /var/azureml-app/azureml-models/") in told


def test_only_what_the_image_needs_is_sent_to_docker(tmp_path: Path) -> None:
    from azmlinfsrv.deployment.packaging.contents import _DOCKERIGNORE

    (tmp_path / ".dockerignore").write_text(_DOCKERIGNORE)
    names = ["Dockerfile", "README.md", ".env", "notes.txt", ".vscode/launch.json"]
    kept = ["azureml-app/a/b.py", "azureml-models/m/1/x", "requirements.txt", "wheels/w.whl"]
    late = ["azureml-app/.env", "azureml-app/a/.env", "azureml-app/a/__pycache__/b.pyc"]
    for name in (*names, *kept, *late):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert list(sent_files(tmp_path)) == kept


@pytest.mark.parametrize(
    ("name", "value", "is_secret"),
    [
        ("API_KEY", "x", True),
        ("token", "x", True),
        ("DB_PASSWORD", "x", True),
        ("AZURE_STORAGE_CONNECTION_STRING", "x", True),
        ("STORAGE", "DefaultEndpointsProtocol=https;AccountKey=abc", True),
        ("URL", "https://me:hush@example.com", True),
        ("TOKENIZER_NAME", "bert", False),
        ("KEY_COLUMN", "id", False),
        ("URL", "https://example.com/a?b=c", False),
        ("WORKER_COUNT", "2", False),
    ],
)
def test_a_secret_is_known_by_its_name_or_its_value(name: str, value: str, is_secret: bool) -> None:
    assert is_secret_variable(name, value) == is_secret
