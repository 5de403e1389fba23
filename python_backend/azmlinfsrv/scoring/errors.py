"""What goes wrong with an entry script, told in the script's own lines."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
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
# What stands between the server and a decorated run(): its frames tell nobody anything.
_DECORATOR_PACKAGES = ("inference_schema", "wrapt")


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
        summary = "".join(traceback.format_exception_only(type(error), error)).strip()
        module = error.name if isinstance(error, ModuleNotFoundError) else None
        failure = cls(
            f"{what}: {summary}",
            location=location_in(frames, script),
            details=format_frames(frames),
            missing_module=module,
        )
        failure.__cause__ = error
        return failure


def format_frames(frames: list[traceback.FrameSummary]) -> str:
    """Return frames as Python's own tracebacks write them."""
    return "".join(traceback.format_list(frames)).rstrip("\n")


def script_frames(trace: TracebackType | None, script: Path) -> list[traceback.FrameSummary]:
    """Return the frames of ``trace`` that are the user's: the script and modules beside it.

    When the user's code is not in the stack at all, what is neither ours nor the decorators' is
    returned.
    """
    return _user_frames(traceback.extract_tb(trace), script)


def frames_of_thread(thread: int, script: Path) -> list[traceback.FrameSummary]:
    """Return the user's frames in which a thread is just now, the innermost last."""
    frame = sys._current_frames().get(thread)
    return own_frames(traceback.extract_stack(frame), script) if frame else []


def location_in(frames: list[traceback.FrameSummary], script: Path) -> ScriptLocation | None:
    """Return where the innermost frame is, if that is in the user's code."""
    if not frames or not is_user_code(script, frames[-1].filename):
        return None
    last = frames[-1]
    return ScriptLocation(last.filename, last.lineno or 1, last.line or "")


def _user_frames(
    frames: Iterable[traceback.FrameSummary], script: Path
) -> list[traceback.FrameSummary]:
    foreign = [
        frame
        for frame in frames
        if not frame.filename.startswith((_OWN_PACKAGE, "<frozen "))
        and not any(part in _DECORATOR_PACKAGES for part in Path(frame.filename).parts)
    ]
    return own_frames(foreign, script) or foreign


def own_frames(
    frames: Iterable[traceback.FrameSummary], script: Path
) -> list[traceback.FrameSummary]:
    """Return those frames that are in the script or a module beside it."""
    return [frame for frame in frames if is_user_code(script, frame.filename)]


def is_user_code(script: Path, filename: str) -> bool:
    """Return whether a file is the script or lies in its folder, outside of any environment."""
    path, folder = Path(filename), script.parent
    if path == script:
        return True
    if not path.is_relative_to(folder):
        return False
    within = path.relative_to(folder).parts[:-1]
    if any(part in _ENVIRONMENT_FOLDERS or part.startswith(".") for part in within):
        return False
    # An environment in the script's folder, with a standard library of its own.
    return not any(
        path.is_relative_to(prefix) and Path(prefix).is_relative_to(folder)
        for prefix in (sys.prefix, sys.base_prefix)
    )
