"""Paths from the root of the repository, as code hosts know files by them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath


def from_root(path: Path, environment: Mapping[str, str] = os.environ) -> PurePosixPath | None:
    """The path of a file from the root of its repository, by whatever path the file was named.

    The root is the nearest folder above that git would take for one. Without any it is the
    workspace of the workflow (`GITHUB_WORKSPACE`), and without that the working directory. None
    for a file outside of all of these. Links on the way are followed, and one that is the file
    itself where it stays in the repository: the lines are those of what it leads to.
    """
    folder = Path(os.path.realpath(path.parent))
    real = Path(os.path.realpath(path))
    for root in _roots(folder, environment):
        for file in (real, folder / path.name):
            if file.is_relative_to(root):
                return PurePosixPath(file.relative_to(root).as_posix())
    return None


def _roots(folder: Path, environment: Mapping[str, str]) -> list[Path]:
    """The folders that paths may start from, the one that counts first."""
    if root := _git_root(folder):
        return [root]
    workspace = environment.get("GITHUB_WORKSPACE")
    named = [Path(os.path.realpath(workspace))] if workspace else []
    return [*named, Path(os.path.realpath(Path.cwd()))]


@cache
def _git_root(folder: Path) -> Path | None:
    """The root of the work tree that a folder lies in; None where it lies in none."""
    return next((above for above in (folder, *folder.parents) if _is_root(above)), None)


def _is_root(folder: Path) -> bool:
    """Whether git has its data in `.git`: a folder, or in other work trees a file that names it."""
    git = folder / ".git"
    try:
        if git.is_dir():
            return (git / "HEAD").is_file() or (git / "HEAD").is_symlink()
        return git.is_file() and git.read_bytes().startswith(b"gitdir:")
    except OSError:  # not to be read, and so not by git
        return False
