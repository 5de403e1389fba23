"""A folder that an image of a deployment is built from, written without a container engine."""

from azmlinfsrv.deployment.packaging.errors import NotFoundError, PackageExistsError, PackagingError
from azmlinfsrv.deployment.packaging.models import PackagedModel, model_from_path
from azmlinfsrv.deployment.packaging.package import write_package
from azmlinfsrv.deployment.packaging.request import Package, PackageRequest

__all__ = [
    "NotFoundError",
    "Package",
    "PackageExistsError",
    "PackageRequest",
    "PackagedModel",
    "PackagingError",
    "model_from_path",
    "write_package",
]
