"""Everything that the rules and the editor want to know of one script, collected once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from azmlinfsrv.analysis import model_files
from azmlinfsrv.analysis.facts.bindings import Binding, Bindings, collect_bindings
from azmlinfsrv.analysis.facts.consequences import Consequences
from azmlinfsrv.analysis.facts.functions import FunctionFacts, read_function
from azmlinfsrv.analysis.facts.model_paths import collect_model_paths
from azmlinfsrv.analysis.facts.node_index import NodeIndex
from azmlinfsrv.analysis.facts.path_kinds import ModelPath
from azmlinfsrv.analysis.facts.path_uses import ModelPaths
from azmlinfsrv.analysis.facts.schemas import Sample, nested_samples
from azmlinfsrv.analysis.facts.script_kind import ScriptKind, script_kind
from azmlinfsrv.analysis.incremental_parse import parse_again
from azmlinfsrv.analysis.model_folder import ModelFolder
from azmlinfsrv.analysis.source import Source
from azmlinfsrv.analysis.tolerant_parse import Parsed, parse

_MAX_ALIASES = 8


@dataclass(frozen=True)
class Context:
    """What is known besides the text.

    Attributes:
        is_named: a debug configuration, a deployment file or the user says that this file is an
            entry script.
        model_folder: what AZUREML_MODEL_DIR will name; None if that is not known.
        edited_line: the line that is being typed, from 0.
        root: the workspace folder, by which paths are shortened in messages.

    """

    is_named: bool = False
    model_folder: ModelFolder | None = None
    edited_line: int | None = None
    root: Path | None = None


class Script:
    """One script.

    Attributes:
        path: where it is, or would be once it is saved.
        source: its text.
        parsed: its syntax tree, without lines that do not parse.
        nodes: the nodes of the tree by their type.
        bindings: the names of the module.
        context: what is known besides the text.

    """

    def __init__(
        self, text: str, path: Path, context: Context, before: Script | None = None
    ) -> None:
        """Collect what is cheap; the rest is found out when it is asked for.

        Args:
            text: the text.
            path: where it is.
            context: what is known besides the text.
            before: the same script before an edit; what has not changed is taken from it.

        """
        self.path = path
        self.context = context
        self.source = Source(text.removeprefix("\ufeff"))
        lines, edited = self.source.lines, context.edited_line
        self.parsed: Parsed = (
            parse(lines, edited)
            if before is None
            else parse_again(lines, before.source.lines, before.parsed, edited)
        )
        known = before.nodes if before is not None else None
        self.nodes: NodeIndex = NodeIndex(self.parsed.tree, known)
        self.bindings: Bindings = collect_bindings(self.nodes)
        self._functions: dict[str, FunctionFacts | None] = {}

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return self.parsed.tree

    @property
    def is_whole(self) -> bool:
        """Whether the tree holds the whole text."""
        return not self.parsed.masked

    @cached_property
    def kind(self) -> ScriptKind:
        """What the file is; nothing is said about one that is no entry script."""
        return script_kind(
            self.source.text,
            self.path,
            self.nodes,
            self.bindings,
            self.run,
            is_named=self.context.is_named,
        )

    @cached_property
    def init(self) -> FunctionFacts | None:
        """The function that the server calls once; None if there is none that can be read."""
        return self.function("init")

    @cached_property
    def run(self) -> FunctionFacts | None:
        """The function that the server calls for each request."""
        return self.function("run")

    def entry_binding(self, name: str) -> Binding | None:
        """Return what decides the value of ``init`` or ``run`` (aliases resolved)."""
        binding = self.bindings.last(name)
        for _ in range(_MAX_ALIASES):
            if binding is None or not isinstance(binding.value, ast.Name):
                return binding
            binding = self.bindings.last(binding.value.id)
        return None

    def function(self, name: str) -> FunctionFacts | None:
        """Return the facts about a function of the module."""
        if name not in self._functions:
            self._functions[name] = self._read_function(name)
        return self._functions[name]

    def _read_function(self, name: str) -> FunctionFacts | None:
        binding = self.entry_binding(name)
        if binding is None:
            return None
        node = binding.node if binding.value is None else binding.value
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return read_function(name, node, self.bindings)
        return None

    @cached_property
    def consequences(self) -> Consequences:
        """What happens when a line fails."""
        return Consequences(self.tree, self.init, self.run)

    @cached_property
    def model_paths(self) -> ModelPaths:
        """Where the script makes paths below the model folder."""
        return collect_model_paths(self.nodes, self.bindings)

    def model_target(self, path: ModelPath) -> Path | None:
        """Return the file or folder that a path stands for; None if that cannot be told."""
        return model_files.target(path, self.context.model_folder, self.context.root)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of all schemas, those within others as well."""
        found: dict[ast.Call, Sample] = {}
        for function in self.functions:
            types = [each.type_value for each in function.inputs]
            types += [each.type_value for each in function.outputs]
            for value in types:
                for sample in nested_samples(value, self.bindings):
                    found.setdefault(sample.call, sample)
        return tuple(found.values())

    @cached_property
    def functions(self) -> tuple[FunctionFacts, ...]:
        """The functions at the top level, in the order of the text, redefined ones as well."""
        return tuple(
            read_function(name, binding.node, self.bindings)
            for name, found in self.bindings.names.items()
            for binding in found
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef))
        )
