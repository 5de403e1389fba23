"""Builds and runs a package as Docker would, without Docker: namespaces and a root of its own.

The base image is played by this machine's programs, read-only, and a clean virtual environment
that is first on the PATH; everything else in the root is what the Dockerfile puts there.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from .dockerfiles import (
    Configuration,
    Instruction,
    expanded,
    read_dockerfile,
    sent_files,
)

_VENV = "/base/venv"
_SHOWN_FROM_HOST = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
_ETC = (
    *("login.defs", "nsswitch.conf", "hosts"),
    *("resolv.conf", "ld.so.cache", "ssl", "ca-certificates", "pip.conf", "xdg/pip"),
)
_ACCOUNTS = {
    "passwd": "x:0:0:root:/root:/bin/bash",
    "group": "x:0:",
    "shadow": "*:20000:0:99999:7:::",
    "gshadow": "*::",
}
# What pip needs to reach the index of this machine.
_PASSED_ON = ("PIP_", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_LOOPBACK_UP = (
    "import fcntl, socket, struct; s = socket.socket(); "
    "fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 0x41))"
)

needs_namespaces = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"),
    reason="a root file system of its own needs Linux, root and unshare",
)


class Image:
    """An image, built from a package in a folder of the test's own."""

    def __init__(self, context: Path, root: Path) -> None:
        self.root = root
        self.configuration = Configuration()
        self._context = context
        self.build_log = ""
        self._make_base()
        for instruction in read_dockerfile(context / "Dockerfile"):
            self._carry_out(instruction)

    def _make_base(self) -> None:
        for name in ("proc", "dev", "etc", "tmp", "var", "opt", "home", "root", "base"):
            (self.root / name).mkdir(parents=True)
        (self.root / "tmp").chmod(0o1777)
        for name in _SHOWN_FROM_HOST:
            host = Path("/", name)
            if host.is_symlink():
                (self.root / name).symlink_to(host.readlink())
            elif host.is_dir():
                (self.root / name).mkdir()
        (self.root / sys.base_prefix.lstrip("/")).mkdir(parents=True, exist_ok=True)
        for name in _ETC:
            host, own = Path("/etc", name), self.root / "etc" / name
            own.parent.mkdir(parents=True, exist_ok=True)
            if host.is_dir():
                shutil.copytree(host, own, symlinks=True)
            elif host.is_file():
                shutil.copy2(host, own)
        for name, line in _ACCOUNTS.items():
            (self.root / "etc" / name).write_text(f"root:{line}\n")
        python = f"{sys.base_prefix}/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
        self.configuration.environment["PATH"] = f"{_VENV}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self._run([python, "-m", "venv", "--without-pip", _VENV])
        self._add_pip()

    def _add_pip(self) -> None:
        """Give the environment the pip that this one has: faster than to have it unpacked."""
        packages = next((self.root / _VENV.lstrip("/")).glob("lib/*/site-packages"))
        pip = distribution("pip")
        for name in {Path(file).parts[0] for file in pip.files or ()} - {".."}:
            shutil.copytree(Path(str(pip.locate_file(name))), packages / name)

    def _carry_out(self, instruction: Instruction) -> None:
        own, values = self.configuration, instruction.values
        match instruction.name:
            case "FROM":
                python = f"{sys.version_info[0]}.{sys.version_info[1]}"
                assert values == [f"python:{python}-slim"]
            case "ENV":
                for name, value in zip(values[::2], values[1::2], strict=True):
                    own.environment[name] = expanded(value, own.environment)
            case "WORKDIR":
                own.folder = values[0]
                self._inside(values[0]).mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy(values[:-1], values[-1])
            case "RUN":
                self._run(["/bin/sh", "-c", values[0]])
            case "USER":
                own.user = values[0]
            case "EXPOSE":
                own.ports += values
            case "STOPSIGNAL":
                own.stop_signal = values[0]
            case "HEALTHCHECK":
                assert values[0] == "CMD"
                assert instruction.is_json
                own.health_check = values[1:]
                own.health_options = dict(flag[2:].split("=") for flag in instruction.flags)
            case "CMD":
                assert instruction.is_json, "a shell would be process 1 and get the signals"
                own.command = values
            case other:
                raise AssertionError(f"{other} is not carried out here")

    def _inside(self, path: str) -> Path:
        return self.root / os.path.normpath(
            f"{self.configuration.folder}/{path}" if not path.startswith("/") else path
        ).lstrip("/")

    def _copy(self, sources: list[str], target: str) -> None:
        found = False
        for source in sources:
            for name in sent_files(self._context):
                if source.endswith("/") and name.startswith(source):
                    below = name.removeprefix(source)
                elif name == source:
                    below = name
                else:
                    continue
                found = True
                place = self._inside(target) / below
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self._context / name, place)
        assert found, f"COPY {sources}: nothing of that is sent to Docker"

    def _run(self, words: list[str]) -> None:
        passed = {k: v for k, v in os.environ.items() if k.upper().startswith(_PASSED_ON)}
        # Docker's slim images have no wheels of this machine's.
        passed.pop("PIP_FIND_LINKS", None)
        done = subprocess.run(
            [*self.entered(network=True), *self.within(words, passed)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        self.build_log += done.stdout
        assert done.returncode == 0, done.stdout

    def entered(self, *, network: bool) -> list[str]:
        """Return the words before a command that runs in the root; it is process 1 there."""
        root = shlex.quote(str(self.root))
        base = sys.base_prefix
        shown = [
            name
            for name in _SHOWN_FROM_HOST
            if (self.root / name).is_dir() and not (self.root / name).is_symlink()
        ]
        steps = [
            f"mount --rbind -o ro /{name} {root}/{name}" for name in (*shown, base.lstrip("/"))
        ]
        steps += [f"mount --rbind /dev {root}/dev", f"mount -t proc proc {root}/proc"]
        if not network:
            steps.append(f"{shlex.quote(sys.executable)} -c {shlex.quote(_LOOPBACK_UP)}")
        user = self.configuration.user
        steps.append(f'exec chroot --userspec={user} {root} "$@"')
        own = ["--mount", "--pid", "--ipc", "--uts", *([] if network else ["--net"])]
        return ["unshare", *own, "--fork", "--kill-child", "sh", "-ec", "; ".join(steps), "sh"]

    def within(self, words: list[str], further: dict[str, str] | None = None) -> list[str]:
        """Return a command with the folder and the environment of the image, and no other."""
        own = self.configuration
        home = "/root" if own.user == "root" else "/home/azureml"
        variables = {"HOME": home, "HOSTNAME": "0123456789ab", **own.environment, **(further or {})}
        pairs = [f"{name}={value}" for name, value in variables.items()]
        return ["env", "-i", "-C", own.folder, *pairs, *words]


class Container:
    """A running container of an image, with a network of its own."""

    def __init__(self, image: Image, log: Path) -> None:
        self._image = image
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*image.entered(network=False), *image.within(image.configuration.command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def pid(self) -> int:
        """Process 1 of the container, as this machine numbers it."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        end = time.monotonic() + 10
        while not (found := children.read_text().split()):
            assert time.monotonic() < end, self.log
            time.sleep(0.01)
        return int(found[0])

    def execute(self, words: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command in the container, as its user."""
        user = self._image.configuration.user
        inside = ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--net", "--root"]
        return subprocess.run(
            [*inside, f"--setuid={user}", f"--setgid={user}", *self._image.within(words)],
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def is_healthy(self) -> bool:
        return self.execute(self._image.configuration.health_check).returncode == 0

    def wait_until_healthy(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self._process.poll() is None, f"the container ended:\n{self.log}"
            if self.is_healthy():
                return
            time.sleep(0.2)
        pytest.fail(f"the container did not get healthy:\n{self.log}")

    def post(self, body: str) -> Any:
        """Return what /score answers, asked from within: the network is the container's own."""
        port = self._image.configuration.ports[0]
        code = (
            "import sys, urllib.request as r; "
            f"q = r.Request('http://127.0.0.1:{port}/score', sys.stdin.buffer.read(), "
            "{'Content-Type': 'application/json'}); "
            "print(r.urlopen(q, timeout=20).read().decode())"
        )
        done = self.execute(["python", "-c", code], body)
        assert done.returncode == 0, f"{done.stderr}\n{self.log}"
        return json.loads(done.stdout)

    def stop(self) -> int:
        """Send the image's stop signal, as `docker stop` does; returns the exit status."""
        self.signal(getattr(signal, self._image.configuration.stop_signal))
        return self.wait()

    def signal(self, number: int) -> None:
        """Send a signal to process 1."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """Wait for its end; returns the exit status."""
        return self._process.wait(40)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
