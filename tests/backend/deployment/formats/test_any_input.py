"""Whatever is in the files, they are read or refused: nothing else is ever raised."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azmlinfsrv.deployment.dependencies.compare import compare_with
from azmlinfsrv.deployment.dependencies.inquiry import Installed
from azmlinfsrv.deployment.formats import DeploymentFileError, plan_from_v1, plan_from_v2
from azmlinfsrv.deployment.formats.deployment_config import ACI, AKS, LOCAL
from azmlinfsrv.deployment.formats.inference_config import INFERENCE_CONFIG
from azmlinfsrv.deployment.formats.keys import Keys
from azmlinfsrv.deployment.formats.online_deployment import KUBERNETES, MANAGED
from azmlinfsrv.deployment.formats.online_endpoint import ENDPOINT

from . import project as projects

_ALL_KEYS = sorted(
    {
        step
        for keys in (INFERENCE_CONFIG, LOCAL, ACI, AKS, MANAGED, KUBERNETES, ENDPOINT)
        for path, _ in keys.paths()
        for step in path.split(".")
    }
)
_TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *(
                "azureml:m:1",
                "azureml:m@latest",
                "azureml://x",
                "../x",
                "/",
                "~",
                "src",
                "score.py",
            ),
            *(
                "score.py\n",
                "\0",
                "aux",
                "C:\\x",
                "1.5",
                "500m",
                "1Gi",
                "true",
                "local",
                "aks",
                "ACI",
            ),
            *(
                "kubernetes",
                "managed",
                "target_utilization",
                "-r x",
                "-e .",
                "a[b",
                "==1",
                "*",
                "<<",
            ),
        ]
    ),
)
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, width=32), _TEXTS
)
_KEYS = st.one_of(st.sampled_from(_ALL_KEYS), st.text(max_size=8))
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=6)),
    max_leaves=25,
)
_CODE = st.text("{}[]:,-#&*!|>'\"% \n\t?<@`a1.~\\", max_size=80)
_FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _read_or_refuse(read: Callable[[], object]) -> None:
    refused: DeploymentFileError | None = None
    try:
        read()
    except DeploymentFileError as error:
        refused = error
    if refused is not None:
        assert refused.problems
        assert all(problem.message.isprintable() for problem in refused.problems)


@_FUZZ
@given(content=st.one_of(st.binary(max_size=200), _CODE.map(str.encode)))
def test_any_bytes(project: projects.Project, content: bytes) -> None:
    file = project.write("any", content)
    for read in (
        lambda: plan_from_v2(file),
        lambda: plan_from_v2(project.write("deployment.yml", projects.MANAGED), file),
        lambda: plan_from_v1(file, file, [], "name"),
    ):
        _read_or_refuse(read)


@_FUZZ
@given(first=_VALUES, second=_VALUES)
def test_any_document(project: projects.Project, first: Any, second: Any) -> None:
    as_yaml = [yaml.safe_dump(value, allow_unicode=True) for value in (first, second)]
    as_json = [json.dumps(value) for value in (first, second)]
    _read_or_refuse(lambda: project.v2(*as_yaml))
    _read_or_refuse(lambda: project.v1(*as_json))
    # What is JSON is YAML as well.
    _read_or_refuse(lambda: project.v2(*as_json))


@st.composite
def _nearly(draw: st.DrawFn, base: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
    """Return a document that is right but for a value or two."""
    document = dict(base)
    paths = [path for path, _ in keys.paths() if "*" not in path]
    for path in draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3)):
        value = draw(_VALUES)
        inner = document = json.loads(json.dumps(document))
        *sections, name = path.split(".")
        for section in sections:
            if not isinstance(inner.get(section), dict):
                inner[section] = {}
            inner = inner[section]
        inner[name] = value
    return document


@_FUZZ
@given(
    deployment=st.one_of(
        _nearly(projects.MANAGED, MANAGED), _nearly(projects.KUBERNETES, KUBERNETES)
    ),
    endpoint=_nearly({"name": "diabetes"}, ENDPOINT),
)
def test_any_value_in_an_online_deployment(
    project: projects.Project, deployment: dict[str, Any], endpoint: dict[str, Any]
) -> None:
    _read_or_refuse(lambda: project.v2(deployment, endpoint))


@_FUZZ
@given(
    inference=_nearly(projects.INFERENCE, INFERENCE_CONFIG),
    compute=st.one_of(
        _nearly({"computeType": "local"}, LOCAL),
        _nearly({"computeType": "aci"}, ACI),
        _nearly({"computeType": "aks"}, AKS),
    ),
)
def test_any_value_in_the_first_version_s_files(
    project: projects.Project, inference: dict[str, Any], compute: dict[str, Any]
) -> None:
    _read_or_refuse(lambda: project.v1(inference, compute))


@_FUZZ
@given(
    packages=st.lists(
        st.one_of(
            _VALUES,
            st.fixed_dictionaries({"pip": st.lists(_TEXTS, max_size=3)}),
            st.text("python=<>!~,.*[]:'\" 0123456789az", max_size=20),
        ),
        max_size=5,
    ),
    requirements=st.one_of(st.text(max_size=60), st.text("-rce .\\\n#=a1[];@:/'", max_size=60)),
)
def test_any_packages(project: projects.Project, packages: list[Any], requirements: str) -> None:
    project.write("x", requirements.encode(errors="surrogatepass"))
    conda = {"dependencies": [*packages, {"pip": ["-r x"]}]}
    project.write("conda.yml", yaml.safe_dump(conda, allow_unicode=True))
    deployment = projects.having(projects.MANAGED, "environment.conda_file", "conda.yml")
    try:
        plan = project.v2(deployment)
    except DeploymentFileError:
        return
    markers = {"python_full_version": "3.12.1", "python_version": "3.12"}
    compare_with(plan.dependencies, Installed({"a": "1"}, {}, markers))


@pytest.mark.parametrize("name", ["con", "a" * 300, ".", "..", "/", "\udcff"])
def test_any_name_of_a_file(tmp_path: Path, name: str) -> None:
    _read_or_refuse(lambda: plan_from_v2(tmp_path / name, tmp_path / name))
    _read_or_refuse(lambda: plan_from_v1(tmp_path / name, tmp_path / name, [name], name))
