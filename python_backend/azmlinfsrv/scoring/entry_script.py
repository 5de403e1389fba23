"""Load an entry script from its file and understand its ``init()`` and ``run()``."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import sys
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import Enum
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from azmlinfsrv import compat
from azmlinfsrv.scoring.errors import EntryScriptError, ScriptLocation
from azmlinfsrv.scoring.mercies import Mercies

REQUEST_HEADERS = "request_headers"
"""The parameter of ``run()`` that receives the request's headers, if it is there."""

MODULE_NAME = "entry_module"
"""The name under which the published server loads the script; pickles made there rely on it."""
_loads = itertools.count(1)


class InputStyle(Enum):
    """How ``run()`` takes its input."""

    TEXT = "text"
    """Undecorated: the request body as one string."""
    SCHEMA = "schema"
    """``@input_schema``: the members of a JSON object, by parameter name."""
    RAW = "raw"
    """``@rawhttp``: the HTTP request itself."""


@dataclass(frozen=True)
class EntryScript:
    """A loaded entry script whose ``init`` and ``run`` have been checked.

    ``defaults`` maps the parameters of ``run()`` that may be left out to their default;
    ``parameters`` lists all of them but ``request_headers``, in signature order. ``driver`` is the
    script's ``driver_module``, if it has one: then that module's ``run`` is called.
    """

    path: Path
    module: ModuleType
    init: Callable[[], object]
    run: Callable[..., object]
    parameters: tuple[str, ...]
    defaults: dict[str, object]
    wants_headers: bool
    style: InputStyle
    driver: ModuleType | None = None

    @property
    def init_location(self) -> ScriptLocation:
        """Where ``init()`` is defined."""
        return _location_of(self.init, self.path)

    @property
    def run_location(self) -> ScriptLocation:
        """Where ``run()`` is defined."""
        return _location_of(self.run, self.path)


def load_entry_script(
    path: str | Path, module_name: str | None = None, *, mercies: Mercies | None = None
) -> EntryScript:
    """Execute the file and check its contract.

    Args:
        path: the script.
        module_name: what to register it as in ``sys.modules``. By default ``entry_module``, and
            for the scripts that are loaded after it in this process a name of their own:
            inference-schema keeps what it knows of a function by module and name.
        mercies: without any, the module is not registered at all, as on the published server.

    Raises:
        EntryScriptError: the file is missing, is not Python, raises, or breaks the contract.

    """
    # Not resolved: breakpoints are set on the path that the user opened, symbolic link or not.
    script = Path(path).absolute()
    check_file(script)
    compat.install()
    raw_uses = _raw_uses()
    module = _execute(script, module_name or _new_module_name(), mercies or Mercies())
    driver = getattr(module, "driver_module", None)
    if not hasattr(driver, "run"):
        driver = None
    init = _entry_function(module, "init", script)
    run = _entry_function(driver or module, "run", script)
    parameters = _run_parameters(run, script)
    return EntryScript(
        path=script,
        module=module,
        init=init,
        run=run,
        parameters=tuple(name for name in parameters if name != REQUEST_HEADERS),
        defaults={
            name: parameter.default
            for name, parameter in parameters.items()
            if parameter.default is not inspect.Parameter.empty
        },
        wants_headers=REQUEST_HEADERS in parameters,
        style=_input_style(run, script, is_raw=_raw_uses() > raw_uses),
        driver=driver,
    )


def check_file(script: Path) -> None:
    """Refuse what cannot be an entry script, before any Python code of the user runs."""
    if script.is_dir():
        raise EntryScriptError(
            f"The entry script {script} is a folder. Name a Python file{_candidates(script)}."
        )
    if not script.exists():
        raise EntryScriptError(
            f"The entry script {script} does not exist{_candidates(script.parent)}."
        )
    if script.suffix != ".py":
        raise EntryScriptError(
            f"The entry script {script} is not a Python file: its name has to end in .py."
        )


def _new_module_name() -> str:
    number = next(_loads)
    return MODULE_NAME if number == 1 else f"{MODULE_NAME}_{number}"


def _candidates(folder: Path) -> str:
    scripts = sorted(path.name for path in folder.glob("*.py"))[:5] if folder.is_dir() else []
    return f"; {folder} holds {', '.join(scripts)}" if scripts else ""


class _EntryScriptLoader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        try:
            return super().get_code(fullname)
        except (SyntaxError, ValueError) as error:
            raise _not_python(error, Path(self.path)) from error


