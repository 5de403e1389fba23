"""Write a build context: all that an image of a deployment is built from."""

from __future__ import annotations

from azmlinfsrv.deployment.packaging.contents import Contents, decide_contents
from azmlinfsrv.deployment.packaging.errors import PackagingError
from azmlinfsrv.deployment.packaging.models import check_models
from azmlinfsrv.deployment.packaging.places import check_places
from azmlinfsrv.deployment.packaging.request import Package, PackageRequest
from azmlinfsrv.deployment.packaging.written_folder import (
    check_output,
    check_space,
    copy_file,
    written_folder,
)


def write_package(request: PackageRequest) -> Package:
    """Write a package; the same request, interpreter and index give the same bytes.

    Raises:
        PackagingError: it cannot be written; nothing was.
        DeploymentFileError: a file with requirements is not right.

    """
    check_places(request)
    check_output(request.output, force=request.force)
    check_models(request.models)
    try:
        contents = decide_contents(request)
        size = contents.size
    except OSError as error:
        where = error.filename or request.plan.source_folder
        raise PackagingError(f"{where} cannot be read: {error.strerror or error}.") from error
    check_space(request.output.parent, size)
    _write(request, contents)
    image = contents.facts.image
    return Package(
        request.output,
        contents.facts.name,
        image.base.reference,
        contents.facts.models,
        contents.requirements,
        image.has_hashes,
        size,
        contents.left_out,
        contents.notes,
    )


def _write(request: PackageRequest, contents: Contents) -> None:
    with written_folder(request.output) as folder:
        for name, source in contents.copies.items():
            copy_file(source, folder / name)
        for name, content in contents.texts.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
