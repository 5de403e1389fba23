"""What a project says about its scripts besides their text: one answer for check and the editor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.deployment_files import find_deployments
from azmlinfsrv.analysis.model_folder import ModelFolderRequest, find_model_folder
from azmlinfsrv.analysis.script import Context


@dataclass(frozen=True)
class Project:
    """A folder that is opened in an editor, or checked.

    Attributes:
        root: the folder, absolute.
        named_scripts: the files that a deployment file says are entry scripts.
        model_dir_option: the model folder that was chosen on the command line.
        model_dir_setting: the one of the editor's setting.

    """

    root: Path
    named_scripts: frozenset[Path] = frozenset()
    model_dir_option: str | None = None
    model_dir_setting: str | None = None

    def context(self, script: Path, edited_line: int | None = None) -> Context:
        """Return what is known of a script besides its text."""
        request = ModelFolderRequest(
            script, self.root, self.model_dir_option, self.model_dir_setting
        )
        return Context(
            is_named=script.resolve() in self.named_scripts,
            model_folder=find_model_folder(request),
            edited_line=edited_line,
            root=self.root,
        )


def read_project(
    root: Path, *, model_dir_option: str | None = None, model_dir_setting: str | None = None
) -> Project:
    """Return what the files of a project say about its scripts."""
    deployments = find_deployments(root)
    named = frozenset(deployment.entry_script.resolve() for deployment in deployments)
    return Project(root, named, model_dir_option, model_dir_setting)
