"""Which rules are wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """Codes, or the beginnings of codes: "AML2" is every rule about schemas.

    Attributes:
        select: the rules to apply; empty means all.
        ignore: those to leave out. The longer match of the two lists decides.

    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def includes(self, code: str) -> bool:
        """Return whether a rule is to be applied."""
        selected = _longest(code, self.select) if self.select else 0
        ignored = _longest(code, self.ignore)
        return selected is not None and (ignored is None or selected > ignored)


def _longest(code: str, prefixes: tuple[str, ...]) -> int | None:
    """Return the length of the longest prefix of a code; None if none fits."""
    return max((len(each) for each in prefixes if code.startswith(each)), default=None)


EVERYTHING = Selection()
