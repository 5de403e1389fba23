"""The listening socket, opened once and handed to the front, so no port is chosen twice."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from azmlinfsrv.server.setting import AUTO_PORT, DEFAULT_PORT

LAST_PORT_VARIABLE = "AZMLINFSRV_LAST_PORT"
LISTENER_VARIABLE = "AZMLINFSRV_LISTENER"
"""Names the descriptor of a socket that is open; ``,held`` after it: others serve it already."""
_RELEASE_SECONDS = 2.0
_RELEASE_POLL_SECONDS = 0.05
_LISTEN_STATE = "0A"
_LOOKUP_SECONDS = 0.8
_LONGEST_COMMAND = 100


class ListenError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket bound to ``host``: on ``port``, or for AUTO_PORT on one that is free.

    When the environment variable AZMLINFSRV_LAST_PORT names the port of the same server's last
    start, AUTO_PORT takes that one, and who has just ended there gets a moment to let go of it.

    Raises:
        ListenError: the port is taken (the message names who holds it, where the system tells),
            may not be used, or the address does not belong to this machine.

    """
    last = os.environ.get(LAST_PORT_VARIABLE, "")
    if last.isdecimal() and port in {AUTO_PORT, int(last)}:
        with contextlib.suppress(ListenError):
            return _bind_when_free(host, int(last))
    if port != AUTO_PORT:
        return _bind(host, port)
    try:
        return _bind(host, DEFAULT_PORT)
    except ListenError:
        return _bind(host, 0)


def open_any_port(host: str) -> socket.socket:
    """Return a socket bound to ``host``, on a port that the system chooses.

    Raises:
        ListenError: the address does not belong to this machine.

    """
    return _bind(host, 0)


def inherited_listener() -> tuple[socket.socket, bool] | None:
    """Return the socket that another program has opened for this server, if one has.

    Once: nothing that this server starts is to take it for its own.

    Returns:
        The socket, and whether it is shared with a server that serves already, so that nothing is
        to be accepted before there is an answer.

    """
    descriptor, _, held = os.environ.pop(LISTENER_VARIABLE, "").partition(",")
    return (socket.socket(fileno=int(descriptor)), bool(held)) if descriptor else None


def _bind_when_free(host: str, port: int) -> socket.socket:
    end = time.monotonic() + _RELEASE_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(ListenError):
            return _bind(host, port)
        time.sleep(_RELEASE_POLL_SECONDS)
    return _bind(host, port)


def _bind(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise ListenError(f"The host {host} is not an address: {error.strerror}.") from error
    listener = socket.socket(family, kind, protocol)
    if sys.platform == "win32":
        # Windows would otherwise let two servers share one port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise ListenError(_explain(error, host, port)) from error
    return listener


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        holder = port_holder(port)
        by = f" by {holder}" if holder else ""
        return f"Port {port} is in use{by}. Stop that process, or choose another port."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one from 1024 up."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"The host {host} is not an address of this machine."
    return f"Cannot listen on {host}:{port}: {error.strerror}."


def port_holder(port: int) -> str | None:
    """Return ``"command (pid N)"`` for the process that listens on ``port``; None if untold."""
    pid = _holder_from_proc(port) if sys.platform == "linux" else _holder_from_tool(port)
    if pid is None:
        return None
    command = " ".join(_command(pid).split())
    if len(command) > _LONGEST_COMMAND:
        command = f"{command[:_LONGEST_COMMAND]}…"
    return f"{command} (pid {pid})" if command else f"process {pid}"


def _holder_from_proc(port: int) -> int | None:
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if int(columns[1].rpartition(":")[2], 16) == port and columns[3] == _LISTEN_STATE:
                    inodes.add(f"socket:[{columns[9]}]")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        # Other users' processes, and those that end meanwhile, cannot be read.
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) in inodes:  # noqa: PTH115 - not a path to a file
                return int(descriptor.parts[2])
    return None


def _holder_from_tool(port: int) -> int | None:
    if sys.platform == "win32":
        pattern = rf"^\s*TCP\s+\S+:{port}\s+\S+\s+LISTENING\s+(\d+)"
        found = re.search(pattern, _output("netstat", "-ano", "-p", "TCP"), re.MULTILINE)
    else:
        found = re.search(r"(\d+)", _output("lsof", "-nP", "-t", f"-iTCP:{port}", "-sTCP:LISTEN"))
    return int(found[1]) if found else None


def _command(pid: int) -> str:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
        return ""
    if sys.platform == "win32":
        row = _output("tasklist", "/FI", f"PID eq {pid}", "/FO", "CSV", "/NH")
        return row.split('","')[0].strip('"') if row.startswith('"') else ""
    return _output("ps", "-o", "command=", "-p", str(pid))


def _output(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        return subprocess.run(  # noqa: S603 - a fixed system tool with our own arguments
            [path, *arguments], capture_output=True, text=True, timeout=_LOOKUP_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
