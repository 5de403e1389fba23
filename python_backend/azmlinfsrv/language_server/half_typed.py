"""The script as it would be if the text at the cursor were finished.

A line that is being typed seldom parses: its string and its brackets are still open. Here they are
closed, and a mark stands where the cursor is, so that the analysis itself tells what the mark is
part of: a path, the name of a parameter, a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.script import Context, Script

MARK = "\ue0ff"
"""A character for private use, which no script holds."""

# A statement at the margin ends whatever bracket was left open before it.
_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*)
    | (?P<prefix>\b[rRbBuUfF]{1,2}(?=["']))? (?P<quote>\"\"\"|'''|"|')
    | (?P<margin>(?<![^\r\n])(?:def|class|import|from|async|@))
    | (?P<bracket>[()\[\]{}])
    """,
    re.VERBOSE,
)
_LONG_ENDS = {quote: re.compile(rf"(?s)(?:[^\\]|\\.)*?{quote}") for quote in ('"""', "'''")}
_SHORT_ENDS = {
    quote: re.compile(rf"(?s)(?:[^\\{quote}\r\n]|\\.)*(?P<end>{quote})?") for quote in ('"', "'")
}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class OpenString:
    """The string that the cursor is in.

    Attributes:
        start: where its text begins.
        end: where its text ends; None if it is not closed on its line.
        quote: what it begins and ends with.
        prefix: the letters before that, in lower case.
        brackets: the brackets that are open before it.

    """

    start: int
    end: int | None
    quote: str
    prefix: str
    brackets: tuple[str, ...]


def string_at(text: str, offset: int) -> OpenString | None:
    """Return the string on one line that a place is in."""
    place = 0
    brackets: list[str] = []
    while found := _TOKEN.search(text, place, offset):
        place = found.end()
        if found["comment"]:
            if place >= offset:
                return None
        elif found["margin"]:
            brackets.clear()
        elif bracket := found["bracket"]:
            if bracket in _CLOSING:
                brackets.append(bracket)
            elif brackets:
                brackets.pop()
        elif quote := found["quote"]:
            start = place
            if len(quote) == 3:
                long = _LONG_ENDS[quote].match(text, start)
                if long is None or long.end() > offset:
                    return None
                place = long.end()
                continue
            short = _SHORT_ENDS[quote].match(text, start)
            if short is None:
                return None
            is_closed = short["end"] is not None
            end = short.end() - (1 if is_closed else 0)
            if start <= offset <= end:
                prefix = (found["prefix"] or "").lower()
                return OpenString(start, end if is_closed else None, quote, prefix, tuple(brackets))
            place = short.end()
    return None


def finished_scripts(
    text: str, offset: int, string: OpenString, path: Path, context: Context
) -> Iterator[Script]:
    """Yield the script with the cursor's string finished, the likeliest way first."""
    typed = text[string.start : offset]
    head, tail = text[: string.start], text[offset:]
    line_end = re.search(r"\r|\n|\Z", tail)
    rest_of_file = tail[line_end.start() :] if line_end else ""
    content = typed + MARK
    if string.end is not None:
        content += text[offset : string.end]
        yield Script(head + content + text[string.end :], path, context)
    closing = string.quote + "".join(_CLOSING[each] for each in reversed(string.brackets))
    for ending in (closing, f"{closing}:", string.quote):
        yield Script(head + content + ending + rest_of_file, path, context)
