"""What the client can do, looked up once, so that no feature digs through its capabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lsprotocol import types

_FIRST_COMMANDS = frozenset({"azmlinfsrv.run", "azmlinfsrv.debug"})


@dataclass(frozen=True)
class Client:
    """The client's abilities, and what it asked for when it connected.

    Attributes:
        encoding: how it counts columns.
        pulls: it asks for diagnostics; others get them whenever they change.
        refreshes_diagnostics: it asks again when it is told that something has changed.
        refreshes_hints: the same of inlay hints.
        refreshes_lenses: the same of code lenses.
        shows_related: it shows the other places of a diagnostic.
        tags: how it can draw a diagnostic besides underlining it.
        links_codes: a diagnostic's code can have an address.
        keeps_data: a diagnostic's data comes back with a request for code actions.
        versioned_edits: edits can name the version of the document that they are for.
        literal_actions: code actions need not be commands.
        resolves_edits: a code action's edit can be asked for later.
        marks_preferred: it knows preferred code actions.
        snippets: completions can have places to fill in.
        insert_or_replace: a completion can leave what follows the cursor, or replace it.
        markdown_hover: hovers can be Markdown.
        markdown_completion: the same of what a completion says about itself.
        nested_symbols: document symbols can have ranges and children.
        definition_links: a definition can name the text that it is for.
        link_tooltips: document links can have one.
        configuration: it can be asked for settings.
        registers_watchers: it can watch files for us.
        registers_configuration: it tells when settings change if it is asked to.
        relative_patterns: it can watch files outside its workspace.
        lens_commands: those of our commands that it has, for the lenses.
        status: it shows our status.
        other_python_linter: something else reports undefined names.

    """

    encoding: str = "utf-16"
    pulls: bool = False
    refreshes_diagnostics: bool = False
    refreshes_hints: bool = False
    refreshes_lenses: bool = False
    shows_related: bool = False
    tags: frozenset[int] = frozenset()
    links_codes: bool = False
    keeps_data: bool = False
    versioned_edits: bool = False
    literal_actions: bool = False
    resolves_edits: bool = False
    marks_preferred: bool = False
    snippets: bool = False
    insert_or_replace: bool = False
    markdown_hover: bool = False
    markdown_completion: bool = False
    nested_symbols: bool = False
    definition_links: bool = False
    link_tooltips: bool = False
    configuration: bool = False
    registers_watchers: bool = False
    registers_configuration: bool = False
    relative_patterns: bool = False
    lens_commands: frozenset[str] = frozenset()
    status: bool = False
    other_python_linter: bool = False


def read_client(params: types.InitializeParams, encoding: str) -> Client:
    """Return what the client says of itself."""
    capabilities = params.capabilities
    document = capabilities.text_document or types.TextDocumentClientCapabilities()
    workspace = capabilities.workspace or types.WorkspaceClientCapabilities()

    def can(owner: object, *path: str) -> Any:
        for name in path:
            owner = getattr(owner, name, None)
        return owner

    options = params.initialization_options
    asked = options if isinstance(options, dict) else {}
    # What is said of pulled diagnostics holds for pushed ones, too: the older name is the fuller.
    kinds = [document.diagnostic, document.publish_diagnostics]
    tags = [tag for kind in kinds for tag in can(kind, "tag_support", "value_set") or ()]
    resolved = can(document.code_action, "resolve_support", "properties") or ()
    return Client(
        encoding=encoding,
        pulls=document.diagnostic is not None,
        refreshes_diagnostics=bool(can(workspace.diagnostics, "refresh_support")),
        refreshes_hints=bool(can(workspace.inlay_hint, "refresh_support")),
        refreshes_lenses=bool(can(workspace.code_lens, "refresh_support")),
        shows_related=any(can(kind, "related_information") for kind in kinds),
        tags=frozenset(int(tag) for tag in tags),
        links_codes=any(can(kind, "code_description_support") for kind in kinds),
        keeps_data=any(can(kind, "data_support") for kind in kinds),
        versioned_edits=bool(can(workspace.workspace_edit, "document_changes")),
        literal_actions=can(document.code_action, "code_action_literal_support") is not None,
        resolves_edits="edit" in resolved and bool(can(document.code_action, "data_support")),
        marks_preferred=bool(can(document.code_action, "is_preferred_support")),
        snippets=bool(can(document.completion, "completion_item", "snippet_support")),
        insert_or_replace=bool(
            can(document.completion, "completion_item", "insert_replace_support")
        ),
        markdown_hover=_prefers_markdown(can(document.hover, "content_format")),
        markdown_completion=_prefers_markdown(
            can(document.completion, "completion_item", "documentation_format")
        ),
        nested_symbols=bool(can(document.document_symbol, "hierarchical_document_symbol_support")),
        definition_links=bool(can(document.definition, "link_support")),
        link_tooltips=bool(can(document.document_link, "tooltip_support")),
        configuration=bool(workspace.configuration),
        registers_watchers=bool(can(workspace.did_change_watched_files, "dynamic_registration")),
        registers_configuration=bool(
            can(workspace.did_change_configuration, "dynamic_registration")
        ),
        relative_patterns=bool(can(workspace.did_change_watched_files, "relative_pattern_support")),
        lens_commands=_lens_commands(asked),
        status=asked.get("status") is True,
        other_python_linter=asked.get("otherPythonLinter") is True,
    )


def _lens_commands(asked: Mapping[str, Any]) -> frozenset[str]:
    """Return the commands that the client says it has; of old these were two."""
    if asked.get("codeLens") is not True:
        return frozenset()
    named = asked.get("commands")
    if not isinstance(named, (list, tuple)):
        return _FIRST_COMMANDS
    return frozenset(each for each in named if isinstance(each, str))


def _prefers_markdown(formats: Any) -> bool:
    return types.MarkupKind.Markdown in (formats or ())
