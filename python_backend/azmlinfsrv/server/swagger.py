"""The API description: Swagger 2, OpenAPI 3.0 and 3.1, generated or the user's own files."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from azmlinfsrv.scoring import EntryScript, EntryScriptError
from azmlinfsrv.scoring.schema import ALL_VERSIONS, ScriptSchema, script_schema
from azmlinfsrv.server.settings import Settings

_JSON = "application/json"
_OWN_FILES = {
    "2": ("swagger.json", "swagger2.json"),
    "3": ("swagger3.json",),
    "3.1": ("swagger3.1.json",),
}
_BEARER = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "description": "The endpoint's key or token: Bearer <key>",
}
_ERROR = {"type": "object", "properties": {"message": {"type": "string"}}}
_HEALTH_TEXT = "The service runs and can score."
_RESULT_TEXT = "What the model returned."
_ERROR_TEXT = "The request was refused, or scoring failed."
_VERSION_NUMBERS = {"type": "integer", "enum": [2, 3]}


class NoSuchVersionError(Exception):
    """There is no description in the version that was asked for (status 404)."""

    status = HTTPStatus.NOT_FOUND


class ApiDescription:
    """The API descriptions of one script.

    Files of the user's in the application root (``swagger.json`` or ``swagger2.json``,
    ``swagger3.json``, ``swagger3.1.json``) take the place of generated ones.

    Raises:
        EntryScriptError: such a file is not JSON.

    """

    def __init__(self, script: EntryScript, settings: Settings) -> None:
        self.schema = script_schema(script)
        self._settings = settings
        root = Path(settings.app_root or ".")
        self._own = {version: _own_document(root, _OWN_FILES[version]) for version in ALL_VERSIONS}

    @property
    def versions(self) -> list[str]:
        """The versions that there is a description in."""
        return [v for v in ALL_VERSIONS if self._own[v] or v in self.schema.versions]

    @property
    def info(self) -> dict[str, str]:
        """The title, description and version of the API."""
        return {
            "title": self._settings.service_name,
            "description": f"The API of {self._settings.service_name}, an Azure ML service",
            "version": self._settings.service_version,
        }

    @property
    def own_openapi(self) -> Any:
        """The user's own description in the newest version of OpenAPI, None if there is none."""
        return self._own["3.1"] or self._own["3"]

    @property
    def summary(self) -> str:
        """The published log line about the versions."""
        missing = [version for version in ALL_VERSIONS if version not in self.versions]
        if not missing:
            return f"Swaggers are prepared for the following versions: {_list(self.versions)}."
        return (
            f"Swaggers are prepared for versions {_list(self.versions)} "
            f"and skipped for versions {_list(missing)}."
        )

    def document(self, asked: str) -> Any:
        """Return the description in a version (``2``, ``2.0``, ``3``, ``3.0`` or ``3.1``).

        Raises:
            NoSuchVersionError: there is none.

        """
        version = asked.removesuffix(".0")
        if version not in ALL_VERSIONS:
            raise NoSuchVersionError(
                f"Swagger version [{asked}] is not valid. "
                f"Supported versions: {_list(self.versions)}."
            )
        if version not in self.versions:
            raise NoSuchVersionError(
                f"Swagger version [{version}] is not supported for the scoring script. "
                f"Supported swagger versions: {_list(self.versions)}."
            )
        if own := self._own[version]:
            return own
        name = self._settings.service_path_prefix.strip("/")
        prefix = f"/{name}" if name else ""
        if version == "2":
            return _swagger_2(self.info, prefix, self.schema)
        return _openapi("3.1.0" if version == "3.1" else "3.0.3", self.info, prefix, self.schema)


def _own_document(root: Path, names: tuple[str, ...]) -> Any:
    for name in names:
        file = root / name
        if file.is_file():
            try:
                return json.loads(file.read_text(encoding="utf-8-sig"))
            except ValueError as error:
                raise EntryScriptError(f"{file} is not JSON: {error}") from error
    return None


