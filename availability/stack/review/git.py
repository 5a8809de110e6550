"""What a repository of git held at an earlier commit, by the command `git`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from availability.input.errors import BadInput, Problem, shown

OPTION = "--against"
"""What messages name as the place of a mistake."""
MERGE_BASE = "merge-base"
"""The word for where the pull request, or the branch, left its target."""
_BASE_COMMITS = ("CI_MERGE_REQUEST_DIFF_BASE_SHA",)
"""Variables of CI systems that name that commit (GitLab's predefined variables)."""
_TARGETS = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
)
"""Variables of CI systems that name the target branch: GitHub, GitLab, Bitbucket, Azure, Buildkite,
Jenkins."""
_USUAL = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""Where changes go that no CI system says the target of, the likeliest first."""
_FETCH = "in CI, fetch the whole history (fetch-depth: 0 on GitHub, GIT_DEPTH: 0 on GitLab)"


@dataclass(frozen=True)
class Repository:
    """A working tree of git."""

    root: Path
    """Its top folder, links resolved."""

    def commit(self, reference: str) -> str | None:
        """The id of the commit that a reference names; None where it names none."""
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
        result = _run(self.root, *words)
        return result.stdout.decode().strip() if result.returncode == 0 else None

    def named_commit(self, reference: str) -> str:
        """The same for a reference that has to be there. Raises BadInput."""
        commit = self.commit(reference)
        if commit is None:
            message = f"{shown(reference)} names no commit of {self.root}{self._if_shallow()}"
            raise BadInput([Problem(OPTION, message)])
        return commit

    def merge_base(self, environment: Mapping[str, str]) -> tuple[str, str]:
        """The commit where this branch left its target, and what the target is called.

        The environment of a CI system says the target; else it is the usual branch. Raises
        BadInput where there is none, or nothing that both have.
        """
        for variable in _BASE_COMMITS:
            if reference := environment.get(variable):
                return self.named_commit(reference), variable
        target = self._target(environment)
        result = _run(self.root, "merge-base", "HEAD", target)
        if result.returncode == 0:
            return result.stdout.decode().split()[0], target
        message = f"HEAD and {target} have no commit in common{self._if_shallow()}"
        raise BadInput([Problem(OPTION, message)])

    def _target(self, environment: Mapping[str, str]) -> str:
        """The branch that changes are to go to. Raises BadInput."""
        for variable in _TARGETS:
            if not (word := environment.get(variable, "").removeprefix("refs/heads/")):
                continue
            for name in (f"origin/{word}", word):
                if self.commit(name):
                    return name
            # GitHub's runner checks out a merge whose first parent is the target's tip.
            if variable == "GITHUB_BASE_REF" and self.commit("HEAD^2"):
                return "HEAD^1"
            message = f"{variable} names {shown(word)}, which is not in {self.root}: {_FETCH}"
            raise BadInput([Problem(OPTION, message)])
        for name in _USUAL:
            if self.commit(name):
                return name
        message = (
            f"{MERGE_BASE} looks for {', '.join(_USUAL)}, and {self.root} has none of them: name "
            "the reference to compare with"
        )
        raise BadInput([Problem(OPTION, message)])

    def files(self, commit: str, folder: str) -> Iterator[str]:
        """The paths of all files of a commit in a folder, from the top; `.` is the top itself."""
        words = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]
        listed = self._output(*words, *([] if folder == "." else ["--", f"{folder}/"]))
        yield from (os.fsdecode(name) for name in listed.split(b"\0") if name)

    def contents(self, commit: str, paths: list[str]) -> Iterator[tuple[str, bytes]]:
        """Each path with what its file held, links followed inside of the tree."""
        kept = [path for path in paths if "\n" not in path]
        asked = b"".join(os.fsencode(f"{commit}:{path}\n") for path in kept)
        answer = self._output("cat-file", "--batch", "--follow-symlinks", given=asked)
        at = 0
        for path in kept:
            end = answer.index(b"\n", at)
            words = answer[at:end].split()
            at = end + 1
            if len(words) == 3 and words[1] == b"blob":
                size = int(words[2])
                yield path, answer[at : at + size]
                at += size + 1
            elif len(words) == 2 and words[0] in (b"symlink", b"dangling", b"loop", b"notdir"):
                at += int(words[1]) + 1  # where the link leads to, which is outside of the tree

    def _output(self, *words: str, given: bytes = b"") -> bytes:
        result = _run(self.root, *words, given=given)
        if result.returncode:
            raise BadInput([Problem(OPTION, f"git {words[0]}: {_said(result)}")])
        return result.stdout

    def _if_shallow(self) -> str:
        result = _run(self.root, "rev-parse", "--is-shallow-repository")
        if result.stdout.strip() != b"true":
            return ""
        return f"; this clone is shallow: git fetch --unshallow, or {_FETCH}"


def repository(folder: Path) -> Repository | None:
    """The repository that a folder lies in; None where it lies in none.

    Raises BadInput where git is not there, or does not want to look.
    """
    result = _run(folder, "rev-parse", "--show-toplevel")
    if result.returncode == 0:
        root = os.fsdecode(result.stdout.rstrip(b"\n"))
        return Repository(Path(os.path.realpath(root)))
    said = _said(result)
    if "not a git repository" in said:
        return None
    raise BadInput([Problem(OPTION, f"git: {said}")])


def _said(result: subprocess.CompletedProcess[bytes]) -> str:
    """What git says of a failure, in one line."""
    text = result.stderr.decode(errors="replace").strip() or f"exit status {result.returncode}"
    return " ".join(text.removeprefix("fatal: ").split())


def _run(folder: Path, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs git; its words are English whatever the person's language is."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", str(folder), *words]
    try:
        return subprocess.run(  # noqa: S603 - a list of words, without a shell
            command, input=given, capture_output=True, check=False, env=environment
        )
    except FileNotFoundError as error:
        message = "git is not installed, and nothing else knows earlier versions; a folder will do"
        raise BadInput([Problem(OPTION, message)]) from error
