"""Ways to break an entry script that works, each in one place.

A mutation yields texts; it yields nothing where it does not apply. Nothing in it is random.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Mutate = Callable[["Text"], Iterator[str]]

_RUN = re.compile(r"^def run\(([^()\n]*)\)", re.MULTILINE)
_TYPE = re.compile(r"(\w+\.)*(StandardPython|Numpy|Pandas)ParameterType")
_MODEL_VARIABLE = "AZUREML_MODEL_DIR"
_RAW_IMPORT = "from azureml.contrib.services.aml_request import rawhttp\n"


class Text:
    """A script that can be changed at the nodes of its tree.

    Attributes:
        text: the script.
        tree: its syntax tree.
        files: the names of the files beside it.

    """

    def __init__(self, text: str, files: str = "") -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.files = files
        self._starts = [0]
        for line in text.encode().split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def all(self, *types: type[ast.AST]) -> Iterator[ast.AST]:
        """Yield the nodes of some types."""
        return (node for node in ast.walk(self.tree) if isinstance(node, types))

    def calls(self) -> Iterator[ast.Call]:
        """Yield the calls."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def function(self, name: str) -> ast.FunctionDef | None:
        """Return the only function of this name at the top level.

        None if the name is bound more than once, or if a star import may bind it.
        """
        if re.search(r"^from \S+ import \*", self.text, re.MULTILINE):
            return None
        bound = [
            node
            for node in ast.walk(self.tree)
            if getattr(node, "name", None) == name
            or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        ]
        only = bound[0] if len(bound) == 1 else None
        return only if isinstance(only, ast.FunctionDef) and only in self.tree.body else None

    def of(self, node: ast.AST) -> str:
        """Return the text of a node."""
        return ast.get_source_segment(self.text, node) or ""

    def with_(self, node: ast.AST, new: str) -> str:
        """Return the script with another text for a node."""
        start, end = self._span(node)
        data = self.text.encode()
        return (data[:start] + new.encode() + data[end:]).decode()

    def without_lines(self, node: ast.stmt, new: str = "") -> str:
        """Return the script without the lines of a statement and of its decorators."""
        lines = self.text.split("\n")
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        return "\n".join(lines[: first - 1] + ([new] if new else []) + lines[node.end_lineno :])

    def schema_calls(self, *names: str) -> Iterator[ast.Call]:
        """Yield the calls of decorators by the last part of their names."""
        for call in self.calls():
            if self.of(call.func).rpartition(".")[2] in names:
                yield call

    def types_in_decorators(self) -> Iterator[ast.Call]:
        """Yield the parameter types that decorators get, there or by way of a variable."""
        direct = [
            argument
            for call in self.schema_calls("input_schema", "output_schema")
            for argument in (*call.args, *(each.value for each in call.keywords))
        ]
        names = {each.id for each in direct if isinstance(each, ast.Name)}
        values = [
            node.value
            for node in self.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in names
        ]
        for each in (*direct, *values):
            if isinstance(each, ast.Call) and _TYPE.fullmatch(self.of(each.func)):
                yield each

    def _span(self, node: ast.AST) -> tuple[int, int]:
        place = node
        assert isinstance(place, ast.expr | ast.stmt)
        assert place.end_lineno is not None
        assert place.end_col_offset is not None
        start = self._starts[place.lineno - 1] + place.col_offset
        return start, self._starts[place.end_lineno - 1] + place.end_col_offset


@dataclass(frozen=True)
class Mutation:
    """One way to break a script.

    Attributes:
        name: what it does.
        mutate: yields the broken scripts.
        is_certain: whether it breaks any script; otherwise the server has to say so.

    """

    name: str
    mutate: Mutate
    is_certain: bool


MUTATIONS: list[Mutation] = []


def mutation(name: str, *, is_certain: bool = False) -> Callable[[Mutate], Mutate]:
    """Add a function to the mutations."""

    def add(function: Mutate) -> Mutate:
        MUTATIONS.append(Mutation(name, function, is_certain))
        return function

    return add


