"""What a project says about its scripts besides their text: one answer for check and the editor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from azmlinfsrv.analysis.configuration import Configuration
from azmlinfsrv.analysis.deployment_files import Deployment, find_deployments
from azmlinfsrv.analysis.launch_files import find_launched_scripts
from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.analysis.script import Context


@dataclass(frozen=True)
class Project:
    """A folder that is opened in an editor, or checked.

    Attributes:
        root: the folder, absolute.
        named_scripts: the files that a deployment file or a debug configuration says are entry
            scripts.
        model_dir_option: the model folder that was chosen on the command line.
        model_dir_setting: the one of the editor's setting, or of pyproject.toml.
        launched_with: the ``modelDir`` of the debug configuration that names a script.
        deployments: what the deployment files describe.
        configuration: the table of pyproject.toml.

    """

    root: Path
    named_scripts: frozenset[Path] = frozenset()
    model_dir_option: str | None = None
    model_dir_setting: str | None = None
    launched_with: Mapping[Path, str] = field(default_factory=dict)
    deployments: tuple[Deployment, ...] = ()
    configuration: Configuration = field(default_factory=Configuration)

    def is_named(self, script: Path) -> bool:
        """Return whether a file of the project says that this file is an entry script."""
        return _real(script) in self.named_scripts or self.configuration.is_entry_script(script)

    def context(self, script: Path, edited_line: int | None = None) -> Context:
        """Return what is known of a script besides its text."""
        request = ModelFolderRequest(
            script,
            self.root,
            self.model_dir_option or self.launched_with.get(_real(script)),
            self.model_dir_setting or self.configuration.model_dir,
        )
        return Context(
            is_named=self.is_named(script),
            model_folder=find_model_folder(request),
            edited_line=edited_line,
            root=self.root,
        )

    def environment(self, script: Path) -> dict[str, str]:
        """Return the variables that a deployment file sets for a script."""
        real = _real(script)
        for deployment in self.deployments:
            if _real(deployment.entry_script) == real:
                return dict(deployment.environment)
        return {}


def read_project(
    root: Path,
    *,
    model_dir_option: str | None = None,
    model_dir_setting: str | None = None,
    configuration: Configuration | None = None,
) -> Project:
    """Return what the files of a project say about its scripts."""
    deployments = find_deployments(root)
    launched = find_launched_scripts(root)
    scripts = [each.entry_script for each in deployments]
    scripts += [each.entry_script for each in launched]
    # Of several configurations of one script the first decides, as it does in the editor's list.
    models = {
        _real(each.entry_script): each.model_dir for each in reversed(launched) if each.model_dir
    }
    return Project(
        root,
        frozenset(map(_real, scripts)),
        model_dir_option,
        model_dir_setting,
        models,
        tuple(deployments),
        configuration or Configuration(),
    )


def _real(path: Path) -> Path:
    # Path.resolve() raises for a symbolic link that leads to itself.
    return Path(os.path.realpath(path))
