"""The headless core: load an entry script, understand ``run()``, score a request.

Nothing in here knows an HTTP server, so batch runs, tests and other engines stand on it too.
"""

from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle, load_entry_script
from azmlinfsrv.scoring.errors import EntryScriptError, ScriptLocation
from azmlinfsrv.scoring.request import InvalidRequestError, ScoringRequest
from azmlinfsrv.scoring.result import Answer
from azmlinfsrv.scoring.scorer import Scorer

__all__ = [
    "Answer",
    "EntryScript",
    "EntryScriptError",
    "InputStyle",
    "InvalidRequestError",
    "Scorer",
    "ScoringRequest",
    "ScriptLocation",
    "load_entry_script",
]
