"""The user's settings: with a default each, and told of when they make no sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

from azmlinfsrv.analysis.configuration import Configuration
from azmlinfsrv.analysis.rules import RULES
from azmlinfsrv.analysis.selection import Selection

SECTION = "azmlinfsrv"

UndefinedNames = Literal["auto", "on", "off"]


@dataclass(frozen=True)
class LintSettings:
    """Which findings are wanted.

    Attributes:
        enabled: whether there are any.
        select: codes or their beginnings; empty means all.
        ignore: those to leave out.
        undefined_names: whether to report what every Python linter reports; "auto" leaves it to
            another one if there is one.

    """

    enabled: bool = True
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    undefined_names: UndefinedNames = "auto"


@dataclass(frozen=True)
class InlayHintSettings:
    """Which hints stand between the text.

    Attributes:
        model_path: where a path below the model folder leads.

    """

    model_path: bool = False


@dataclass(frozen=True)
class Settings:
    """Everything that can be set for one workspace folder.

    Attributes:
        model_dir: the model folder.
        lint: see `LintSettings`.
        inlay_hints: see `InlayHintSettings`.
        code_lens: whether there are lenses, for a client that has our commands.

    """

    model_dir: str | None = None
    lint: LintSettings = field(default_factory=LintSettings)
    inlay_hints: InlayHintSettings = field(default_factory=InlayHintSettings)
    code_lens: bool = True

    def selection(self, project: Configuration, *, other_python_linter: bool) -> Selection:
        """Return the rules that are wanted; what is not set here stands in pyproject.toml."""
        wanted = self.lint.undefined_names
        is_left_out = wanted == "off" or (wanted == "auto" and other_python_linter)
        left_out = tuple(rule.code for rule in RULES if rule.is_python) if is_left_out else ()
        return Selection(
            self.lint.select or project.select, (*(self.lint.ignore or project.ignore), *left_out)
        )


def read_settings(*layers: object) -> tuple[Settings, list[str]]:
    """Return the settings, and what is wrong with them.

    Args:
        layers: objects as they come from a client; a later one overrules an earlier one.

    """
    reader = _Reader([layer for layer in layers if isinstance(layer, Mapping)])
    settings = Settings(
        model_dir=reader.read("modelDir", _text, "a folder", None),
        lint=LintSettings(
            enabled=reader.read("lint.enabled", _flag, "true or false", True),
            select=reader.read("lint.select", _codes, 'a list of codes such as "AML2"', ()),
            ignore=reader.read("lint.ignore", _codes, 'a list of codes such as "AML2"', ()),
            undefined_names=reader.read(
                "lint.undefinedNames", _undefined_names, '"auto", "on" or "off"', "auto"
            ),
        ),
        inlay_hints=InlayHintSettings(
            model_path=reader.read("inlayHints.modelPath", _flag, "true or false", False)
        ),
        code_lens=reader.read("codeLens", _flag, "true or false", True),
    )
    return settings, reader.complaints


class _Reader:
    def __init__(self, layers: list[Mapping[str, Any]]) -> None:
        self._layers = layers
        self.complaints: list[str] = []

    def read(
        self, name: str, convert: Callable[[Any], Any | None], wanted: str, default: Any
    ) -> Any:
        for layer in reversed(self._layers):
            value = _look_up(layer, name)
            # An editor sends null for what is not set.
            if value is None:
                continue
            converted = convert(value)
            if converted is not None:
                return converted
            self.complaints.append(
                f"The setting {SECTION}.{name} has to be {wanted}; it is {value!r} and is not used."
            )
        return default


def _look_up(layer: Mapping[str, Any], name: str) -> Any:
    if name in layer:
        return layer[name]
    value: Any = layer
    for word in name.split("."):
        value = value.get(word) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _codes(value: Any) -> tuple[str, ...] | None:
    if value == {}:
        # Lua, in which people configure Neovim, does not tell an empty list from an empty table.
        return ()
    if not isinstance(value, (list, tuple)) or not all(isinstance(each, str) for each in value):
        return None
    codes = tuple(each.strip().upper() for each in value if each.strip())
    is_known = all(any(rule.code.startswith(code) for rule in RULES) for code in codes)
    return codes if is_known else None


def _undefined_names(value: Any) -> UndefinedNames | None:
    return cast("UndefinedNames", value) if value in get_args(UndefinedNames) else None
