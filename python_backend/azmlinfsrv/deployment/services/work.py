"""What a supervisor does at a command, while the service goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Protocol

from azmlinfsrv.deployment.services.address import Address
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.server_run import CannotStartError, ServerRun
from azmlinfsrv.server.child import Failure
from azmlinfsrv.server.listener import ListenError

_ANEW = "`azmlinfsrv services delete` it, and deploy it again."
StartSuccessor = Callable[[Definition, Address], ServerRun]


class Work(Protocol):
    """Something that takes a while."""

    @property
    def outcome(self) -> bool | Failure | None:
        """True when it is done, or why it cannot be; None until then."""

    def cancel(self) -> None:
        """Leave everything as it was before."""


class Reload:
    """Lets a server load its script anew.

    Args:
        server: one that is ready; None if there is none.

    """

    def __init__(self, server: ServerRun | None) -> None:
        self._server = server
        if server:
            with contextlib.suppress(OSError):
                server.reload()

    @property
    def outcome(self) -> bool | Failure | None:
        """True when the new code serves."""
        if sys.platform == "win32":
            return Failure(f"On Windows: {_ANEW}")
        if self._server is None:
            return Failure("Its server does not run just now.")
        if self._server.has_ended:
            return Failure("The server ended while it loaded the script anew.")
        return self._server.reload_outcome

    def cancel(self) -> None:
        """Do nothing: the server keeps the old code until the new one can be served."""


class Update:
    """Starts a server beside the one that serves.

    Args:
        definition: what it is to serve; None if that cannot be read.
        current: where the service takes connections now.
        start: starts it.

    Attributes:
        server: the new server.
        address: where it takes connections; the current one unless another port is asked for.

    """

    def __init__(
        self, definition: Definition | None, current: Address, start: StartSuccessor
    ) -> None:
        self.server: ServerRun | None = None
        self.address = self._current = current
        self._refusal: Failure | None = None
        if sys.platform == "win32":
            # Two processes cannot take connections from one socket.
            self._refusal = Failure(f"On Windows: {_ANEW}")
            return
        if definition is None:
            self._refusal = Failure("What it is to be updated to cannot be read.")
            return
        try:
            if definition.plan.port not in {None, current.port}:
                self.address = Address(definition.plan.port)
            self.server = start(definition, self.address)
        except (ListenError, CannotStartError) as error:
            self._refusal = Failure(str(error))
            self.cancel()

    @property
    def outcome(self) -> bool | Failure | None:
        """True when the new server can take over."""
        if self._refusal or self.server is None:
            return self._refusal
        outcome = self.server.outcome
        return True if isinstance(outcome, str) else outcome

    def cancel(self) -> None:
        """End the new server."""
        if self.server:
            self.server.kill()
            self.server = None
        if self.address is not self._current:
            self.address.close()
