"""``deploymentconfig.json``: where a service runs (the first version of Azure ML)."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.json_document import read_json
from azmlinfsrv.deployment.formats.keys import Keys, read_keys, refused, taken
from azmlinfsrv.deployment.formats.kinds import refuse_other_file
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import Choice, Flag, Number, Text, Whole

_COMPUTE = Choice(("local", "aci", "aks"))
_RESOURCES = Keys(
    "the resources of a container",
    {
        "cpu": refused(Number(above=0)),
        "memoryInGB": refused(Number(above=0)),
        "cpuLimit": refused(Number(above=0)),
        "memoryInGBLimit": refused(Number(above=0)),
        "gpu": refused(Whole(0)),
    },
)
LOCAL = Keys(
    "a local deployment configuration",
    {
        "computeType": taken(_COMPUTE, required=True),
        "port": taken(Whole(1, 65535)),
    },
)
ACI = Keys(
    "a deployment configuration for Container Instances",
    {
        "computeType": refused(_COMPUTE, required=True),
        "containerResourceRequirements": refused(_RESOURCES),
        "location": refused(Text()),
        "authEnabled": refused(Flag()),
        "sslEnabled": refused(Flag()),
        "sslCertificate": refused(Text()),
        "sslKey": refused(Text()),
        "cname": refused(Text()),
        "appInsightsEnabled": refused(Flag()),
        "dnsNameLabel": refused(Text()),
        "vnetName": refused(Text()),
        "subnetName": refused(Text()),
        "vaultBaseUrl": refused(Text()),
        "keyName": refused(Text()),
        "keyVersion": refused(Text()),
    },
)
AKS = Keys(
    "a deployment configuration for Kubernetes Service",
    {
        "computeType": refused(_COMPUTE, required=True),
        "autoScaler": refused(
            Keys(
                "an autoscaler",
                {
                    "autoscaleEnabled": refused(Flag()),
                    "minReplicas": refused(Whole(1)),
                    "maxReplicas": refused(Whole(1)),
                    "refreshPeriodInSeconds": refused(Whole(1)),
                    "targetUtilization": refused(Whole(1, 100)),
                },
            )
        ),
        "dataCollection": refused(Keys("data collection", {"storageEnabled": refused(Flag())})),
        "authEnabled": refused(Flag()),
        "tokenAuthEnabled": refused(Flag()),
        "containerResourceRequirements": refused(_RESOURCES),
        "appInsightsEnabled": refused(Flag()),
        "scoringTimeoutMs": refused(Whole(1)),
        "maxConcurrentRequestsPerContainer": refused(Whole(1)),
        "maxQueueWaitMs": refused(Whole(1)),
        "numReplicas": refused(Whole(0)),
        "keys": refused(
            Keys(
                "keys",
                {
                    "primaryKey": refused(Text(secret=True)),
                    "secondaryKey": refused(Text(secret=True)),
                },
            )
        ),
        "gpuCores": refused(Whole(0)),
        "livenessProbeRequirements": refused(
            Keys(
                "a liveness probe",
                {
                    "periodSeconds": refused(Whole(1)),
                    "initialDelaySeconds": refused(Whole(1)),
                    "timeoutSeconds": refused(Whole(1)),
                    "successThreshold": refused(Whole(1)),
                    "failureThreshold": refused(Whole(1)),
                },
            )
        ),
        "computeTargetName": refused(Text()),
        "namespace": refused(
            Text(
                r"[a-z0-9]([a-z0-9-]{,61}[a-z0-9])?",
                words="up to 63 small letters, digits and hyphens, no hyphen first or last",
            )
        ),
    },
)
_KINDS = {"local": LOCAL, "aci": ACI, "aks": AKS}


def read_deployment_config(file: Path, report: Report) -> Section | None:
    """Return what a deploymentconfig.json says; None if it is none, which the report tells."""
    try:
        root = read_json(file, "deployment configuration")
        refuse_other_file(root, "compute")
    except DeploymentFileError as error:
        report.add(error)
        return None
    section = read_keys(_keys_of(root), root, report)
    if section is not None:
        _check_contradictions(section, report)
    return section


def _keys_of(root: Node) -> Keys:
    """Return the keys of the compute that a document names; those of local if it names none."""
    for key, value in root.pairs:
        if key.text == "computeType":
            return _KINDS.get(value.text.lower(), LOCAL)
    return LOCAL


def _check_contradictions(section: Section, report: Report) -> None:
    """Tell what in a deployment configuration cannot be meant together."""
    _check_authentication(section, report)
    _check_replicas(section, report)
    _check_resources(section, report)
    _check_certificate(section, report)
    _check_completeness(section, report, "vnetName", "subnetName")
    _check_completeness(section, report, "vaultBaseUrl", "keyName", "keyVersion")


def _check_authentication(section: Section, report: Report) -> None:
    # Keys are on by default, and asking for tokens turns them off.
    if section.get("authEnabled", bool) and section.get("tokenAuthEnabled", bool):
        report.problem(
            section.at("tokenAuthEnabled"),
            "`authEnabled` and `tokenAuthEnabled` are both true. A service takes keys or tokens; "
            "set one of them to false.",
        )


def _check_replicas(section: Section, report: Report) -> None:
    replicas = section.get("numReplicas", int)
    enabled = section.get("autoScaler.autoscaleEnabled", bool)
    scaler = section.get("autoScaler", Section)
    if enabled and replicas:
        report.problem(
            section.at("numReplicas"),
            "`numReplicas` fixes the number of replicas, and autoScaler.autoscaleEnabled has it "
            "change. Remove one of them.",
        )
    if enabled is False and not replicas:
        report.problem(
            section.at("autoScaler.autoscaleEnabled"),
            "`autoscaleEnabled` is false, so that `numReplicas` has to say how many there are.",
        )
    if scaler is None:
        return
    if enabled is False or (enabled is None and replicas):
        for name in scaler.places:
            if name != "autoscaleEnabled":
                report.problem(
                    scaler.at(name),
                    f"`{name}` has no meaning: the number of replicas is fixed. Remove it, or set "
                    "autoscaleEnabled to true and remove numReplicas.",
                )
    least, most = scaler.get("minReplicas", int) or 1, scaler.get("maxReplicas", int) or 10
    if least > most:
        report.problem(
            scaler.at("minReplicas"),
            f"`minReplicas` is {least}, more than `maxReplicas`, which is {most}.",
        )


def _check_resources(section: Section, report: Report) -> None:
    resources = section.get("containerResourceRequirements", Section)
    if resources is None:
        return
    for name, limit, default in (
        ("cpu", "cpuLimit", 0.1),
        ("memoryInGB", "memoryInGBLimit", 0.5),
    ):
        least = resources.values.get(name, default)
        most = resources.values.get(limit)
        if isinstance(most, int | float) and isinstance(least, int | float) and most < least:
            report.problem(
                resources.at(limit), f"`{limit}` is {most}, below `{name}`, which is {least}."
            )


def _check_certificate(section: Section, report: Report) -> None:
    if not section.get("sslEnabled", bool):
        return
    for name in ("sslCertificate", "sslKey", "cname"):
        if not section.has(name):
            report.problem(
                section.at("sslEnabled"), f"`sslEnabled` is true, and `{name}` is missing."
            )
    file = section.place.file
    for name in ("sslCertificate", "sslKey"):
        path = section.get(name, str)
        if path is not None and file is not None and not (file.parent / path).is_file():
            report.problem(section.at(name), f"`{name}`: there is no file {path}.")


def _check_completeness(section: Section, report: Report, *names: str) -> None:
    given = [name for name in names if section.has(name)]
    missing = [name for name in names if not section.has(name)]
    if given and missing:
        report.problem(
            section.at(given[0]),
            f"`{given[0]}` goes with {' and '.join(f'`{name}`' for name in missing)}, "
            f"which {'is' if len(missing) == 1 else 'are'} missing.",
        )


_SUCCESSORS = {
    "aci": ("Container Instances", "a managed online endpoint"),
    "aks": ("Kubernetes Service", "a Kubernetes online endpoint"),
}


def refuse_the_cloud(section: Section, report: Report) -> None:
    """Tell what to do with a configuration that does not run on this machine."""
    kind = section.get("computeType", str)
    if kind not in _SUCCESSORS:
        return
    name, successor = _SUCCESSORS[kind]
    report.problem(
        section.at("computeType"),
        f"`computeType` {kind} deploys to Azure {name}; services run on this machine here. To run "
        'it here, set computeType to "local" or leave --dc out. For Azure, `azmlinfsrv export '
        f"azure-ml --ic … --dc … -o DIR` makes {successor} of these files, and names what has no "
        "counterpart.",
    )
