"""The paths below the model folder that a script makes, and what it does with them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from azmlinfsrv.analysis.facts.path_kinds import AbsoluteJoin, ModelPath

# Whoever calls one of these does not need the file to be there.
_TESTS_OR_WRITES = re.compile(
    r"exists|isfile|isdir|is_file|is_dir|access|mkdir|makedirs|touch|save|dump|write|copy|move"
    r"|download|extract|retrieve|unpack|remove|unlink|rmtree|symlink|create|ensure|to_",
    re.IGNORECASE,
)
_MENTIONS = re.compile(
    r"^(?:print|log|debug|info|warning|error|exception|critical|append|str|format|len|dirname"
    r"|basename|join|splitext|abspath|Path|getenv|get|insert|setdefault|replace|split|rsplit"
    r"|with_suffix|with_name|with_stem|startswith|endswith|relative_to|strip|lower|repr)$"
)
_WRITE_MODES = re.compile(r"[wax+]")


@dataclass(frozen=True)
class PathUse:
    """An expression that stands for a path below the model folder.

    Attributes:
        node: the expression.
        path: what it stands for.
        is_certain: whether the server comes past it in every case.
        reads: whether something is done with it for which the file has to be there.
        is_guarded: whether the script looks whether it is there, or writes it.

    """

    node: ast.expr
    path: ModelPath
    is_certain: bool
    reads: bool
    is_guarded: bool


@dataclass(frozen=True)
class ModelPaths:
    """The paths of a script.

    Attributes:
        uses: in the order in which they were met.
        absolute_joins: joins that throw the model folder away.

    """

    uses: tuple[PathUse, ...]
    absolute_joins: tuple[AbsoluteJoin, ...]

    def is_guarded(self, path: ModelPath) -> bool:
        """Return whether the script is prepared for a path not to be there."""
        base, key = path.key
        return any(
            use.is_guarded
            and use.path.base == base
            and (key == use.path.key[1] or key.startswith(f"{use.path.key[1]}/"))
            for use in self.uses
            if use.path.pieces or use.path.base
        )

    def is_read(self, path: ModelPath) -> bool:
        """Return whether the server comes to need a path, or one below it, in every case."""
        base, key = path.key
        return any(
            use.reads
            and use.is_certain
            and use.path.base == base
            and (not key or use.path.key[1] == key or use.path.key[1].startswith(f"{key}/"))
            for use in self.uses
        )


def only_mentions(consumer: str | None) -> bool:
    """Return whether something that is given a path does nothing for which the file is needed."""
    return consumer is None or _MENTIONS.match(consumer) is not None


def tests_or_writes(consumer: str | None) -> bool:
    """Return whether something that is given a path looks whether it is there, or makes it."""
    return consumer is not None and _TESTS_OR_WRITES.search(consumer) is not None


def callee_of(call: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else "call"


def opens_for_writing(call: ast.Call) -> bool:
    """Return whether a call is an ``open`` that makes the file."""
    if callee_of(call) != "open":
        return False
    modes = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "mode")]
    if isinstance(call.func, ast.Attribute):
        modes += call.args[:1]
    return any(
        isinstance(mode, ast.Constant)
        and isinstance(mode.value, str)
        and len(mode.value) <= 3
        and _WRITE_MODES.search(mode.value) is not None
        for mode in modes
    )