def _list(versions: list[str]) -> str:
    return f"[{', '.join(versions)}]"


def _swagger_2(info: dict[str, str], prefix: str, schema: ScriptSchema) -> dict[str, Any]:
    def ref(name: str) -> dict[str, str]:
        return {"$ref": f"#/definitions/{name}"}

    failure = {"description": _ERROR_TEXT, "schema": ref("ErrorResponse")}
    text = {"type": "string"}
    healthy = {"description": _HEALTH_TEXT, "schema": text, "examples": {_JSON: "Healthy"}}
    body = {
        "name": "serviceInputPayload",
        "in": "body",
        "description": "The arguments of run().",
        "schema": ref("ServiceInput"),
    }
    return {
        "swagger": "2.0",
        "info": info,
        "schemes": ["https"],
        "consumes": [_JSON],
        "produces": [_JSON],
        "securityDefinitions": {"Bearer": _BEARER},
        "paths": _paths(
            prefix,
            health={"responses": {"200": healthy, "default": failure}},
            score={
                "security": [{"Bearer": []}],
                "parameters": [body],
                "responses": {
                    "200": {"description": _RESULT_TEXT, "schema": ref("ServiceOutput")},
                    "default": failure,
                },
            },
            description={
                "parameters": [
                    {"name": "version", "in": "query", "required": False, **_VERSION_NUMBERS}
                ],
                "responses": {
                    "200": {"description": "This description.", "schema": text},
                    "default": failure,
                },
            },
        ),
        "definitions": _schemas(schema),
    }


def _openapi(
    version: str, info: dict[str, str], prefix: str, schema: ScriptSchema
) -> dict[str, Any]:
    def content(kind: str, media_type: str = _JSON) -> dict[str, Any]:
        return {media_type: {"schema": {"$ref": f"#/components/schemas/{kind}"}}}

    def plain(**more: str) -> dict[str, Any]:
        return {"text/plain": {"schema": {"type": "string", **more}}}

    failure = {"description": _ERROR_TEXT, "content": content("ErrorResponse")}
    healthy = {"description": _HEALTH_TEXT, "content": plain(example="Healthy")}
    return {
        "openapi": version,
        "info": info,
        "security": [{"Bearer": []}],
        "paths": _paths(
            prefix,
            health={"responses": {"200": healthy, "default": failure}},
            score={
                "security": [{"Bearer": []}],
                "requestBody": {
                    "description": "The arguments of run().",
                    "content": content("ServiceInput"),
                },
                "responses": {
                    "200": {"description": _RESULT_TEXT, "content": content("ServiceOutput")},
                    "default": failure,
                },
            },
            description={
                "parameters": [
                    {
                        "name": "version",
                        "in": "query",
                        "required": False,
                        "schema": _VERSION_NUMBERS,
                    }
                ],
                "responses": {
                    "200": {"description": "This description.", "content": plain()},
                    "default": failure,
                },
            },
        ),
        "components": {"schemas": _schemas(schema), "securitySchemes": {"Bearer": _BEARER}},
    }


def _paths(
    prefix: str, *, health: dict[str, Any], score: dict[str, Any], description: dict[str, Any]
) -> dict[str, Any]:
    """Return the three operations, whose ids clients are generated from."""
    return {
        f"{prefix}/": {
            "get": {
                "operationId": "ServiceHealthCheck",
                "description": "Whether the service can score.",
                **health,
            }
        },
        f"{prefix}/score": {
            "post": {
                "operationId": "RunMLService",
                "description": "Score: call run() with the request.",
                **score,
            }
        },
        f"{prefix}/swagger.json": {
            "get": {
                "operationId": "GetSwaggerSpec",
                "description": "The description of this API.",
                **description,
            }
        },
    }


def _schemas(schema: ScriptSchema) -> dict[str, Any]:
    return {"ServiceInput": schema.input, "ServiceOutput": schema.output, "ErrorResponse": _ERROR}
