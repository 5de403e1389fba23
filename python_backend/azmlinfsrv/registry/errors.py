"""What can go wrong with the registry. Every message says what happened and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

_NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS}


class RegistryError(Exception):
    """The registry cannot do what was asked."""


class NoSuchModelError(RegistryError):
    """There is no such model, version, file or folder."""


class ModelNameError(RegistryError):
    """The text cannot be the name, or the version, of a model."""


class ModelExistsError(RegistryError):
    """Something of that name is there already, and would be overwritten."""


class DamagedModelError(RegistryError):
    """The files are not those that were registered."""


def write_error(folder: Path, error: OSError) -> RegistryError:
    """Return the error for people when ``folder`` could not be written."""
    reason = error.strerror or str(error)
    if error.errno in _NO_SPACE:
        return RegistryError(
            f"{folder} has no room for the model ({reason}); nothing was kept of it. Delete models "
            "that are not needed any more, or name a folder with more room."
        )
    if error.errno in _NO_ACCESS:
        return RegistryError(
            f"{folder} cannot be written ({reason}: {error.filename or folder}). Name a folder "
            "that you may write to, or have its owner let you."
        )
    return RegistryError(f"{folder} cannot be written ({reason}: {error.filename or folder}).")
