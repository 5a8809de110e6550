"""The earlier version that stacks are compared with: a commit of git, or a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from availability.facts.library import SNAPSHOTS, snapshot_ids
from availability.input.errors import BadInput, Problem, shown
from availability.stack.project_file import NAMES, nearest_project, project_path, stack_files
from availability.stack.review.git import MERGE_BASE, OPTION, Repository, repository

_CONFIGURATION = re.compile(r"Pulumi(\.[A-Za-z0-9_.-]+)?\.ya?ml")


@dataclass(frozen=True)
class Base:
    """The earlier version of one project."""

    label: str
    """What it is called: `main (1a2b3c4)`, or the folder as it was typed."""
    head: Path
    """The folder of the project as it is now, or of the stack files where they have none."""
    folder: Path
    """The same of the earlier version."""
    newest: str
    """The id of the newest snapshot that stacks followed, where they named none."""

    def path_of(self, file: Path) -> Path:
        """Where a stack file of today was; there may be none."""
        return self.folder / os.path.relpath(_absolute(file), self.head)

    def counterparts(self) -> dict[Path, Path]:
        """Each stack file of the earlier version -> where it would be today.

        Raises BadInput for a project file that the engine would refuse.
        """
        return {
            path: self.head / os.path.relpath(path, self.folder)
            for path in stack_files(self.folder)
        }


@contextmanager
def bases(
    word: str, projects: list[Path], environment: Mapping[str, str]
) -> Generator[dict[Path, Base]]:
    """The folder of each of these projects -> its earlier version.

    `word` is a reference of git, `merge-base`, or a folder. Raises BadInput where it is neither.
    What is taken out of git is gone at the end.
    """
    if not word.strip():
        message = f"empty: name a reference of git, a folder, or {MERGE_BASE}"
        raise BadInput([Problem(OPTION, message)])
    with TemporaryDirectory(prefix="vertex-residency-") as scratch:
        yield {
            project: _base(word, project, Path(scratch) / str(index), environment)
            for index, project in enumerate(projects)
        }


def project_folder(file: Path) -> Path:
    """The folder of the nearest project above a stack file, else the file's own."""
    folder = _absolute(file).parent
    path = nearest_project(folder)
    return path.parent if path else folder


def _base(word: str, project: Path, scratch: Path, environment: Mapping[str, str]) -> Base:
    tree = repository(project) if project.is_dir() else None
    is_folder = Path(word).is_dir()
    commit = tree.commit(word) if tree and word != MERGE_BASE else None
    if is_folder and commit:
        message = (
            f"{shown(word)} is a folder and a reference of git: write ./{word} or refs/heads/{word}"
        )
        raise BadInput([Problem(OPTION, message)])
    if is_folder:
        return _folder_base(word, project, tree)
    if tree is None:
        message = f"{shown(word)} is no folder, and {project} lies in no repository of git"
        raise BadInput([Problem(OPTION, message)])
    label = word
    if word == MERGE_BASE:
        commit, target = tree.merge_base(environment)
        label = f"{MERGE_BASE} with {target}"
    commit = commit or tree.named_commit(word)
    return _git_base(f"{label} ({commit[:7]})", project, tree, commit, scratch)


def _git_base(label: str, project: Path, tree: Repository, commit: str, scratch: Path) -> Base:
    """The base whose files are taken out of a commit."""
    inside = os.path.relpath(os.path.realpath(project), tree.root)
    paths = [path for path in tree.files(commit, inside) if _is_configuration(path)]
    for path, content in tree.contents(commit, paths):
        target = scratch / os.path.relpath(path, inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    scratch.mkdir(parents=True, exist_ok=True)
    bundled = _bundled_inside(tree.root)
    ids = [Path(path).parent.name for path in tree.files(commit, bundled)] if bundled else []
    return Base(label, project, scratch, _newest(ids))


def _is_configuration(path: str) -> bool:
    return _CONFIGURATION.fullmatch(path.rpartition("/")[2]) is not None


def _bundled_inside(root: Path) -> str | None:
    """The folder of the bundled snapshots in a repository, where it holds them."""
    folder = Path(os.path.realpath(SNAPSHOTS))
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else None


def _newest(ids: list[str]) -> str:
    """The newest of the snapshots that were bundled and still are; today's where none was."""
    known = snapshot_ids()
    return max((one for one in known if one in ids), default=known[-1])


def _folder_base(word: str, project: Path, tree: Repository | None) -> Base:
    """The base that lies in a folder: a copy of the project, of its repository, or of its stacks.

    Raises BadInput for a folder that holds none of them.
    """
    folder = _absolute(Path(word))
    candidates = [folder]
    if tree is not None:
        candidates.append(folder / os.path.relpath(os.path.realpath(project), tree.root))
    above = project_folder(folder / "any")
    if any(path.parent == folder for path in stack_files(above)):
        candidates.append(above)
    for candidate in candidates:
        if candidate == project:
            message = f"{shown(word)} is the project itself: name a folder with an earlier copy"
            raise BadInput([Problem(OPTION, message)])
        if project_path(candidate) or (not project_path(project) and stack_files(candidate)):
            return Base(word, project, candidate, snapshot_ids()[-1])
    what = NAMES[0] if project_path(project) else "stack files"
    message = f"{shown(word)} holds no {what}: name a folder that holds a copy of the project"
    raise BadInput([Problem(OPTION, message)])


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - a link keeps its own folder
