"""What can be typed next: only where nobody but us can know."""

from __future__ import annotations

from lsprotocol import types

from azmlinfsrv.analysis.facts.known_names import SCHEMA_PACKAGE
from azmlinfsrv.analysis.model_folder import MODEL_VARIABLE
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.complete_model_files import complete_model_file
from azmlinfsrv.language_server.complete_names import (
    complete_key,
    complete_registered_model,
    complete_schema_name,
)
from azmlinfsrv.language_server.complete_types import complete_parameter_type
from azmlinfsrv.language_server.half_typed import finished_scripts, string_at
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.skeletons import complete_skeleton
from azmlinfsrv.language_server.suggestions import Cursor, Suggestion, Suggestions

OPTIONS = types.CompletionOptions(trigger_characters=['"', "'", "/", "("])


def completion(ls: AzureMLServer, params: types.CompletionParams) -> types.CompletionList | None:
    """Support completions."""
    checked = ls.checked(params.text_document.uri)
    if checked is None or checked.script is None:
        return None
    position = checked.document.positions.from_client(params.position)
    cursor = Cursor(checked, position)
    found = _suggestions(cursor)
    if found is None:
        return None
    items = [_item(each, checked, ls.client) for each in found.items]
    return types.CompletionList(found.is_incomplete, items)


def _suggestions(cursor: Cursor) -> Suggestions | None:
    if cursor.is_in_blank_file:
        return complete_skeleton(cursor)
    if not _may_be_entry_script(cursor.checked):
        return None
    string = string_at(cursor.text, cursor.offset)
    if string is None:
        return complete_parameter_type(cursor)
    if "b" in string.prefix:
        return None
    script = cursor.script
    for finished in finished_scripts(
        cursor.text, cursor.offset, string, script.path, script.context
    ):
        for complete in (
            complete_registered_model,
            complete_model_file,
            complete_schema_name,
            complete_key,
        ):
            found = complete(cursor, string, finished)
            if found is not None:
                return found
    return None


def _may_be_entry_script(checked: Checked) -> bool:
    """Return whether our words belong into a file; it may only just have been begun."""
    text = checked.document.text
    return checked.is_entry_script or MODEL_VARIABLE in text or SCHEMA_PACKAGE in text


def _item(suggestion: Suggestion, checked: Checked, client: Client) -> types.CompletionItem:
    positions = checked.document.positions
    is_snippet = suggestion.snippet is not None and client.snippets
    new_text = suggestion.snippet if is_snippet and suggestion.snippet else suggestion.text
    insert = positions.range_to_client(suggestion.range)
    edit: types.TextEdit | types.InsertReplaceEdit = types.TextEdit(insert, new_text)
    if client.insert_or_replace and suggestion.replaced is not None:
        replace = positions.range_to_client(suggestion.replaced)
        edit = types.InsertReplaceEdit(new_text, insert, replace)
    return types.CompletionItem(
        label=suggestion.label,
        kind=suggestion.kind,
        detail=suggestion.detail,
        documentation=suggestion.documentation,
        sort_text=suggestion.sort_text,
        filter_text=suggestion.filter_text,
        insert_text_format=types.InsertTextFormat.Snippet if is_snippet else None,
        text_edit=edit,
        additional_text_edits=[
            types.TextEdit(positions.range_to_client(each.range), each.text)
            for each in suggestion.other_edits
        ]
        or None,
        # The list for a folder that was chosen; the command is VS Code's.
        command=types.Command("Suggest", "editor.action.triggerSuggest")
        if suggestion.asks_again and client.lens_commands
        else None,
    )
