"""Keeps one comment of a topic in a pull request or merge request, and updates it in place.

The workflows run it with a token that may write, on reports that a fork may have made. So it
imports nothing but the standard library, and a report is data to it: a regular file, of limited
size, whose text goes into a comment and nowhere else, and there notifies nobody and commands no
bot. On GitHub the pull request has to be open at the commit, and from the repository, that the
workflow's run was about.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import stat
import sys
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LIMIT: Final = 65_536
"""The characters that a comment of GitHub may have; one of GitLab may have more."""

READ: Final = 4 * LIMIT
"""The bytes of a report that are read: more can't be shown."""

APART: Final = "\N{ZERO WIDTH SPACE}"
"""After the sign of a mention or a command it makes plain text of it, and does not show."""

TIMEOUT: Final = 30
PER_PAGE: Final = 100


class Failed(Exception):
    """The comment can't be written, for the reason that it says."""


class Nothing(Exception):
    """There is nothing to write, for the reason that it says, and that is no failure."""


@dataclass(frozen=True)
class Api:
    """A REST interface: its address, and the headers of every request."""

    address: str
    headers: Mapping[str, str]

    def call(self, method: str, path: str, content: Mapping[str, str] | None = None) -> Any:
        """The JSON of the answer. Raises Failed where there is none."""
        request = urllib.request.Request(  # noqa: S310 (the runner says the address)
            f"{self.address}{path}",
            method=method,
            headers={"Content-Type": "application/json", **self.headers},
            data=None if content is None else json.dumps(content).encode(),
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace")
            raise Failed(f"{method} {path} answers {error.code}: {said!r}") from error
        except (OSError, ValueError) as error:
            raise Failed(f"{method} {path} has no answer: {str(error)!r}") from error

    def pages(self, path: str) -> Iterator[Any]:
        """The entries of all pages of a list, as JSON. Raises Failed."""
        number, entries = 1, [None] * PER_PAGE
        while len(entries) == PER_PAGE:
            entries = self.call("GET", f"{path}?per_page={PER_PAGE}&page={number}")
            yield from entries
            number += 1


@dataclass(frozen=True)
class Thread:
    """The comments of one pull request or merge request, in the words of its host."""

    api: Api
    all: str
    """The path of the list, which takes new ones as well."""
    single: str
    """The path of a comment, before its id."""
    update: str
    """The method that replaces the text of a comment."""
    writer: tuple[str, str]
    """The keys that lead from a comment to its author's name."""
    author: str
    """The name that this token writes as."""

    def write(self, marker: str, body: str) -> str:
        """Updates the comment that begins with the marker, or writes it. Raises Failed.

        Returns what was done. A report can't pass for another topic, because no text of its own
        begins a comment.
        """
        outer, inner = self.writer
        for comment in self.api.pages(self.all):
            # An account that was deleted may be null.
            author = (comment[outer] or {inner: None})[inner]
            if author == self.author and (comment["body"] or "").startswith(marker):
                self.api.call(self.update, f"{self.single}/{comment['id']}", {"body": body})
                return f"updated comment {comment['id']}"
        self.api.call("POST", self.all, {"body": body})
        return "wrote a comment"


def github(environment: Mapping[str, str], number: int) -> Thread:
    """The comments of a pull request, if the run was about it. Raises Nothing, Failed."""
    headers = {
        "Authorization": f"Bearer {setting(environment, 'COMMENT_TOKEN')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    api = Api(setting(environment, "GITHUB_API_URL"), headers)
    repository = f"/repos/{setting(environment, 'GITHUB_REPOSITORY')}"
    head, origin = setting(environment, "HEAD_SHA"), setting(environment, "HEAD_REPOSITORY_ID")
    check_head(api.call("GET", f"{repository}/pulls/{number}"), head, origin)
    comments = f"{repository}/issues/{number}/comments"
    # The token of a workflow can't ask who it is: it is always this account.
    return Thread(
        api,
        comments,
        f"{repository}/issues/comments",
        "PATCH",
        ("user", "login"),
        "github-actions[bot]",
    )


def check_head(pull: Any, head: str, origin: str) -> None:
    """Raises Nothing unless the pull request is open, at this commit of this repository."""
    # A fork that was deleted is null.
    repository = pull["head"]["repo"] or {"id": None}
    if str(repository["id"]) != origin:
        raise Nothing(f"pull request {pull['number']} is not from the repository of the run")
    if pull["state"] != "open" or pull["head"]["sha"] != head:
        raise Nothing(f"pull request {pull['number']} is not open at {head[:10]} any more")


def gitlab(environment: Mapping[str, str]) -> Thread:
    """The comments of the pipeline's merge request. Raises Failed."""
    headers = {"PRIVATE-TOKEN": setting(environment, "COMMENT_TOKEN")}
    api = Api(setting(environment, "CI_API_V4_URL"), headers)
    project = setting(environment, "CI_MERGE_REQUEST_PROJECT_ID")
    number = setting(environment, "CI_MERGE_REQUEST_IID")
    notes = f"/projects/{project}/merge_requests/{number}/notes"
    author = api.call("GET", "/user")["username"]
    return Thread(api, notes, notes, "PUT", ("author", "username"), author)


def setting(environment: Mapping[str, str], name: str) -> str:
    """A variable of the environment. Raises Failed where it is empty or not set."""
    if not environment.get(name):
        raise Failed(f"{name} is not set")
    return environment[name]


def comment_body(marker: str, source: str, texts: Sequence[str]) -> str:
    """The whole comment, in which each text has an equal share of the space."""
    head = f"{marker}\n<sub>{source}</sub>\n\n"
    share = (LIMIT - len(head)) // len(texts)
    return head + "".join(shortened(text, share) for text in texts)


def shortened(text: str, limit: int) -> str:
    """The text within the limit, by leaving out whole lines of its end.

    That something is left out stands first: after it, the rest could be within a block of code.
    """
    text = text.rstrip("\n") + "\n"
    if len(text) <= limit:
        return text
    note = (
        "**Too long for a comment, so the end is left out: the run's summary has all of it.**\n\n"
    )
    kept = text[: limit - len(note)]
    return note + kept[: kept.rfind("\n") + 1]


def report_text(path: Path) -> str:
    """What a report says. Raises Nothing where there is none, Failed where it can't be read."""
    try:
        # Neither a link, which could lead to the token, nor a pipe, which could last for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise Nothing(f"there is no report {path.name!r}") from error
    except OSError as error:
        raise Failed(f"{path.name!r} can't be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Failed(f"{path.name!r} is not a regular file")
        return harmless(file.read(READ).decode(errors="replace"))


def harmless(text: str) -> str:
    """The text without control characters, and with no mention and no command of a bot in it.

    Both would be in the name of this token's account, whoever wrote the report.
    """
    hidden = {"Cc", "Cf", "Cs"}
    shown = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in hidden)
    return re.sub(r"(?<!\w)@(?=\w)|^[ \t]*/(?=\w)", rf"\g<0>{APART}", shown, flags=re.MULTILINE)


def checked_number(text: str) -> int:
    """The number of a pull request. Raises Failed."""
    if not re.fullmatch(r"[1-9][0-9]{0,9}", text.strip()):
        raise Failed(f"{text[:20]!r} is not the number of a pull request")
    return int(text)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--topic", required=True, help="one comment is kept for each")
    number = parser.add_mutually_exclusive_group()
    number.add_argument("--number", metavar="N", help="of the pull request, on GitHub")
    number.add_argument("--number-file", metavar="FILE", type=Path, help="a file with the number")
    parser.add_argument("reports", metavar="REPORT", nargs="+", type=Path, help="in Markdown")
    return parser.parse_args(arguments)


def written(options: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """Writes the comment and returns what was done. Raises Nothing, Failed."""
    texts = [report_text(path) for path in options.reports]
    if "CI_API_V4_URL" in environment:
        thread = gitlab(environment)
        head, log = setting(environment, "CI_COMMIT_SHA"), setting(environment, "CI_JOB_URL")
    else:
        number = report_text(options.number_file) if options.number_file else options.number
        thread = github(environment, checked_number(number or ""))
        head, log = setting(environment, "HEAD_SHA"), setting(environment, "RUN_URL")
    # A change of the program changes its reports, too, and whoever reads them has to know.
    source = f"Of commit {head[:10]}, by the program of that commit ([log]({log}))"
    marker = f"<!-- vertex-residency: {options.topic} -->"
    return thread.write(marker, comment_body(marker, source, texts))


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Writes the comment. Returns 0, also where there is nothing to write, or 1 where it failed."""
    options = parsed(arguments)
    try:
        print(written(options, environment))
    except Nothing as reason:
        print(f"nothing to write: {reason}")
    except Failed as error:
        print(f"the comment was not written: {error}", file=sys.stderr)
        return 1
    except (AttributeError, KeyError, TypeError) as error:
        print(
            f"the comment was not written: an answer is not as expected: {error!r}", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
