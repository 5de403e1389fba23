"""YAML with places, built from the parser's events: nothing is constructed, nothing recurses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import yaml

from azmlinfsrv.deployment.formats.document import Node, Scalar, TreeBuilder, problem_of, read_text
from azmlinfsrv.deployment.formats.problems import Place

_CORE = "tag:yaml.org,2002:"
_CONSTRUCTED = {_CORE + name for name in ("null", "bool", "int", "float")}
# A date is a text to Azure ML's files: nothing in them takes one.
_KNOWN = {*_CONSTRUCTED, *(_CORE + name for name in ("str", "timestamp", "merge", "value"))}


def read_yaml(file: Path, what: str) -> Node:
    """Return the value that a YAML file holds.

    Raises:
        DeploymentFileError: the file cannot be read, is not YAML, or holds more than a bound.

    """
    text = read_text(file, what)
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        raise problem_of(file, _explain(text, error), place) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise problem_of(
            file,
            f"The file is not YAML: it holds the character #x{int(error.character):x}, which YAML "
            "does not allow.",
            Place(file, line),
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise problem_of(file, f"The file is not YAML: {error}.") from error
    root = builder.tree.root
    if root is None or root.is_null:
        raise problem_of(file, "The file is empty. It has to hold keys and values.")
    return root


class _Builder:
    def __init__(self, file: Path) -> None:
        self.tree = TreeBuilder(file)
        self._file = file
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._loader = yaml.SafeLoader("")

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise problem_of(
                    self._file,
                    "A second document begins here. A file describes one; split it.",
                    self._place(event),
                )
        elif isinstance(event, yaml.AliasEvent):
            self._repeat(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._add_scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._refuse_tag(event, "map" if is_mapping else "seq")
            node = Node(self._place(event), "mapping" if is_mapping else "list")
            self._remember(event, node)
            self.tree.begin(node)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            filled = self.tree.innermost
            if filled is not None and filled.kind == "mapping":
                self._merge(filled)
            self.tree.end()

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        return self.tree.place(mark.line + 1, mark.column + 1) if mark else Place(self._file)

    def _remember(self, event: yaml.NodeEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _repeat(self, event: yaml.AliasEvent) -> None:
        place = self._place(event)
        node = self._anchors.get(event.anchor or "")
        if node is None:
            raise problem_of(self._file, f"The anchor &{event.anchor} is not defined.", place)
        if self.tree.is_open(node):
            raise problem_of(self._file, f"*{event.anchor} holds itself.", place)
        self.tree.add(node)

    def _add_scalar(self, event: yaml.ScalarEvent) -> None:
        place = self._place(event)
        tag = event.tag
        if tag is None or tag == "!":
            resolve = cast(Callable[..., str], self._loader.resolve)
            tag = resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _KNOWN:
            self._refuse_tag(event, "str")
        node = Node(place, "scalar", value=self._value(tag, event), text=event.value)
        self._remember(event, node)
        self.tree.add(node)

    def _value(self, tag: str, event: yaml.ScalarEvent) -> Scalar:
        if tag not in _CONSTRUCTED:
            return str(event.value)
        try:
            value: Scalar = self._loader.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, KeyError, IndexError, OverflowError, yaml.YAMLError):
            return str(event.value)
        return value

    def _refuse_tag(self, event: yaml.NodeEvent, usual: str) -> None:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _CORE + usual):
            raise problem_of(
                self._file, f"The tag {tag} has no meaning in Azure ML's files.", self._place(event)
            )

    def _merge(self, node: Node) -> None:
        """Replace ``<<: *anchor`` by the pairs that it stands for; the node's own win."""
        merged = [value for key, value in node.pairs if key.text == "<<"]
        if not merged:
            return
        own = [(key, value) for key, value in node.pairs if key.text != "<<"]
        names = {key.text for key, _ in own}
        for source in merged:
            for mapping in source.items if source.kind == "list" else [source]:
                if mapping.kind != "mapping":
                    raise problem_of(self._file, "`<<` takes a mapping.", source.place)
                for key, value in mapping.pairs:
                    if key.text not in names:
                        names.add(key.text)
                        own.append((key, value))
        node.pairs = own


def _explain(text: str, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    if mark is not None:
        lines = text.splitlines()
        line = lines[mark.line] if mark.line < len(lines) else ""
        if "\t" in line[: mark.column + 1]:
            return "YAML is indented with spaces. This line has a tab."
    parts = [part for part in (error.problem, error.context) if part]
    return f"The file is not YAML: {' '.join(parts)}."
