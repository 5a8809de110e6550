"""The script of the workflows keeps one comment, and takes what a fork hands over for data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.paths import ROOT

HEAD = "a" * 40
BOT = "github-actions[bot]"
MARKER = "<!-- vertex-residency: review -->"
LIMIT = 65_536
"""What GitHub takes."""


def pull_request() -> dict[str, Any]:
    return {
        "number": 7,
        "state": "open",
        "head": {"sha": HEAD, "repo": {"id": 42}},
    }


@dataclass
class Comments:
    """A code host with one pull request, which is a merge request in the API of GitLab."""

    pull: dict[str, Any] = field(default_factory=pull_request)
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    writes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    tokens: set[str | None] = field(default_factory=set[str | None])
    address: str = ""

    def add(self, author: str | None, body: str | None) -> int:
        """A comment that stands there already, in the shape of both APIs."""
        number = 100 + len(self.comments)
        user = None if author is None else {"login": author, "username": author}
        self.comments.append({"id": number, "user": user, "author": user, "body": body})
        return number

    def bodies(self, author: str) -> list[str]:
        return [one["body"] for one in self.comments if one["user"]["login"] == author]

    def answer(self, method: str, target: str, content: Any) -> Any:
        """The JSON that the API answers, or None where it has no such path."""
        path = urlsplit(target).path
        query = parse_qs(urlsplit(target).query)
        lists = ("/repos/acme/app/issues/7/comments", "/projects/9/merge_requests/3/notes")
        if method == "GET" and path == "/repos/acme/app/pulls/7":
            return self.pull
        if method == "GET" and path == "/user":
            return {"username": "project_9_bot"}
        if method == "GET" and path in lists:
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return self.comments[(page - 1) * size : page * size]
        if method == "POST" and path in lists:
            self.writes.append((method, path))
            author = BOT if path == lists[0] else "project_9_bot"
            return {"id": self.add(author, content["body"])}
        singles = {"PATCH": "/repos/acme/app/issues/comments", "PUT": lists[1]}
        folder, _, number = path.rpartition("/")
        if singles.get(method) == folder:
            self.writes.append((method, path))
            [comment] = [one for one in self.comments if str(one["id"]) == number]
            comment["body"] = content["body"]
            return comment
        return None


@contextmanager
def serving(host: Comments) -> Generator[None]:
    class Handler(BaseHTTPRequestHandler):
        def handle_request(self) -> None:
            size = int(self.headers["Content-Length"] or 0)
            content = json.loads(self.rfile.read(size)) if size else None
            host.tokens.add(self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"])
            answer = host.answer(self.command, self.path, content)
            body = json.dumps({"message": "Not Found"} if answer is None else answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = handle_request  # noqa: N815

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield
        server.shutdown()


@pytest.fixture
def host() -> Generator[Comments]:
    comments = Comments()
    with serving(comments):
        yield comments


Finished = subprocess.CompletedProcess[str]


def run(environment: dict[str, str], *arguments: str | Path) -> Finished:
    """Runs the script as a runner does: with a bare Python, and no packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", ROOT / ".ci" / "comment.py", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def on_github(host: Comments, *reports: Path, topic: str = "review", **changed: str) -> Finished:
    environment = {
        "GITHUB_API_URL": host.address,
        "GITHUB_REPOSITORY": "acme/app",
        "COMMENT_TOKEN": "secret-token",
        "HEAD_SHA": HEAD,
        "HEAD_REPOSITORY_ID": "42",
        "RUN_URL": "https://github.example/acme/app/actions/runs/1",
    }
    return run(environment | changed, "--topic", topic, "--number", "7", *reports)


def on_gitlab(host: Comments, *reports: Path) -> Finished:
    environment = {
        "CI_API_V4_URL": host.address,
        "CI_MERGE_REQUEST_PROJECT_ID": "9",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_COMMIT_SHA": HEAD,
        "CI_JOB_URL": "https://gitlab.example/acme/app/-/jobs/1",
        "COMMENT_TOKEN": "secret-token",
    }
    return run(environment, "--topic", "review", *reports)


