"""What goes wrong with an entry script, told in the script's own lines."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_OWN_PACKAGE = str(Path(__file__).parent.parent)
# Import names whose distribution on the package index has another name.
_DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_ENVIRONMENT_FOLDERS = ("site-packages", "dist-packages")


@dataclass(frozen=True)
class ScriptLocation:
    """A place in the user's code: file, line from 1, and the text of that line."""

    file: str
    line: int
    source: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class EntryScriptError(Exception):
    """The entry script cannot serve requests.

    Attributes:
        message: one sentence that says what happened.
        location: where in the user's code, if anywhere.
        details: the user's part of the stack, as text; empty when there is none.
        missing_module: the import name that was not found, for a ModuleNotFoundError.

    """

    def __init__(
        self,
        message: str,
        *,
        location: ScriptLocation | None = None,
        details: str = "",
        missing_module: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.details = details
        self.missing_module = missing_module

    @property
    def missing_distribution(self) -> str | None:
        """What to install for ``missing_module``."""
        if self.missing_module is None:
            return None
        package = self.missing_module.partition(".")[0]
        return _DISTRIBUTIONS.get(package, package)

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        return f"{where}{self.message}"

    @classmethod
    def from_exception(cls, what: str, error: BaseException, script: Path) -> EntryScriptError:
        """Describe an exception that the script's own code raised while ``what`` was going on."""
        if isinstance(error, SyntaxError) and error.filename:
            location = ScriptLocation(
                error.filename, error.lineno or 1, (error.text or "").strip("\n")
            )
            return cls(f"{type(error).__name__}: {error.msg}", location=location)
        frames = script_frames(error.__traceback__, script)
        where = None
        if frames and _belongs_to(script, frames[-1].filename):
            last = frames[-1]
            where = ScriptLocation(last.filename, last.lineno or 1, last.line or "")
        summary = "".join(traceback.format_exception_only(type(error), error)).strip()
        module = error.name if isinstance(error, ModuleNotFoundError) else None
        return cls(
            f"{what}: {summary}",
            location=where,
            details="".join(traceback.format_list(frames)).rstrip("\n"),
            missing_module=module,
        )


def script_frames(trace: TracebackType | None, script: Path) -> list[traceback.FrameSummary]:
    """Return the frames of ``trace`` that are the user's: the script and modules beside it.

    When the user's code is not in the stack at all, every frame that is not ours is returned.
    """
    foreign = [
        frame
        for frame in traceback.extract_tb(trace)
        if not frame.filename.startswith((_OWN_PACKAGE, "<frozen "))
    ]
    own = [frame for frame in foreign if _belongs_to(script, frame.filename)]
    return own or foreign


def _belongs_to(script: Path, filename: str) -> bool:
    path = Path(filename)
    if path == script:
        return True
    return path.is_relative_to(script.parent) and not any(
        part in _ENVIRONMENT_FOLDERS for part in path.parts
    )
