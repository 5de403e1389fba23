"""``--model`` and ``--registry``, wherever ``--model_dir`` is: a registered model in its place."""

from __future__ import annotations

import argparse
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any


class ModelOptionError(Exception):
    """The models that the options name cannot be used; the message begins with the option."""


def add_model_options(parser: argparse._ActionsContainer) -> None:
    """Declare the options."""
    parser.add_argument(
        "--model",
        metavar="REF",
        action="append",
        help="a registered model: NAME, NAME:VERSION or NAME@latest; may be repeated",
    )
    parser.add_argument(
        "--registry",
        metavar="DIR",
        help="where --model looks (default: where `azmlinfsrv models` registers)",
    )


def apply_model_options(options: MutableMapping[str, Any]) -> None:
    """Set ``model_dir`` to the folder of the models that are named, if any.

    Raises:
        ModelOptionError: one is not registered, or the options exclude one another.

    """
    references, registry = options.get("model"), options.get("registry")
    if not references:
        if registry is not None:
            raise ModelOptionError("argument --registry: it goes with --model")
        return
    if options.get("model_dir") is not None:
        raise ModelOptionError("argument --model: not allowed with argument --model_dir")
    # Here, for most runs name none, and these modules take a while.
    from azmlinfsrv.registry import RegistryError, model_folder

    root = Path(registry).expanduser() if registry else None
    try:
        options["model_dir"] = str(model_folder(references, root))
    except RegistryError as error:
        raise ModelOptionError(f"argument --model: {error}") from error