def written(folder: Path, text: str, name: str = "report.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("post", "author"), [(on_github, BOT), (on_gitlab, "project_9_bot")], ids=["github", "gitlab"]
)
def test_the_first_report_is_a_comment_and_the_next_one_replaces_it(
    host: Comments, tmp_path: Path, post: Any, author: str
) -> None:
    host.add("reviewer", "Looks good.")
    assert post(host, written(tmp_path, "### `support`: de -> eu\n")).returncode == 0
    [first] = host.bodies(author)
    assert first.startswith(MARKER)
    assert HEAD[:10] in first
    assert first.endswith("### `support`: de -> eu\n")
    done = post(host, written(tmp_path, "### Nothing changes\n"))
    assert (done.returncode, done.stderr) == (0, "")
    [second] = host.bodies(author)
    assert second.endswith("### Nothing changes\n")
    assert "support" not in second
    assert [method for method, _ in host.writes] in (["POST", "PATCH"], ["POST", "PUT"])


def test_the_token_is_sent_and_never_printed(host: Comments, tmp_path: Path) -> None:
    report = written(tmp_path, "text\n")
    host.pull["number"] = None
    for done in (on_github(host, report), on_github(host, report, GITHUB_REPOSITORY="acme/none")):
        assert "secret-token" not in done.stdout + done.stderr
    assert host.tokens == {"Bearer secret-token"}


def test_the_comment_is_found_among_hundreds(host: Comments, tmp_path: Path) -> None:
    for number in range(250):
        host.add(f"user-{number}", "text")
    own = host.add(BOT, f"{MARKER}\nold")
    host.add(BOT, "another workflow's comment")
    assert on_github(host, written(tmp_path, "new\n")).returncode == 0
    assert host.writes == [("PATCH", f"/repos/acme/app/issues/comments/{own}")]


def test_a_hundred_comments_are_no_endless_list(host: Comments, tmp_path: Path) -> None:
    for number in range(100):
        host.add(f"user-{number}", "text")
    assert on_github(host, written(tmp_path, "new\n")).returncode == 0
    assert len(host.bodies(BOT)) == 1


@pytest.mark.parametrize(
    ("author", "body"),
    [
        ("reviewer", f"{MARKER}\nnot the bot's"),
        (BOT, f"quotes {MARKER}"),
        (BOT, "<!-- vertex-residency: preview -->\nanother topic"),
        (None, f"{MARKER}\nof an account that was deleted"),
        (BOT, None),
    ],
)
def test_what_another_wrote_or_is_about_another_topic_stays(
    host: Comments, tmp_path: Path, author: str | None, body: str | None
) -> None:
    host.add(author, body)
    assert on_github(host, written(tmp_path, "new\n")).returncode == 0
    assert host.comments[0]["body"] == body
    assert [method for method, _ in host.writes] == ["POST"]


