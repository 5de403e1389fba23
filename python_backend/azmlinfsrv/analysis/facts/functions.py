"""``init`` and ``run`` as the server will find them: parameters and decorators."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from azmlinfsrv.analysis.facts.bindings import Bindings, Function
from azmlinfsrv.analysis.facts.known_names import (
    INPUT_SCHEMA,
    OUTPUT_SCHEMA,
    RAW_HTTP,
    is_raw_name,
    is_schema_name,
)
from azmlinfsrv.analysis.facts.schemas import (
    InputSchema,
    OutputSchema,
    read_input,
    read_output,
)
from azmlinfsrv.analysis.facts.scopes import function_nodes, own_nodes

REQUEST_HEADERS = "request_headers"


class ParameterKind(Enum):
    """How a parameter takes its arguments."""

    POSITIONAL_ONLY = "positional-only"
    ORDINARY = "ordinary"
    VAR_POSITIONAL = "*args"
    KEYWORD_ONLY = "keyword-only"
    VAR_KEYWORD = "**kwargs"

    @property
    def is_variadic(self) -> bool:
        """Whether it takes any number of arguments."""
        return self in (ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function."""

    name: str
    kind: ParameterKind
    node: ast.arg
    default: ast.expr | None = None

    @property
    def is_required(self) -> bool:
        """Whether a call has to give it."""
        return self.default is None and not self.kind.is_variadic


class DecoratorKind(Enum):
    """What a decorator does, as far as it can be told."""

    INPUT = "input"
    OUTPUT = "output"
    RAW_HTTP = "raw-http"
    OTHER = "other"


@dataclass(frozen=True)
class Decorator:
    """One decorator.

    Attributes:
        kind: see `DecoratorKind`.
        node: the whole expression behind the ``@``.
        call: the call that makes it; None for a bare name.
        path: the dotted path of what is called or named, if it is imported.
        is_wrapped: whether another call stands around it and may keep it from being applied.
        keeps_signature: whether it is the script's own and hands all arguments on under
            ``functools.wraps``: the server then sees the function's own parameters.

    """

    kind: DecoratorKind
    node: ast.expr
    call: ast.Call | None
    path: str | None
    is_wrapped: bool = False
    keeps_signature: bool = False


