"""Which keys of Azure ML's first version become which of the second, and which become none.

As far as Azure's guides to the upgrade of Container Instances and of endpoints say. Every key that
``deployment.formats`` reads is in one of these tables; a key stands for those below it.
"""

from __future__ import annotations

INFERENCE = {
    "entryScript": "code_configuration.scoring_script",
    "sourceDirectory": "code_configuration.code",
    "description": "description",
    "condaFile": "environment.conda_file",
    "baseImage": "environment.image",
    "environment.name": "environment.name",
    "environment.version": "environment.version",
    "environment.environmentVariables": "environment_variables",
    "environment.python.userManagedDependencies": "environment.conda_file",
    "environment.python.condaDependenciesFile": "environment.conda_file",
    "environment.python.condaDependencies": "environment.conda_file",
    "environment.docker.baseImage": "environment.image",
}
_IMAGE_BUILD = (
    "put it into a Dockerfile, and name its folder in deployment.yml: `environment: {build: {path: "
    "…}}`."
)
_REGISTRY = (
    "an image that needs a password is pulled with the identity of the endpoint, which needs the "
    "role AcrPull in that registry. The password is written nowhere."
)
_SPARK = "an online deployment of the second version has no Spark of its own."
_CONTAINER = "Azure makes the container itself; there is nothing to say of it."
INFERENCE_WITHOUT = {
    "runtime": "an image and a conda file say what runs; there is no runtime spark-py any more.",
    "extraDockerfileSteps": _IMAGE_BUILD,
    "extraDockerFileSteps": _IMAGE_BUILD,
    "enableGpu": "choose an instance type with a GPU, and an image with CUDA.",
    "cudaVersion": "choose an image with that CUDA.",
    "baseImageRegistry": _REGISTRY,
    "environment.inferencingStackVersion": "conda.yml names the version of the server: "
    "azureml-inference-server-http==….",
    "environment.python.interpreterPath": "the conda environment of conda.yml is used.",
    "environment.python.baseCondaEnvironment": "conda.yml has to name all packages.",
    "environment.docker.enabled": _CONTAINER,
    "environment.docker.sharedVolumes": _CONTAINER,
    "environment.docker.shmSize": "it cannot be chosen for an online deployment.",
    "environment.docker.arguments": "no arguments of Docker can be given.",
    "environment.docker.baseDockerfile": _IMAGE_BUILD,
    "environment.docker.baseImageRegistry": _REGISTRY,
    "environment.spark": _SPARK,
    "environment.databricks": _SPARK,
}

LOCAL = {"computeType": "the kind of endpoint"}
LOCAL_WITHOUT = {"port": "an endpoint has an address of its own, and always port 443."}

_TLS = "endpoints are protected by TLS, with Azure's own certificate."
_NAME = "an endpoint has no name of your own in DNS; clients get a new address."
_NETWORK = (
    "isolation is a matter of the workspace's managed network, and of `public_network_access` in "
    "endpoint.yml."
)
_ENCRYPTION = "keys of your own for encryption are not supported."
_GPU = "choose an instance type with a GPU: --instance_type."
_WHOLE_MACHINE = "an instance has its machine to itself."
# Of a managed endpoint, whichever service it takes the place of.
MANAGED_WITHOUT = {
    "containerResourceRequirements.cpuLimit": _WHOLE_MACHINE,
    "containerResourceRequirements.memoryInGBLimit": _WHOLE_MACHINE,
    "containerResourceRequirements.gpu": _GPU,
    "gpuCores": _GPU,
    "computeTargetName": "a managed endpoint runs on no cluster of yours.",
}
ACI = {
    "computeType": "the kind of endpoint",
    "containerResourceRequirements": "instance_type; resources of a Kubernetes deployment",
    "authEnabled": "auth_mode",
    "appInsightsEnabled": "app_insights_enabled",
}
ACI_WITHOUT = {
    "location": "an endpoint is where its workspace is.",
    "sslEnabled": _TLS,
    "sslCertificate": _TLS,
    "sslKey": _TLS,
    "cname": _NAME,
    "dnsNameLabel": _NAME,
    "vnetName": _NETWORK,
    "subnetName": _NETWORK,
    "vaultBaseUrl": _ENCRYPTION,
    "keyName": _ENCRYPTION,
    "keyVersion": _ENCRYPTION,
}

_KEYS = (
    "keys are in no file. `az ml online-endpoint get-credentials` shows those that Azure makes, "
    "and `regenerate-keys` changes them."
)
AKS = {
    "computeType": "the kind of endpoint",
    "computeTargetName": "compute",
    "autoScaler": "scale_settings",
    "authEnabled": "auth_mode",
    "tokenAuthEnabled": "auth_mode",
    "containerResourceRequirements": "resources",
    "gpuCores": "resources.limits",
    "appInsightsEnabled": "app_insights_enabled",
    "scoringTimeoutMs": "request_settings.request_timeout_ms",
    "maxConcurrentRequestsPerContainer": "request_settings.max_concurrent_requests_per_instance",
    "maxQueueWaitMs": "request_settings.max_queue_wait_ms",
    "numReplicas": "instance_count",
    "livenessProbeRequirements": "liveness_probe",
}
AKS_WITHOUT = {
    "dataCollection": "the script collects with `azureml.ai.monitoring.Collector` now, and "
    "`data_collector` in deployment.yml names its collections.",
    "keys.primaryKey": _KEYS,
    "keys.secondaryKey": _KEYS,
    "namespace": "it is chosen when the cluster is attached: `az ml compute attach --namespace`.",
}


def is_in(path: str, table: dict[str, str]) -> bool:
    """Return whether a key, or one above it, is in a table."""
    steps = path.split(".")
    return any(".".join(steps[: count + 1]) in table for count in range(len(steps)))
