"""A registered model, and the record of it that lies beside its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from azmlinfsrv.registry.errors import DamagedModelError

_FORMAT = 1


@dataclass(frozen=True)
class ModelDescription:
    """What its owner says about a model; nothing of it has an effect on serving.

    Attributes:
        description: a sentence or two.
        tags: names and values that may be looked for.
        properties: likewise; Azure ML never lets them change.
        framework: such as ``scikit-learn``.
        framework_version: the framework's version.

    """

    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    framework: str | None = None
    framework_version: str | None = None


@dataclass(frozen=True)
class RegisteredModel:
    """One version of a model in a registry.

    Attributes:
        name: the model's name.
        version: counted from 1.
        folder: ``NAME/VERSION``, with the model's files and nothing else.
        created: when it was registered: ISO 8601, UTC.
        size: of all its files, in bytes.
        file_count: how many files.
        sha256: of the list of its files, which has their hashes.
        source: the file or folder that was registered.
        about: what its owner says about it.

    """

    name: str
    version: int
    folder: Path
    created: str
    size: int
    file_count: int
    sha256: str
    source: str
    about: ModelDescription = ModelDescription()

    @property
    def reference(self) -> str:
        """What ``--model`` takes."""
        return f"{self.name}:{self.version}"

    @property
    def record_file(self) -> Path:
        """The JSON file beside the folder."""
        return record_file(self.folder)

    @property
    def hashes_file(self) -> Path:
        """The hashes of the files, as ``sha256sum`` writes them, beside the folder."""
        return hashes_file(self.folder)

    def as_record(self) -> dict[str, Any]:
        """Return what lies beside the files, and what programs are told."""
        about = asdict(self.about)
        return {
            "format": _FORMAT,
            "name": self.name,
            "version": self.version,
            "created": self.created,
            "size": self.size,
            "file_count": self.file_count,
            "sha256": self.sha256,
            "source": self.source,
            **about,
        }


def record_file(folder: Path) -> Path:
    """Return the file with the record of the version in ``folder``."""
    return folder.with_name(f"{folder.name}.json")


def hashes_file(folder: Path) -> Path:
    """Return the file with the hashes of the files in ``folder``."""
    return folder.with_name(f"{folder.name}.sha256")


def write_record(file: Path, model: RegisteredModel) -> None:
    """Write the record of a model."""
    text = json.dumps(model.as_record(), indent=2, ensure_ascii=False)
    # A file's name may be no text; what of it is none is kept as it is.
    file.write_text(f"{text}\n", encoding="utf-8", errors="surrogatepass")


def read_record(folder: Path) -> RegisteredModel | None:
    """Return the model in ``NAME/VERSION``; None if none is registered there.

    Raises:
        DamagedModelError: its record cannot be read.

    """
    file = f"{folder}.json"
    try:
        # Not by pathlib and without layers, which take half of the time that a list of many does.
        with open(file, "rb", buffering=0) as stream:  # noqa: PTH123
            text = (stream.read() or b"").decode(errors="surrogatepass")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeError) as error:
        raise DamagedModelError(f"{file} cannot be read: {error}.") from error
    try:
        return _model(json.loads(text), folder)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedModelError(
            f"{file} is no record of a model: {_told(error)}. "
            f"Delete {folder.parent.name}:{folder.name} and register it again."
        ) from error


def _told(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _model(record: Any, folder: Path) -> RegisteredModel:
    if not isinstance(record, dict):
        raise TypeError(f"it holds a {type(record).__name__}, not an object")
    if _text(record, "name") != folder.parent.name or str(record["version"]) != folder.name:
        raise ValueError(f"it belongs to {record['name']}:{record['version']}")
    return RegisteredModel(
        name=record["name"],
        version=_number(record, "version"),
        folder=folder,
        created=_text(record, "created"),
        size=_number(record, "size"),
        file_count=_number(record, "file_count"),
        sha256=_text(record, "sha256"),
        source=_text(record, "source"),
        about=ModelDescription(
            description=_text(record, "description"),
            tags=_pairs(record, "tags"),
            properties=_pairs(record, "properties"),
            framework=_optional(record, "framework"),
            framework_version=_optional(record, "framework_version"),
        ),
    )


def _text(record: dict[str, Any], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return value


def _optional(record: dict[str, Any], key: str) -> str | None:
    return None if record.get(key) is None else _text(record, key)


def _number(record: dict[str, Any], key: str) -> int:
    value = record[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{key} is no whole number")
    return value


def _pairs(record: dict[str, Any], key: str) -> dict[str, str]:
    pairs = record[key]
    if not isinstance(pairs, dict) or not all(isinstance(each, str) for each in pairs.values()):
        raise TypeError(f"{key} is no object of texts")
    return pairs
