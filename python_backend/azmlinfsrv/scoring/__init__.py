"""The headless core: load an entry script, understand ``run()``, score a request.

Nothing in here knows an HTTP server, so batch runs, tests and other engines stand on it too.
"""

from azmlinfsrv.scoring.entry_script import EntryScript, load_entry_script
from azmlinfsrv.scoring.errors import EntryScriptError, ScriptLocation
from azmlinfsrv.scoring.request import ScoringRequest
from azmlinfsrv.scoring.scorer import Answer, Scorer

__all__ = [
    "Answer",
    "EntryScript",
    "EntryScriptError",
    "Scorer",
    "ScoringRequest",
    "ScriptLocation",
    "load_entry_script",
]
