"""The entry script that serves a model: readable, and for any server of entry scripts."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from azmlinfsrv.no_code.literals import literal
from azmlinfsrv.no_code.recognition import Model
from azmlinfsrv.no_code.sample import Sample

_FOLDER = Path(__file__).parent / "templates"
# What may stand in a comment; another name could end it.
_PLAIN_NAME = re.compile(r"[\w.\- ]{1,60}")


def entry_script(model: Model, sample: Sample | None = None) -> str:
    """Return the source of the script. The same model and sample give the same text."""
    name = model.path.name
    shown = name if _PLAIN_NAME.fullmatch(name) else f"a model of {model.framework.title}"
    has_schema = sample is not None and sample.obstacle is None
    return (
        _environment()
        .get_template(model.framework.template)
        .render(
            name=shown,
            path=_path(model),
            runs_code=model.runs_code is not None,
            keys=model.framework.keys,
            data_keys=model.framework.data_keys,
            members=sample.members if sample and has_schema else None,
        )
    )


def _path(model: Model) -> str:
    """Return the expression that stands for the model's path."""
    folder = 'os.getenv("AZUREML_MODEL_DIR")'
    if not model.parts:
        return folder
    return f"os.path.join({folder}, {', '.join(map(literal, model.parts))})"


@functools.cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - Python, not HTML
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["literal"] = literal
    return environment