@mutation("run is called Run", is_certain=True)
def _run_is_called_differently(script: Text) -> Iterator[str]:
    if script.function("run"):
        yield re.sub(r"^def run\(", "def Run(", script.text, flags=re.MULTILINE)


@mutation("init is called inti", is_certain=True)
def _init_is_called_differently(script: Text) -> Iterator[str]:
    if script.function("init"):
        yield re.sub(r"^def init\(", "def inti(", script.text, flags=re.MULTILINE)


@mutation("init is removed", is_certain=True)
def _init_is_removed(script: Text) -> Iterator[str]:
    if function := script.function("init"):
        yield script.without_lines(function)


@mutation("run is removed", is_certain=True)
def _run_is_removed(script: Text) -> Iterator[str]:
    if function := script.function("run"):
        yield script.without_lines(function)


def _schema_names(script: Text) -> Iterator[ast.Constant]:
    for call in script.schema_calls("input_schema"):
        named = [each.value for each in call.keywords if each.arg == "param_name"]
        for name in (*call.args[:1], *named):
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name


@mutation("the schema's name is in another case")
def _schema_name_in_another_case(script: Text) -> Iterator[str]:
    for name in _schema_names(script):
        yield script.with_(name, repr(str(name.value).swapcase()))


@mutation("the schema's name is no parameter")
def _schema_name_is_no_parameter(script: Text) -> Iterator[str]:
    for name in _schema_names(script):
        yield script.with_(name, "'something_else'")


def _with_parameters(script: Text, make: Callable[[str], str | None]) -> Iterator[str]:
    match = _RUN.search(script.text)
    if match and script.function("run") and (new := make(match[1])) is not None:
        yield script.text[: match.start(1)] + new + script.text[match.end(1) :]


@mutation("run takes *args", is_certain=True)
def _run_takes_args(script: Text) -> Iterator[str]:
    yield from _with_parameters(script, lambda old: None if "*" in old else f"{old}, *args")


@mutation("run takes **kwargs", is_certain=True)
def _run_takes_kwargs(script: Text) -> Iterator[str]:
    yield from _with_parameters(script, lambda old: f"{old}, **kwargs")


@mutation("run takes nothing", is_certain=True)
def _run_takes_nothing(script: Text) -> Iterator[str]:
    yield from _with_parameters(script, lambda _: "")


@mutation("run takes one more, and has no schema")
def _run_takes_one_more(script: Text) -> Iterator[str]:
    if not list(script.schema_calls("input_schema", "output_schema")):
        yield from _with_parameters(
            script, lambda old: None if set("=*") & set(old) else f"{old}, extra"
        )


@mutation("run is async", is_certain=True)
def _run_is_async(script: Text) -> Iterator[str]:
    if script.function("run"):
        yield re.sub(r"^def run\(", "async def run(", script.text, flags=re.MULTILINE)


@mutation("the sample is not wrapped", is_certain=True)
def _sample_is_not_wrapped(script: Text) -> Iterator[str]:
    for call in script.types_in_decorators():
        if call.args:
            yield script.with_(call, script.of(call.args[0]))


@mutation("the class stands there without its sample", is_certain=True)
def _class_without_sample(script: Text) -> Iterator[str]:
    for call in script.types_in_decorators():
        yield script.with_(call, script.of(call.func))


@mutation("the sample is left out", is_certain=True)
def _sample_is_left_out(script: Text) -> Iterator[str]:
    for call in script.types_in_decorators():
        yield script.with_(call, f"{script.of(call.func)}()")


@mutation("the arguments of input_schema are swapped", is_certain=True)
def _arguments_are_swapped(script: Text) -> Iterator[str]:
    for call in script.schema_calls("input_schema"):
        if len(call.args) >= 2:
            first, second, *rest = (
                script.of(each) for each in (*call.args, *(each for each in call.keywords))
            )
            yield script.with_(call, f"{script.of(call.func)}({', '.join([second, first, *rest])})")


@mutation("rawhttp stands beside the schema", is_certain=True)
def _raw_beside_schema(script: Text) -> Iterator[str]:
    run = script.function("run")
    if run and any("_schema(" in script.of(each) for each in run.decorator_list):
        lines = script.text.split("\n")
        first = run.decorator_list[0].lineno - 1
        yield "\n".join([*lines[:first], _RAW_IMPORT, "@rawhttp", *lines[first:]])