def test_a_report_can_not_pass_for_another_topic(host: Comments, tmp_path: Path) -> None:
    """Otherwise the next preview would replace the review of a fork."""
    forged = written(tmp_path, "<!-- vertex-residency: preview -->\n")
    assert on_github(host, forged).returncode == 0
    assert on_github(host, written(tmp_path, "real\n"), topic="preview").returncode == 0
    assert len(host.bodies(BOT)) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"state": "closed"}, "not open at aaaaaaaaaa any more"),
        ({"head": {"sha": "b" * 40, "repo": {"id": 42}}}, "not open at aaaaaaaaaa any more"),
        ({"head": {"sha": HEAD, "repo": {"id": 43}}}, "not from the repository of the run"),
        ({"head": {"sha": HEAD, "repo": None}}, "not from the repository of the run"),
    ],
    ids=["closed", "pushed-since", "another-fork", "deleted-fork"],
)
def test_a_pull_request_that_the_run_was_not_about_gets_no_comment(
    host: Comments, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    host.pull |= changed
    done = on_github(host, written(tmp_path, "text\n"))
    assert done.returncode == 0
    assert said in done.stdout
    assert host.writes == []


@pytest.mark.parametrize(
    "number", ["", "0", "-7", "7; id", "../8", "7/merge", "８", "7" * 11, "7\n8"]
)
def test_what_is_no_number_of_a_pull_request_is_asked_of_nobody(
    host: Comments, tmp_path: Path, number: str
) -> None:
    done = numbered(host, tmp_path, number)
    assert done.returncode == 1
    assert "is not the number of a pull request" in done.stderr
    assert host.tokens == set()


def numbered(host: Comments, folder: Path, number: str) -> Finished:
    """As `review-comment.yml` runs it: the number comes with the report."""
    environment = {
        "GITHUB_API_URL": host.address,
        "GITHUB_REPOSITORY": "acme/app",
        "COMMENT_TOKEN": "secret-token",
        "HEAD_SHA": HEAD,
        "HEAD_REPOSITORY_ID": "42",
        "RUN_URL": "https://github.example/acme/app/actions/runs/1",
    }
    report = written(folder, "text\n")
    file = written(folder, number, "number")
    return run(environment, "--topic", "review", "--number-file", file, report)


def test_the_number_comes_with_the_report(host: Comments, tmp_path: Path) -> None:
    assert numbered(host, tmp_path, "7\n").returncode == 0
    assert len(host.bodies(BOT)) == 1


def test_a_link_is_not_followed(host: Comments, tmp_path: Path) -> None:
    """It could lead to the environment of the process, which has the token."""
    (tmp_path / "report.md").symlink_to("/proc/self/environ")
    done = on_github(host, tmp_path / "report.md")
    assert done.returncode == 1
    assert "can't be read" in done.stderr
    assert host.writes == []


def test_a_pipe_is_no_report(host: Comments, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.md")
    done = on_github(host, tmp_path / "report.md")
    assert done.returncode == 1
    assert "is not a regular file" in done.stderr


def test_without_a_report_nothing_is_written(host: Comments, tmp_path: Path) -> None:
    done = on_github(host, tmp_path / "report.md")
    assert (done.returncode, host.writes) == (0, [])
    assert done.stdout == "nothing to write: there is no report 'report.md'\n"


@pytest.mark.parametrize("text", ["line\n" * 30_000, "x" * 300_000], ids=["lines", "one-line"])
def test_what_is_too_long_loses_its_end_and_says_so(
    host: Comments, tmp_path: Path, text: str
) -> None:
    report = written(tmp_path, "first\n```text\n" + text)
    assert on_github(host, report).returncode == 0
    [body] = host.bodies(BOT)
    assert len(body) <= LIMIT
    assert body.index("Too long for a comment") < body.index("first")


def test_a_comment_of_the_greatest_length_is_whole(host: Comments, tmp_path: Path) -> None:
    assert on_github(host, written(tmp_path, "x\n")).returncode == 0
    [body] = host.bodies(BOT)
    text = "é" * (LIMIT - len(body) + 1) + "\n"
    assert on_github(host, written(tmp_path, text)).returncode == 0
    [body] = host.bodies(BOT)
    assert len(body) == LIMIT
    assert body.endswith(text)


def test_every_report_has_its_share(host: Comments, tmp_path: Path) -> None:
    reports = [written(tmp_path, f"stack {n}\n" + "line\n" * 30_000, f"{n}.md") for n in range(4)]
    assert on_github(host, *reports).returncode == 0
    [body] = host.bodies(BOT)
    assert len(body) <= LIMIT
    assert [f"stack {n}\n" in body for n in range(4)] == [True] * 4


def test_a_report_notifies_nobody_and_commands_no_bot(host: Comments, tmp_path: Path) -> None:
    text = (
        "@dependabot merge\n/approve\n  /merge\n`anthropic/claude@20250219`, a/b\n\x1b[31m\u202ered"
    )
    assert on_github(host, written(tmp_path, text)).returncode == 0
    [body] = host.bodies(BOT)
    shown = body.replace("\u200b", "·").splitlines()[3:]
    expected = "@·dependabot merge\n/·approve\n  /·merge\n`anthropic/claude@20250219`, a/b\n[31mred"
    assert shown == expected.splitlines()


@pytest.mark.parametrize("name", ["COMMENT_TOKEN", "HEAD_SHA", "HEAD_REPOSITORY_ID", "RUN_URL"])
def test_an_empty_setting_is_none(host: Comments, tmp_path: Path, name: str) -> None:
    done = on_github(host, written(tmp_path, "text\n"), **{name: ""})
    assert done.returncode == 1
    assert done.stderr == f"the comment was not written: {name} is not set\n"
    assert host.writes == []


def test_a_refusal_of_the_host_is_one_line(host: Comments, tmp_path: Path) -> None:
    done = on_github(host, written(tmp_path, "text\n"), GITHUB_REPOSITORY="acme/none")
    assert done.returncode == 1
    assert "GET /repos/acme/none/pulls/7 answers 404" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_answer_of_another_shape_is_one_line(host: Comments, tmp_path: Path) -> None:
    del host.pull["state"]
    done = on_github(host, written(tmp_path, "text\n"))
    assert done.returncode == 1
    assert "an answer is not as expected" in done.stderr
    assert len(done.stderr.splitlines()) == 1