@dataclass(frozen=True)
class FunctionFacts:
    """A function at the top level.

    Attributes:
        name: the name by which it was found, which an alias may have given it.
        node: its definition.
        parameters: in the order of the signature.
        decorators: from the top.
        inputs: what its ``@input_schema`` decorators say, from the top.
        outputs: the same of ``@output_schema``.

    """

    name: str
    node: Function | ast.Lambda
    parameters: tuple[Parameter, ...]
    decorators: tuple[Decorator, ...] = ()
    inputs: tuple[InputSchema, ...] = ()
    outputs: tuple[OutputSchema, ...] = ()

    @property
    def definition(self) -> Function | None:
        """The ``def``; None for a lambda."""
        return None if isinstance(self.node, ast.Lambda) else self.node

    @property
    def body(self) -> list[ast.stmt]:
        """The statements of the function; a lambda's expression is returned."""
        if isinstance(self.node, ast.Lambda):
            return [ast.copy_location(ast.Return(self.node.body), self.node.body)]
        return self.node.body

    @property
    def nodes(self) -> list[ast.AST]:
        """The nodes of its own body, in the order of the text."""
        return own_nodes(self.body) if self.definition is None else function_nodes(self.definition)

    @property
    def returns(self) -> list[ast.Return]:
        """Its return statements."""
        return [node for node in self.nodes if isinstance(node, ast.Return)]

    @property
    def has_schema(self) -> bool:
        """Whether inference-schema decorates it, for certain or not."""
        kinds = {decorator.kind for decorator in self.decorators}
        return bool(kinds & {DecoratorKind.INPUT, DecoratorKind.OUTPUT})

    @property
    def is_raw(self) -> bool:
        """Whether it is called with the HTTP request."""
        return any(decorator.kind is DecoratorKind.RAW_HTTP for decorator in self.decorators)

    @property
    def has_foreign_decorators(self) -> bool:
        """Whether something else than the known decorators may change its signature."""
        return any(decorator.kind is DecoratorKind.OTHER for decorator in self.decorators)

    @property
    def has_hidden_signature(self) -> bool:
        """Whether the server may see other parameters than those of the definition."""
        return any(
            decorator.kind is DecoratorKind.OTHER and not decorator.keeps_signature
            for decorator in self.decorators
        )

    @property
    def has_other_decorators(self) -> bool:
        """Whether there is a foreign decorator, or a known one that may not be applied."""
        return self.has_foreign_decorators or any(each.is_wrapped for each in self.decorators)

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name."""
        return next((each for each in self.parameters if each.name == name), None)

    @property
    def named_parameters(self) -> list[Parameter]:
        """The parameters that a caller of the endpoint can fill."""
        return [
            each
            for each in self.parameters
            if not each.kind.is_variadic and each.name != REQUEST_HEADERS
        ]


def read_function(name: str, node: Function | ast.Lambda, bindings: Bindings) -> FunctionFacts:
    """Return the facts about one function."""
    parameters = tuple(_parameters(node.args))
    if isinstance(node, ast.Lambda):
        return FunctionFacts(name, node, parameters)
    decorators = tuple(read_decorator(each, bindings) for each in node.decorator_list)
    calls = [(each.kind, each.call) for each in decorators if each.call is not None]
    return FunctionFacts(
        name,
        node,
        parameters,
        decorators,
        tuple(read_input(call, bindings) for kind, call in calls if kind is DecoratorKind.INPUT),
        tuple(read_output(call, bindings) for kind, call in calls if kind is DecoratorKind.OUTPUT),
    )


def read_decorator(node: ast.expr, bindings: Bindings) -> Decorator:
    """Return what a decorator is; a known one is also found inside another's arguments."""
    target = bindings.dereference(node)
    direct = _known(target, bindings)
    if direct is not None:
        return direct
    if isinstance(target, (ast.Call, ast.IfExp)):
        for inner in ast.walk(target):
            if inner is not target and isinstance(inner, ast.Call):
                found = _known(inner, bindings)
                if found is not None:
                    return Decorator(found.kind, node, found.call, found.path, is_wrapped=True)
    callee = target.func if isinstance(target, ast.Call) else target
    call = target if isinstance(target, ast.Call) else None
    return Decorator(
        DecoratorKind.OTHER,
        node,
        call,
        bindings.path(callee),
        keeps_signature=_keeps_signature(callee, bindings),
    )


def _keeps_signature(decorator: ast.expr, bindings: Bindings) -> bool:
    binding = bindings.last(decorator.id) if isinstance(decorator, ast.Name) else None
    if binding is None or not isinstance(binding.node, ast.FunctionDef):
        return False
    wrappers = [
        node
        for node in ast.walk(binding.node)
        if isinstance(node, ast.FunctionDef)
        and any(_is_wraps(each, bindings) for each in node.decorator_list)
    ]
    return len(wrappers) == 1 and wrappers[0].args.kwarg is not None


def _is_wraps(node: ast.expr, bindings: Bindings) -> bool:
    return isinstance(node, ast.Call) and bindings.path(node.func) == "functools.wraps"


def _known(node: ast.expr, bindings: Bindings) -> Decorator | None:
    call = node if isinstance(node, ast.Call) else None
    path = bindings.path(call.func if call else node)
    if is_schema_name(path, INPUT_SCHEMA):
        kind = DecoratorKind.INPUT
    elif is_schema_name(path, OUTPUT_SCHEMA):
        kind = DecoratorKind.OUTPUT
    elif is_raw_name(path, RAW_HTTP):
        kind = DecoratorKind.RAW_HTTP
    else:
        return None
    return Decorator(kind, node, call, path)


def _parameters(arguments: ast.arguments) -> list[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    found = [
        Parameter(
            node.arg,
            ParameterKind.POSITIONAL_ONLY
            if number < len(arguments.posonlyargs)
            else ParameterKind.ORDINARY,
            node,
            default,
        )
        for number, (node, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if arguments.vararg:
        found.append(
            Parameter(arguments.vararg.arg, ParameterKind.VAR_POSITIONAL, arguments.vararg)
        )
    found += [
        Parameter(node.arg, ParameterKind.KEYWORD_ONLY, node, default)
        for node, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, ParameterKind.VAR_KEYWORD, arguments.kwarg))
    return found