def _not_python(error: SyntaxError | ValueError, script: Path) -> EntryScriptError:
    if isinstance(error, SyntaxError):
        if error.filename is None or error.lineno is None:
            return EntryScriptError(
                f"The entry script is not Python source text: {error.msg}.",
                location=ScriptLocation(str(script), error.lineno or 1),
            )
        return EntryScriptError.from_exception("", error, script)
    return EntryScriptError(
        f"The entry script is not Python source text: {error}.",
        location=ScriptLocation(str(script), 1),
    )


def _execute(script: Path, module_name: str, mercies: Mercies) -> ModuleType:
    loader = _EntryScriptLoader(module_name, str(script))
    spec = importlib.util.spec_from_file_location(module_name, script, loader=loader)
    if spec is None:
        raise EntryScriptError(f"The entry script {script} cannot be loaded.")
    module = importlib.util.module_from_spec(spec)
    if not mercies.as_published:
        # Registered before it runs: dataclasses, pickle and multiprocessing look their module up.
        sys.modules[module_name] = module
    try:
        loader.exec_module(module)
    except EntryScriptError:
        sys.modules.pop(module_name, None)
        raise
    except (Exception, SystemExit) as error:
        sys.modules.pop(module_name, None)
        raise EntryScriptError.from_exception(
            "Failed to import user script because it raised an unhandled exception", error, script
        ) from error
    if _has_postponed_dataclass(module):
        mercies.tell(
            "dataclass",
            f"{script.name} has a dataclass under `from __future__ import annotations`: "
            "the published server cannot load it.",
        )
    return module


def _has_postponed_dataclass(module: ModuleType) -> bool:
    # The import of the future binds its name: here, and there.
    if getattr(module, "annotations", None) is not annotations:
        return False
    return any(
        isinstance(value, type) and value.__module__ == module.__name__ and is_dataclass(value)
        for value in vars(module).values()
    )


def _entry_function(module: ModuleType, name: str, script: Path) -> Callable[..., Any]:
    function = getattr(module, name, None)
    location = ScriptLocation(str(script), 1)
    if function is None:
        raise EntryScriptError(
            f"User script at {script} does not have a {name}() function defined.",
            location=location,
        )
    if not callable(function):
        raise EntryScriptError(
            f"{name} is a {type(function).__name__}, not a function.", location=location
        )
    checked: Callable[..., Any] = function
    return checked


def _run_parameters(run: Callable[..., Any], script: Path) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(run).parameters)
    location = _location_of(run, script)
    unnamed = (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    )
    if any(parameter.kind in unnamed for parameter in parameters.values()):
        raise EntryScriptError(
            "run() cannot accept positional-only arguments, *args, or **kwargs.",
            location=location,
        )
    if not parameters:
        raise EntryScriptError(
            "run() needs to accept an argument for input data.", location=location
        )
    if list(parameters) == [REQUEST_HEADERS]:
        raise EntryScriptError(
            f'run() needs to accept an argument other than "{REQUEST_HEADERS}".',
            location=location,
        )
    return parameters


def _location_of(function: Callable[..., Any], script: Path) -> ScriptLocation:
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return ScriptLocation(str(script), 1)
    return ScriptLocation(code.co_filename, code.co_firstlineno)


def _input_style(run: Callable[..., Any], script: Path, *, is_raw: bool) -> InputStyle:
    is_schema = _is_schema_decorated(run)
    if not (is_raw or _is_marked_raw(run)):
        return InputStyle.SCHEMA if is_schema else InputStyle.TEXT
    if is_schema:
        raise EntryScriptError(
            "run() cannot be decorated with both @rawhttp and @input_schema",
            location=_location_of(run, script),
        )
    return InputStyle.RAW


def _is_schema_decorated(run: Callable[..., Any]) -> bool:
    # Only a script that has imported the package can have used its decorators.
    schema_util = sys.modules.get("inference_schema.schema_util")
    return schema_util is not None and bool(schema_util.is_schema_decorated(run))


def _raw_uses() -> int:
    aml_request = sys.modules.get("azmlinfsrv.compat.aml_request")
    return aml_request.uses() if aml_request else 0


def _is_marked_raw(run: Callable[..., Any]) -> bool:
    aml_request = sys.modules.get("azmlinfsrv.compat.aml_request")
    return aml_request is not None and hasattr(run, aml_request.RAW_HTTP_MARK)