@mutation("AZUREML_MODEL_DIR is misspelt")
def _model_variable_is_misspelt(script: Text) -> Iterator[str]:
    for wrong in ("AZURE_MODEL_DIR", "AZUREML_MODELDIR", "AZUREML_MODEL_DIRS"):
        mutant = re.sub(rf"""(["']){_MODEL_VARIABLE}\1""", rf"\1{wrong}\1", script.text)
        if mutant != script.text:
            yield mutant


@mutation("a model file has another name")
def _model_file_has_another_name(script: Text) -> Iterator[str]:
    for path in script.files.split(", "):
        name = path.rpartition("/")[2]
        if path.startswith("model/") and name in script.text:
            stem, dot, ending = name.rpartition(".")
            yield script.text.replace(name, f"{stem}_v2{dot}{ending}")
            yield script.text.replace(name, name.swapcase())


@mutation("the second part of a join is absolute")
def _join_begins_anew(script: Text) -> Iterator[str]:
    for call in script.calls():
        if script.of(call.func).endswith("path.join") and len(call.args) > 1:
            second = call.args[1]
            # A pattern would look through the whole disk, and nothing is to be written there.
            is_harmless = "*" not in script.of(second) and '"w"' not in script.text
            if isinstance(second, ast.Constant) and isinstance(second.value, str) and is_harmless:
                yield script.with_(second, repr(f"/{second.value!s}"))


@mutation("global is left out")
def _global_is_left_out(script: Text) -> Iterator[str]:
    for node in script.all(ast.Global):
        assert isinstance(node, ast.Global)
        yield script.without_lines(node, " " * node.col_offset + "pass")


@mutation("an import is left out")
def _import_is_left_out(script: Text) -> Iterator[str]:
    for node in script.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and len(node.names) == 1:
            yield script.without_lines(node)


@mutation("a closing bracket is missing", is_certain=True)
def _bracket_is_missing(script: Text) -> Iterator[str]:
    places = [match.start() for match in re.finditer(r"[)\]}]", script.text)]
    for place in (places[0], places[len(places) // 2], places[-1]) if places else ():
        mutant = script.text[:place] + script.text[place + 1 :]
        try:
            ast.parse(mutant)
        except SyntaxError:
            yield mutant


@mutation("json.loads is left out")
def _loads_is_left_out(script: Text) -> Iterator[str]:
    run = script.function("run")
    for node in ast.walk(run) if run else ():
        if isinstance(node, ast.Call) and script.of(node.func) == "json.loads":
            yield script.with_(node, script.of(node.args[0]))


@mutation("json.loads is json.load")
def _load_for_loads(script: Text) -> Iterator[str]:
    for call in script.calls():
        if script.of(call.func) == "json.loads":
            yield script.with_(call.func, "json.load")


@mutation("a Power BI name is in lower case", is_certain=True)
def _power_bi_name_in_lower_case(script: Text) -> Iterator[str]:
    names = [str(name.value) for name in _schema_names(script)]
    quoted = re.findall(r"""["']Results["']""", script.text)
    if "Inputs" in names and quoted:
        yield re.sub(r"""(["'])Results\1""", r"\1results\1", script.text)
    if "GlobalParameters" in names and quoted:
        yield script.text.replace("GlobalParameters", "globalParameters")


@mutation("the model is loaded by a name that is defined nowhere")
def _undefined_helper(script: Text) -> Iterator[str]:
    init = script.function("init")
    for node in ast.walk(init) if init else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield script.with_(node.func, "not_defined_anywhere")


@mutation("init has a parameter", is_certain=True)
def _init_has_a_parameter(script: Text) -> Iterator[str]:
    if script.function("init") and "def init():" in script.text:
        yield script.text.replace("def init():", "def init(context):")


@mutation("an array is returned without tolist")
def _array_is_returned(script: Text) -> Iterator[str]:
    for call in script.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "tolist":
            yield script.with_(call, script.of(call.func.value))
