"""What a file is: an entry script for online scoring, one for batch scoring, or neither."""

from __future__ import annotations

import ast
import re
from enum import Enum
from pathlib import Path

from azmlinfsrv.analysis.facts.bindings import Bindings
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.known_names import RAW_MODULES, SCHEMA_PACKAGE
from azmlinfsrv.analysis.facts.node_index import NodeIndex

MODEL_VARIABLE = "AZUREML_MODEL_DIR"
NEAR_MISSES = {
    "init": ("Init", "INIT", "inti", "initt", "_init", "init_", "intit"),
    "run": ("Run", "RUN", "rnu", "runn", "_run", "run_", "urn"),
}
"""How people misspell the two names."""

_BATCH_PARAMETERS = frozenset(
    {"mini_batch", "mini_batch_context", "minibatch", "batch_input", "input_files", "batch"}
)
_BATCH_VARIABLE = "AZUREML_BI_OUTPUT_PATH"
_PRAGMA = re.compile(
    r"^[ \t]*#[ \t]*azmlinfsrv:[ \t]*(entry-script|not-entry-script)\s*?$", re.MULTILINE
)


class ScriptKind(Enum):
    """What the server would make of a file."""

    ONLINE = "online entry script"
    BATCH = "batch entry script"
    NONE = "not an entry script"


def script_kind(
    text: str,
    path: Path,
    nodes: NodeIndex,
    bindings: Bindings,
    run: FunctionFacts | None,
    *,
    is_named: bool,
) -> ScriptKind:
    """Return what a file is.

    Args:
        text: its text.
        path: where it is; only its name matters.
        nodes: what could be read of it.
        bindings: the names of the module.
        run: the function ``run``, if there is one.
        is_named: whether a debug configuration, a deployment file or the user says that it is one.

    """
    pragma = _PRAGMA.search(text)
    if pragma:
        is_entry = pragma.group(1) == "entry-script"
    else:
        is_entry = is_named or _looks_like_one(path, nodes, bindings)
    if not is_entry:
        return ScriptKind.NONE
    return ScriptKind.BATCH if _is_batch(text, bindings, run) else ScriptKind.ONLINE


def _looks_like_one(path: Path, nodes: NodeIndex, bindings: Bindings) -> bool:
    defined = {name for name in ("init", "run") if _may_be_function(name, bindings)}
    has_sign = _has_sign(path, nodes, bindings)
    if len(defined) == 2 or _imports_both(bindings):
        is_about_azure = has_sign or _imports(bindings, "azureml")
        return not _is_test(path, bindings) and (is_about_azure or _fits_contract(bindings))
    near = {
        wanted
        for wanted, spellings in NEAR_MISSES.items()
        if any(_may_be_function(each, bindings) for each in spellings)
    }
    return bool(defined or near) and has_sign and (bool(defined) or _is_named_score(path))


def _has_sign(path: Path, nodes: NodeIndex, bindings: Bindings) -> bool:
    """Return whether something besides the two names speaks of an entry script."""
    return (
        _is_named_score(path)
        or _imports(bindings, SCHEMA_PACKAGE, *RAW_MODULES)
        or _reads_model_variable(nodes)
    )


def _imports(bindings: Bindings, *packages: str) -> bool:
    return any(path.startswith(packages) for path in bindings.imports.values())


def _is_named_score(path: Path) -> bool:
    return path.name.startswith("score") and path.suffix == ".py"


def _may_be_function(name: str, bindings: Bindings) -> bool:
    """Return whether a name is bound to what can be an entry point.

    ``run = Run.get_context()`` and an imported ``init`` alone are none.
    """
    for binding in bindings.names.get(name, []):
        if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return True
        if isinstance(binding.value, (ast.Lambda, ast.Name, ast.Attribute)):
            return True
    return False


def _imports_both(bindings: Bindings) -> bool:
    """Return whether one import statement brings both: the functions live in another module."""
    modules = [
        {id(each.node) for each in bindings.names.get(name, []) if _is_from(each.node)}
        for name in ("init", "run")
    ]
    return bool(modules[0] & modules[1])


def _is_from(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom)


def _is_test(path: Path, bindings: Bindings) -> bool:
    if path.name.startswith("test_") or path.name.endswith("_test.py"):
        return True
    return path.name == "conftest.py" or any(
        name.startswith(("test_", "Test")) for name in bindings.names
    )


def _fits_contract(bindings: Bindings) -> bool:
    """Return whether ``init()`` and ``run(data)`` can be called as the server does.

    Where nothing else speaks of Azure ML, init(url), run() and coroutines are those of a game, a
    plugin or a worker, and no mistake.
    """
    init, run = bindings.last("init"), bindings.last("run")
    if init is not None and isinstance(init.node, ast.AsyncFunctionDef):
        return False
    if init is not None and isinstance(init.node, ast.FunctionDef):
        arguments = init.node.args
        if len(arguments.posonlyargs) + len(arguments.args) > len(arguments.defaults):
            return False
    if run is not None and isinstance(run.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = run.node.args
        return bool(arguments.posonlyargs or arguments.args or arguments.kwonlyargs)
    return True


def _is_batch(text: str, bindings: Bindings, run: FunctionFacts | None) -> bool:
    if run is not None:
        names = {parameter.name for parameter in run.parameters}
        if names & _BATCH_PARAMETERS:
            return not run.has_schema and not run.is_raw
        if run.has_schema or run.is_raw:
            return False
    if _BATCH_VARIABLE in text or any(
        path.endswith(".EntryScript") for path in bindings.imports.values()
    ):
        return True
    return _uses_argparse_in_init(bindings)


def _uses_argparse_in_init(bindings: Bindings) -> bool:
    binding = bindings.last("init")
    return binding is not None and any(
        isinstance(node, ast.Call)
        and (bindings.path(node.func) or "").startswith("argparse.ArgumentParser")
        for node in ast.walk(binding.node)
    )


def _reads_model_variable(nodes: NodeIndex) -> bool:
    return any(node.value == MODEL_VARIABLE for node in nodes.of(ast.Constant))
