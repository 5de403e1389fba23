"""What the schema decorators of ``run()`` say: schemas and samples of input and output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle

_DATA_FRAME_FORMAT = "pandas.DataFrame"

ALL_VERSIONS = ("2", "3", "3.1")
"""The versions of Swagger/OpenAPI that a document can be written in."""


@dataclass(frozen=True)
class ScriptSchema:
    """JSON schemas of the body of a request to ``/score`` and of its answer.

    Samples are their ``example`` members. ``versions`` are those of ``ALL_VERSIONS`` in which the
    schemas can be expressed.
    """

    input: dict[str, Any]
    output: dict[str, Any]
    versions: tuple[str, ...]


def script_schema(script: EntryScript) -> ScriptSchema:
    """Return the schemas of a script; for one without decorators they allow any object."""
    if script.style is not InputStyle.SCHEMA:
        anything = {"type": "object", "example": {}}
        return ScriptSchema(anything, anything, ALL_VERSIONS)
    from inference_schema import schema_util

    # inference-schema writes 2.0, 3.0 and 3.1.
    supported = {
        version.removesuffix(".0") for version in schema_util.get_supported_versions(script.run)
    }
    return ScriptSchema(
        schema_util.get_input_schema(script.run),
        schema_util.get_output_schema(script.run),
        tuple(version for version in ALL_VERSIONS if version in supported),
    )


def data_frame_orient(script: EntryScript) -> str | None:
    """Return in which orient ``@output_schema`` has a DataFrame (``records``, …), if it has one."""
    if script.style is not InputStyle.SCHEMA:
        return None
    name, _, orient = str(script_schema(script).output.get("format", "")).partition(":")
    return orient if name == _DATA_FRAME_FORMAT else None
