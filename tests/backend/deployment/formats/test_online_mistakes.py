"""What is wrong with the file of an online deployment is told, all of it, with its line."""

from __future__ import annotations

import pytest

from .project import KUBERNETES, MANAGED, Project, having

MISTAKES = {
    "instance_cuont: 2": (
        "8: `instance_cuont` is no key of a managed online deployment. Did you mean instance_count?"
    ),
    "request_timeout_ms: 5": (
        "8: `request_timeout_ms` is no key of a managed online deployment. It belongs under"
        " request_settings."
    ),
    "auth_mode: key": (
        "8: `auth_mode` is no key of a managed online deployment. It belongs in the endpoint file."
    ),
    "resources: {}": (
        "8: `resources` is no key of a managed online deployment. It is a key of Kubernetes"
        " online deployments, which say `type: kubernetes`."
    ),
    "name: green": ("8: `name` stands here a second time; the first is in line 1. Remove one."),
    "liveness_probe: {initial_dely: 1}": (
        "8: `initial_dely` is no key of a probe. Did you mean initial_delay?"
    ),
    "app_insights_enabled: 1": ("8: `app_insights_enabled` is 1; it takes true or false."),
    "description: [a]": ("8: `description` is a list; it takes a text."),
    "tags: none": ('8: `tags` is "none"; it takes names and values.'),
    "environment_variables: [A=1]": (
        "8: `environment_variables` is a list; it takes names, each with a text."
    ),
    "environment_variables: {A: {b: c}}": (
        "8: `environment_variables.A` is a mapping; it takes a text."
    ),
    "environment_variables: {A=B: c}": ("8: 'A=B' cannot be the name of a variable."),
    "type: batch": ('8: `type` is "batch"; it takes managed or kubernetes.'),
    "data_collector: {sampling_rate: 1.5}": (
        "8: `data_collector.sampling_rate` is 1.5; it takes a number from 0 to 1."
    ),
    "data_collector: {collections: {request: {enabled: perhaps}}}": (
        '8: `data_collector.collections.request.enabled` is "perhaps"; it takes True or False.'
    ),
    "request_settings: {request_timeout_ms: 180001}": (
        "8: `request_settings.request_timeout_ms` is 180001; it takes a whole number from 1"
        " to 180000."
    ),
    "request_settings: {max_concurrent_requests_per_instance: 0}": (
        "8: `request_settings.max_concurrent_requests_per_instance` is 0; it takes a whole "
        "number of 1 or more."
    ),
    "liveness_probe: {period: 0}": (
        "8: `liveness_probe.period` is 0; it takes a whole number of 1 or more."
    ),
    "liveness_probe: {success_threshold: 2}": (
        "8: `liveness_probe.success_threshold` is 2; it takes a whole number, always 1."
    ),
    "readiness_probe: {timeout: 1.5}": (
        "8: `readiness_probe.timeout` is 1.5; it takes a whole number of 1 or more."
    ),
    "environment_variables: {WORKER_COUNT: many}": (
        "8: `WORKER_COUNT` takes a whole number of 1 or more."
    ),
    "scale_settings: {type: target_utilization}": (
        "8: Only Kubernetes online deployments scale by target_utilization. A managed one "
        "has the type default, and is scaled by autoscale rules of Azure Monitor."
    ),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_with_its_line(project: Project, line: str) -> None:
    lines = [
        "name: blue",
        "endpoint_name: diabetes",
        "model: azureml:diabetes:1",
        "code_configuration: {code: src, scoring_script: score.py}",
        "environment: azureml:sklearn:1",
        "instance_type: Standard_DS3_v2",
        "instance_count: 1",
        line,
    ]
    assert project.v2_problems("\n".join(lines)) == [f"deployment.yml:{MISTAKES[line]}"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("name", None, "`name` is missing. A managed online deployment needs it: a name of"),
        ("name", "1st", '`name` is "1st"; it takes a name of 3 to 32 letters'),
        ("endpoint_name", None, "`endpoint_name` is missing."),
        ("instance_type", None, "`instance_type` is missing."),
        ("endpoint_name", "<ENDPOINT_NAME>", "This is a placeholder: write your own in its place."),
        ("provisioning_state", "Succeeded", "Azure writes it into what it shows"),
        ("model.local_path", "model", "It is called path today."),
        ("environment", None, "`environment` is missing."),
        ("environment", "file:gone.yml", "file:gone.yml is not there."),
        ("environment", "sklearn:1", '`environment` is "sklearn:1"; it takes azureml:name:version'),
        ("code_configuration", None, "is served by `azmlinfsrv serve-model --model PATH`."),
        ("code_configuration.scoring_script", None, "`scoring_script` is missing."),
        ("code_configuration.scoring_script", "no.py", "no.py is not there. Looked for"),
        (
            "code_configuration.scoring_script",
            "../model/model.pkl",
            "leads out of the source folder",
        ),
        ("code_configuration.scoring_script", "/etc/passwd", "leads out of the source folder"),
        ("code_configuration.scoring_script", "..\\x.py", "leads out of the source folder"),
        ("code_configuration.scoring_script", "C:\\x.py", "leads out of the source folder"),
        ("code_configuration.scoring_script", ".", ". is a folder; it takes a file."),
        ("code_configuration.code", "nowhere", "nowhere is not there."),
        ("code_configuration.code", "src\\deep", "Paths are written with /."),
        ("code_configuration.code", "src/score.py", "src/score.py is no folder; it takes one."),
        ("code_configuration.code", "azureml:code:1", "azureml:code:1 is in the cloud."),
        ("environment_variables.SCORING_TIMEOUT_MS", "soon", "`SCORING_TIMEOUT_MS` takes a whole"),
        ("model", "diabetes:1", "A registered model is written azureml:diabetes:1"),
        ("model", "azureml:diabetes", "which needs a version, or @latest."),
        ("model", "azureml:diabetes:first", "'first' is no whole number from 1."),
        ("model", "azureml:diabetes@newest", "The only label is diabetes@latest."),
        (
            "model",
            "azureml://registries/r/models/m/versions/1",
            "is in the cloud, and the registry",
        ),
        ("model.path", "https://there/model.pkl", "https://there/model.pkl is in the cloud."),
        ("model.path", "gone.pkl", "gone.pkl is not there."),
        (
            "model.type",
            "mlflow",
            '`model.type` is "mlflow"; it takes custom_model, mlflow_model or',
        ),
        ("environment.conda_file", "gone.yml", "gone.yml is not there."),
        ("environment.build", {"path": "."}, "has an `image` or a `build` context, not both."),
        (
            "environment.inference_config",
            {"scoring_route": {"port": 1}},
            "`liveness_route` is missing",
        ),
    ],
)
def test_what_does_not_fit_is_told(
    project: Project, path: str, value: object, message: str
) -> None:
    problems = project.v2_problems(having(MANAGED, path, value))
    assert any(message in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"instance_count": 2, "scale_settings": {"type": "target_utilization"}},
            "`instance_count` fixes the number of instances",
        ),
        (
            {"instance_count": 2, "scale_settings": {"max_instances": 3}},
            "`instance_count` fixes the number of instances",
        ),
        (
            {"scale_settings": {"type": "target_utilization", "min_instances": 2}},
            "`min_instances` is 2, more than `max_instances`, which is 1.",
        ),
        (
            {"scale_settings": {"type": "default", "min_instances": 1}},
            "`min_instances` has no meaning in scale settings of the type default.",
        ),
        (
            {"resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": 0.25}}},
            "The limit of `cpu` is below what `requests` asks for.",
        ),
        (
            {"resources": {"requests": {"memory": "1.1G"}, "limits": {"memory": "1Gi"}}},
            "The limit of `memory` is below what `requests` asks for.",
        ),
        (
            {"resources": {"requests": {"cpu": "much"}}},
            '`resources.requests.cpu` is "much"; it takes a number of cores',
        ),
        ({"resources": {"requests": {"cpu": 0}}}, "`resources.requests.cpu` is 0;"),
        ({"request_settings": {"request_timeout_ms": 300001}}, "from 1 to 300000."),
        (
            {"egress_public_network_access": "enabled"},
            "It is a key of a managed online deployment.",
        ),
    ],
)
def test_what_kubernetes_would_refuse_is_told(
    project: Project, more: dict[str, object], message: str
) -> None:
    problems = project.v2_problems({**KUBERNETES, **more})
    assert len(problems) == 1
    assert message in problems[0]


def test_all_mistakes_of_both_files_are_told_at_once_in_their_order(project: Project) -> None:
    deployment = "name: b\nfoo: 1\nendpoint_name: other\ninstance_count: none\n"
    problems = project.v2_problems(deployment, "name: diabetes\nauth_mode: no\n")
    assert [problem.split(": ")[0] for problem in problems] == [
        "endpoint.yml:2",
        *["deployment.yml:1"] * 3,
        *(f"deployment.yml:{line}" for line in (2, 3, 4)),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("endpoint", "name: diabetes\nauth_mode: key\n", "This is an endpoint file. It goes with"),
        ("conda", "channels: []\ndependencies: []\n", "This is a conda file."),
        ("conda without channels", "name: diabetes\ndependencies: []\n", "This is a conda file."),
        ("v1", '{"entryScript": "score.py"}', "This is an inference configuration"),
        ("compute", "computeType: local\n", "This is a deployment configuration"),
        ("batch", "name: b\nmini_batch_size: 10\nendpoint_name: x\n", "of a batch deployment"),
    ],
)
def test_another_file_is_recognised(
    project: Project, name: str, content: str, message: str
) -> None:
    problems = project.v2_problems(content)
    assert len(problems) == 1, name
    assert message in problems[0]
