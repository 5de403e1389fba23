"""Run azmlinfsrv from the folder it is bundled in, inside whatever Python the user selected.

usage: python bootstrap.py [azmlinfsrv arguments]

Beside this file lie four folders of libraries. Which of them come before the user's own:

* ``core`` (azmlinfsrv, gunicorn, waitress, debugpy) always: an old gunicorn of the user's must
  not decide how the debugger's server works;
* ``web`` (Flask and its dependencies) unless the user has all of them in versions that will do:
  then the user's own decide how their script behaves;
* ``extra`` (inference-schema and its dependencies) never: it only fills gaps;
* ``editor`` (pygls, pyflakes and their dependencies) never either, but for the language server:
  that runs none of the user's code, so it runs apart from the user's libraries altogether.

This file has to parse on any Python, old ones included, to tell that they are too old.
"""

import os
import sys

NEEDED = (3, 10)
TOO_OLD_STATUS = 4
# 128 + SIGINT, as shells have it.
INTERRUPTED_STATUS = 130


def main():
    """Run azmlinfsrv; returns its exit status, or TOO_OLD_STATUS."""
    if sys.version_info[:2] < NEEDED:
        sys.stderr.write(
            "azmlinfsrv needs Python %d.%d or later; %s is Python %d.%d.\n"
            % (NEEDED + (sys.executable,) + tuple(sys.version_info[:2]))
        )
        return TOO_OLD_STATUS
    bundle = os.path.dirname(os.path.abspath(__file__))
    if sys.argv[1:2] == ["language-server"]:
        isolate_import_path(bundle)
    else:
        arrange_import_path(bundle)
    from azmlinfsrv.cli import main as run

    return run(sys.argv[1:])


def arrange_import_path(bundle):
    """Put the bundled folders before and after the user's own libraries in ``sys.path``."""
    own = [path for path in sys.path if os.path.abspath(path or ".") != bundle]
    web = os.path.join(bundle, "web")
    first = [os.path.join(bundle, "core")]
    last = [os.path.join(bundle, "extra"), os.path.join(bundle, "editor")]
    (last if user_has_web(own, minimum_versions(web)) else first).append(web)
    sys.path[:] = first + own + last


def isolate_import_path(bundle):
    """Leave nothing in ``sys.path`` but the bundled folders and Python's own library."""
    prefixes = [os.path.realpath(path) for path in (sys.base_prefix, sys.base_exec_prefix)]
    standard = [
        path
        for path in sys.path
        if "site-packages" not in path
        and "dist-packages" not in path
        and any(os.path.realpath(path).startswith(prefix + os.sep) for prefix in prefixes)
    ]
    sys.path[:] = [os.path.join(bundle, name) for name in ("core", "editor", "extra")] + standard


def minimum_versions(folder):
    """Return {distribution: (lowest, below)} from ``versions.txt``, lines ``flask 3.0 4``."""
    ranges = {}
    with open(os.path.join(folder, "versions.txt")) as file:
        for line in file:
            name, lowest, below = line.split()
            ranges[name] = (release(lowest), release(below))
    return ranges


def user_has_web(paths, ranges):
    """Tell whether every distribution is installed for the user in a version that will do."""
    found = {}
    for path in paths:
        try:
            entries = os.listdir(path or ".")
        except OSError:
            continue
        for entry in entries:
            if entry.endswith(".dist-info"):
                name, _, version = entry[: -len(".dist-info")].partition("-")
                # The first folder on the path wins, as in an import.
                found.setdefault(name.lower().replace("_", "-"), release(version))
    return all(
        name in found and lowest <= found[name] < below for name, (lowest, below) in ranges.items()
    )


def release(version):
    """Return the leading numbers of a version: "3.1.0rc1" -> (3, 1, 0)."""
    numbers = []
    for part in version.split("."):
        digits = "".join(char for char in part if char.isdigit())
        if not digits or not part[0].isdigit():
            break
        numbers.append(int(digits))
    return tuple(numbers)


if __name__ == "__main__":
    try:
        status = main()
    except KeyboardInterrupt:
        # Before the command could have handled it.
        status = INTERRUPTED_STATUS
    sys.exit(status)
