"""How a service is told, to people and to programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from azmlinfsrv.cli.output import table
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.status import Status

_AUTH_MODES = {"none": "none", "key": "key", "token": "aml_token"}
_PROVISIONING = {
    "Transitioning": "Creating",
    "Healthy": "Succeeded",
    "Unhealthy": "Succeeded",
    "Unschedulable": "Failed",
    "Failed": "Failed",
}
_SHOWN = (
    *("state", "message", "scoring_uri", "swagger_uri", "auth_mode", "entry_script", "models"),
    *("model_dir", "python", "workers", "generation", "deployed", "since", "restarts", "pid"),
    *("log_file", "description", "tags", "properties", "notes"),
)


def scoring_uri(status: Status) -> str | None:
    """Return where requests go; None if it is not known yet."""
    return f"http://127.0.0.1:{status.port}/score" if status.port else None


def describe(service: ServiceFolder) -> dict[str, Any]:
    """Return what programs are told: the published keys of a local endpoint, and ours."""
    status = service.status()
    definition = service.definition() or service.next_definition()
    uri = scoring_uri(status)
    return {
        "name": service.name,
        "state": status.state,
        "message": status.message,
        "file": status.file,
        "line": status.line,
        "scoring_uri": uri,
        "swagger_uri": uri.replace("/score", "/swagger.json") if uri else None,
        "location": "local",
        "type": "online",
        "provisioning_state": _PROVISIONING[status.state],
        "description": definition.plan.description if definition else None,
        "tags": dict(definition.plan.tags) if definition else {},
        "properties": dict(definition.plan.properties) if definition else {},
        "traffic": {service.name: 100} if status.state == "Healthy" else {},
        "restarts": status.restarts,
        "since": status.since or None,
        "pid": status.server.pid if status.server and status.server.is_alive else None,
        "log_file": str(service.log_file),
        **_of_definition(definition),
    }


def _of_definition(definition: Definition | None) -> dict[str, Any]:
    if definition is None:
        return {"auth_mode": None}
    plan = definition.plan
    return {
        "auth_mode": _AUTH_MODES[plan.auth],
        "entry_script": str(plan.entry_script),
        "models": list(plan.models),
        "model_dir": definition.model_dir,
        "python": definition.program[0],
        "workers": plan.worker_count,
        "generation": definition.generation,
        "deployed": definition.deployed,
        "files": [str(file) for file in plan.files],
        "notes": list(plan.notes),
    }


def details(row: Mapping[str, Any]) -> str:
    """Return a service for people, a line for each thing."""
    lines = [f"name          {row['name']}"]
    for key in _SHOWN:
        value = row.get(key)
        if isinstance(value, Mapping):
            value = [f"{name}={text}" for name, text in value.items()]
        items = value if isinstance(value, list) else [value]
        lines += [f"{key:<12}  {item}" for item in items if item not in (None, "", 0)]
    return "\n".join(lines)


def table_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return services for people, a line for each."""
    if not rows:
        return "There is no service. `azmlinfsrv deploy` makes one."
    head = ["NAME", "STATE", "AUTH", "SCORING URI", "RESTARTS", "ENTRY SCRIPT"]
    cells = [
        [
            row["name"],
            row["state"],
            row["auth_mode"] or "-",
            row["scoring_uri"] or "-",
            str(row["restarts"]),
            row.get("entry_script") or "-",
        ]
        for row in rows
    ]
    lines = [table(head, cells)]
    lines += [f"{row['name']}: {row['message']}" for row in rows if row["message"]]
    return "\n".join(lines)
