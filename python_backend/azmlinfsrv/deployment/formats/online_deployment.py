"""The YAML of an online deployment, managed or Kubernetes (the second version of Azure ML)."""

from __future__ import annotations

from azmlinfsrv.deployment.formats.containers import Anything, Either, ListOf, MapOf, Variables
from azmlinfsrv.deployment.formats.keys import Key, Keys, describes, noted, taken
from azmlinfsrv.deployment.formats.names import NAME
from azmlinfsrv.deployment.formats.quantities import cores, gpus, memory_bytes
from azmlinfsrv.deployment.formats.values import Choice, Converted, Flag, Number, Text, Value, Whole

DEFAULT_TIMEOUT_MS = 5000
MAX_TIMEOUT_MS = {"managed": 180_000, "kubernetes": 300_000}
_VERSION = Text(numbers=True)
_SIZE_REASON = "the service has this machine's processors and memory."


def _probe(*, success_is_fixed: bool) -> Keys:
    positive = Whole(1)
    return Keys(
        "a probe",
        {
            "initial_delay": taken(positive),
            "period": taken(positive),
            "timeout": taken(positive),
            "success_threshold": taken(Whole(1, 1) if success_is_fixed else positive),
            "failure_threshold": taken(positive),
        },
    )


def _request_settings(kind: str) -> Keys:
    longest = MAX_TIMEOUT_MS[kind]
    return Keys(
        "request settings",
        {
            "request_timeout_ms": taken(Whole(1, longest)),
            "max_concurrent_requests_per_instance": noted(
                Whole(1),
                "as many requests are answered at once as there are workers (WORKER_COUNT).",
            ),
            "max_queue_wait_ms": noted(
                Whole(1), "deprecated; requests wait until a worker is free."
            ),
        },
    )


_ROUTE = Keys(
    "a route",
    {"port": taken(Whole(1, 65535), required=True), "path": taken(Text(), required=True)},
)
ENVIRONMENT = Keys(
    "an environment",
    {
        "$schema": describes(Text()),
        "name": describes(Text()),
        "version": describes(_VERSION),
        "description": describes(Text()),
        "tags": describes(Anything()),
        "properties": describes(Anything()),
        "image": noted(Text(), "no container is made here; the script runs in your Python."),
        "build": noted(
            Keys(
                "a build context",
                {"path": taken(Text(), required=True), "dockerfile_path": taken(Text())},
            ),
            "no image is built here; the script runs in your Python.",
        ),
        "conda_file": taken(Either(Text(), Anything())),
        "inference_config": noted(
            Keys(
                "the routes of a container",
                {
                    "liveness_route": taken(_ROUTE, required=True),
                    "readiness_route": taken(_ROUTE, required=True),
                    "scoring_route": taken(_ROUTE, required=True),
                },
            ),
            "no container is made here; the service answers on its own routes.",
        ),
        "os_type": noted(Choice(("linux", "windows")), "the service runs on this system."),
    },
)
MODEL = Keys(
    "a model",
    {
        "$schema": describes(Text()),
        "name": describes(Text()),
        "version": describes(_VERSION),
        "path": taken(Text(), required=True),
        "type": taken(Choice(("custom_model", "mlflow_model", "triton_model"))),
        "description": describes(Text()),
        "tags": describes(Anything()),
        "properties": describes(Anything()),
        "flavors": describes(Anything()),
        "stage": describes(Text()),
    },
    elsewhere=dict.fromkeys(("local_path", "model_uri"), "It is called path today."),
)
_COLLECTION = Keys(
    "a collection",
    {
        "enabled": taken(Choice(("True", "False"))),
        "data": taken(
            Either(
                Text(),
                Keys(
                    "collected data",
                    {
                        "name": taken(Text()),
                        "path": taken(Text()),
                        "version": taken(_VERSION),
                    },
                ),
            )
        ),
    },
)
_COLLECTOR = Keys(
    "a data collector",
    {
        "sampling_rate": taken(Number(0, 1)),
        "rolling_rate": taken(Choice(("Minute", "Hour", "Day", "Month", "Year"))),
        "request_logging": taken(
            Keys("request logging", {"capture_headers": taken(ListOf(Text()))})
        ),
        "collections": taken(MapOf(_COLLECTION)),
    },
)
AMOUNTS = Keys(
    "an amount of resources",
    {
        "cpu": taken(Converted(cores, 'a number of cores, such as 1 or "500m"')),
        "memory": taken(Converted(memory_bytes, 'an amount of memory, such as "0.5Gi"')),
        "nvidia.com/gpu": taken(Converted(gpus, 'a number of GPUs, such as "1"')),
    },
)


