"""The files that the script's code comes from, and when one of them is saved (--reload)."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.scoring.errors import is_user_code
from azmlinfsrv.server.log import logger
from azmlinfsrv.threads import start_hidden_thread

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

    from azmlinfsrv.server.service import Service

# Programs write a file in several steps.
_QUIET_SECONDS = 0.05
_POLL_SECONDS = 0.2
_Signature = tuple[int, int]


def code_files(service: Service) -> set[str]:
    """Return the script, the modules it has imported from its folder, and what it failed to."""
    script = service.scorer.path
    found = {str(script), *own_modules(script).values()}
    if failure := service.boot_failure:
        if failure.location and is_user_code(script, failure.location.file):
            found.add(failure.location.file)
        if failure.missing_module:
            found.add(str(script.parent / (failure.missing_module.replace(".", os.sep) + ".py")))
    return found


def own_modules(script: Path) -> dict[str, str]:
    """Return the file by name of each module that was imported from the script's folder."""
    folder = f"{script.parent}{os.sep}"
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    # Asked every second of thousands of modules: the quick question comes first.
    beside = {name: file for name, file in files.items() if file and file.startswith(folder)}
    return {
        name: file
        for name, file in beside.items()
        if file.endswith(".py") and is_user_code(script, file) and not _is_ours(name)
    }


def _is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"azmlinfsrv", "__main__"}


class SavedFiles:
    """Tells when one of some files has been saved.

    Args:
        on_save: called in a thread of its own, once for files that are saved together.

    """

    def __init__(self, on_save: Callable[[], None]) -> None:
        # watchdog: inotify and its like without a compiled part. Imported only when it is needed.
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        self._on_save = on_save
        self._lock = threading.Lock()
        self._signatures: dict[str, _Signature | None] = {}
        self._folders: set[str] = set()
        self._timer: threading.Timer | None = None

        class Handler(FileSystemEventHandler):
            def on_any_event(_, event: FileSystemEvent) -> None:  # noqa: N805 - self is outside
                self._on_event(event)

        self._handler = Handler()
        self._observer: BaseObserver = Observer()
        self._observer.daemon = True
        self._observer.start()

    def add(self, files: Iterable[str], loaded_ns: int) -> None:
        """Watch some more files; they need not exist yet.

        Those that have been saved since ``loaded_ns`` (a ``time.time_ns()``), when their code
        began to be loaded, are not what was loaded.
        """
        for file in files:
            with self._lock:
                if file in self._signatures:
                    continue
                self._watch_folder(str(Path(file).parent))
                signature = _signature(file)
                is_loaded = signature is None or signature[0] <= loaded_ns
                self._signatures[file] = signature if is_loaded else None
            if not is_loaded:
                self._look_soon()

    def _watch_folder(self, folder: str) -> None:
        if folder in self._folders or not Path(folder).is_dir():
            return
        self._folders.add(folder)
        try:
            self._observer.schedule(self._handler, folder)
        except OSError as error:
            # The system's watches are used up, or the file system has none.
            from watchdog.observers.polling import PollingObserver

            logger.warning("Files in %s are looked at again and again: %s", folder, error)
            observer = PollingObserver(timeout=_POLL_SECONDS)
            observer.daemon = True
            observer.schedule(self._handler, folder)
            observer.start()

    def _on_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in {"modified", "created", "moved"}:
            return
        if not {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)} & set(self._signatures):
            return
        self._look_soon()

    def _look_soon(self) -> None:
        with self._lock:
            if self._timer:
                self._timer.cancel()
            self._timer = threading.Timer(_QUIET_SECONDS, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            now = {file: _signature(file) for file in self._signatures}
            changed = [file for file in now if now[file] not in {None, self._signatures[file]}]
            self._signatures.update({file: now[file] for file in changed})
        if changed:
            names = ", ".join(sorted(Path(file).name for file in changed))
            logger.info("%s %s saved.", names, "was" if len(changed) == 1 else "were")
            self._on_save()


def _signature(file: str) -> _Signature | None:
    try:
        status = Path(file).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


class FilesOfWorkers:
    """Lets forked workers tell their master what to watch.

    Made in the master before it forks.

    Args:
        script: what is watched in any case.

    """

    def __init__(self, script: str) -> None:
        self._script = str(Path(script).absolute())
        self._reader, self._writer = os.pipe()
        self._told: set[str] = set()

    def tell(self, files: set[str], loaded_ns: int) -> None:
        """Have files watched. Called in a worker."""
        new = files - self._told
        self._told |= new
        for file in new:
            # As short as it is, a line of one worker is not mixed up with that of another.
            os.write(self._writer, b"%d %b\n" % (loaded_ns, os.fsencode(file)))

    def follow(self, on_save: Callable[[], None]) -> None:
        """Watch what workers tell. Called in the master."""
        saved = SavedFiles(on_save)
        saved.add([self._script], time.time_ns())
        start_hidden_thread("files of workers", self._read, saved)

    def _read(self, saved: SavedFiles) -> None:
        with open(self._reader, "rb") as lines:  # noqa: PTH123 - a pipe
            for line in lines:
                loaded_ns, _, file = line.rstrip(b"\n").partition(b" ")
                saved.add([os.fsdecode(file)], int(loaded_ns))