def _common(kind: str) -> dict[str, Key]:
    return {
        "$schema": describes(Text()),
        "name": taken(NAME, required=True),
        "endpoint_name": taken(NAME, required=True),
        "type": taken(Choice(("managed", "kubernetes"))),
        "description": describes(Text()),
        "tags": describes(Anything()),
        "properties": describes(Anything()),
        "model": taken(Either(Text(), MODEL)),
        "model_mount_path": noted(
            Text(), "no container is made here; the model stays where it is."
        ),
        "code_configuration": taken(
            Keys(
                "a code configuration",
                {
                    "code": taken(Text(), required=True),
                    "scoring_script": taken(Text(), required=True),
                },
            )
        ),
        "environment": taken(Either(Text(), ENVIRONMENT)),
        "environment_variables": taken(Variables()),
        "app_insights_enabled": taken(Flag()),
        "request_settings": taken(_request_settings(kind)),
        "liveness_probe": taken(_probe(success_is_fixed=True)),
        "readiness_probe": taken(_probe(success_is_fixed=False)),
        "data_collector": noted(_COLLECTOR, "no data is collected here."),
    }


def _scale(*kinds: str, more: dict[str, Value] | None = None) -> Keys:
    keys: dict[str, Value] = {"type": Choice(kinds), **(more or {})}
    return Keys("scale settings", {name: taken(value) for name, value in keys.items()})


_OTHER_FILE = "It belongs in the endpoint file."
_OF_AZURE = "Azure writes it into what it shows, and reads it from no file. Remove it."
_ELSEWHERE = {
    **dict.fromkeys(
        ("auth_mode", "traffic", "mirror_traffic", "identity", "public_network_access", "compute"),
        _OTHER_FILE,
    ),
    **dict.fromkeys(("id", "provisioning_state", "creation_context", "resourceGroup"), _OF_AZURE),
}
MANAGED = Keys(
    "a managed online deployment",
    {
        **_common("managed"),
        "instance_type": noted(Text(), _SIZE_REASON, required=True),
        "instance_count": noted(Whole(1), "one service answers here.", required=True),
        "scale_settings": noted(
            _scale("default", "target_utilization"), "one service answers here."
        ),
        "egress_public_network_access": noted(
            Choice(("enabled", "disabled")), "the service reaches whatever this machine reaches."
        ),
    },
    elsewhere={
        **_ELSEWHERE,
        "resources": "It is a key of Kubernetes online deployments, which say `type: kubernetes`.",
    },
)
KUBERNETES = Keys(
    "a Kubernetes online deployment",
    {
        **_common("kubernetes"),
        "instance_type": noted(Text(), _SIZE_REASON),
        "instance_count": noted(Whole(1), "one service answers here."),
        "scale_settings": noted(
            _scale(
                "default",
                "target_utilization",
                more={
                    "min_instances": Whole(1),
                    "max_instances": Whole(1),
                    "target_utilization_percentage": Whole(1, 100),
                    "polling_interval": Whole(1),
                },
            ),
            "one service answers here.",
        ),
        "resources": noted(
            Keys("resources", {"requests": taken(AMOUNTS), "limits": taken(AMOUNTS)}),
            _SIZE_REASON,
        ),
    },
    elsewhere={
        **_ELSEWHERE,
        "egress_public_network_access": "It is a key of a managed online deployment.",
    },
)
