"""Pages from a server: all that is to be had, or one clear error."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from availability.ingest import fetch
from availability.ingest.addresses import ROOT as GOOGLE
from availability.ingest.download import Limits
from availability.ingest.fetch import fetch_pages
from availability.ingest.known_pages import INDEX
from availability.ingest.page_files import PageFile
from availability.input.errors import BadInput
from tests.availability.ingest.page_server import (
    Answer,
    PageServer,
    drips,
    hangs,
    in_turn,
    page,
    raw,
    redirect,
    running,
    status,
    zipped,
)
from tests.paths import PAGES

DAY = dt.date(2026, 11, 20)
FAST = Limits(connect=5, read=5, page=10, all=20, pause=0, busy_pause=0.01)
CARD = "models/gemini/9-nano"
FACTS = ("resources/locations", "models/model-versions")
UNLINKED = ("models/maas/kimi",)
"""Fewer than there are, so that each test has few requests to wait for."""
GOOGLES, PARTNERS, OPEN = INDEX
MARKDOWN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PageServer]:
    """A whole documentation of four pages."""
    monkeypatch.setattr(fetch, "FACTS", FACTS)
    monkeypatch.setattr(fetch, "UNLINKED", UNLINKED)
    with running() as server:
        server.serve(
            {
                GOOGLES: f"# Models of ours\n\n- [Nano 9]({GOOGLE}{CARD})\n",
                PARTNERS: "# Models of others\n",
                OPEN: "# Models of everybody\n",
                CARD: "# Nano 9\n",
            }
        )
        yield server


def fetched(server: PageServer, limits: Limits = FAST) -> dict[str, PageFile]:
    pages = fetch_pages(server.url, DAY, lambda line: None, limits)
    assert [found.path for found in pages] == sorted(found.path for found in pages)
    return {found.path: found for found in pages}


def failure(url: str, limits: Limits = FAST) -> str:
    """The one problem that ends the run, within the time that it may take."""
    started = time.monotonic()
    with pytest.raises(BadInput) as caught:
        fetch_pages(url, DAY, lambda line: None, limits)
    assert time.monotonic() - started < limits.all + 1
    [problem] = caught.value.problems
    return str(problem)


def test_the_index_pages_and_what_they_link_to_are_fetched_with_googles_addresses(
    server: PageServer,
):
    server.serve({FACTS[0]: "# Facts\n", UNLINKED[0]: "# Known\n"})
    pages = fetched(server)
    assert pages.keys() == {*INDEX, CARD, FACTS[0], UNLINKED[0]}
    assert pages[CARD] == PageFile(
        CARD, f"{GOOGLE}{CARD}", b"# Nano 9\n", f"{server.url}{CARD}.md.txt", DAY
    )


@pytest.mark.parametrize(
    "link",
    [
        "[a](https://docs.cloud.google.com/gemini-enterprise-agent-platform/{card})",
        "[a](http://cloud.google.com/gemini-enterprise-agent-platform/{card}?hl=de#prices)",
        "[a](/gemini-enterprise-agent-platform/{card}/)",
        '[a](gemini/x-1 "A title")',
        "[](./gemini/x-1#regions)",
        "[a](../models/gemini/x-1.md.txt)",
        "[a]\n\n[a]: </gemini-enterprise-agent-platform/{card}>",
        "<table><tr><td><a class='x' HREF='/gemini-enterprise-agent-platform/{card}'>a</a>",
        '<a href = "/gemini-enterprise-agent-platform/{card}?a=1&amp;b=2">a</a>',
        "| a | <https://docs.cloud.google.com/gemini-enterprise-agent-platform/{card}> |",
        "see https://docs.cloud.google.com/gemini-enterprise-agent-platform/{card}",
        r"[a](/gemini\-enterprise\-agent\-platform/models/gemini/x\-1)",
    ],
)
def test_a_card_is_found_however_the_link_to_it_is_written(link: str, server: PageServer):
    card = "models/gemini/x-1"
    server.serve({GOOGLES: link.format(card=card), card: "# X\n"})
    assert card in fetched(server)


@pytest.mark.parametrize(
    "link",
    [
        "https://docs.cloud.google.com.example/gemini-enterprise-agent-platform/models/gemini/elsewhere",
        "https://docs.cloud.google.com/vertex-ai/models/gemini/elsewhere",
        "https://docs.cloud.google.com/gemini-enterprise-agent-platform/../models/gemini/elsewhere",
        "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/../../elsewhere",
        "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/%2e%2e/elsewhere",
        "https://docs.cloud.google.com:port/gemini-enterprise-agent-platform/models/gemini/elsewhere",
        "http://[docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/elsewhere",
        "ftp://docs.cloud.google.com/gemini-enterprise-agent-platform/models/gemini/elsewhere",
        "/gemini-enterprise-agent-platform/models/prompts/elsewhere",
        "/gemini-enterprise-agent-platform/models/maas/capabilities/elsewhere",
        "https://console.cloud.google.com/agent-platform/publishers/nobody/model-garden/elsewhere",
        "https://console.cloud.google.com.example/agent-platform/publishers/xai/model-garden/elsewhere",
    ],
)
def test_a_link_to_anything_else_is_not_followed(link: str, server: PageServer):
    server.serve({PARTNERS: f"[a]({link})\n"})
    fetched(server)
    assert not [path for path in server.asked if "elsewhere" in path]


@pytest.mark.parametrize(
    ("model", "card"),
    [
        ("anthropic/model-garden/claude-fable-6", "models/partner-models/claude/fable-6"),
        ("xai/model-garden/grok-5.1", "models/partner-models/grok/grok-5-1"),
        ("deepseek-ai/model-garden/deepseek-v4.1-maas", "models/maas/deepseek/deepseek-v41"),
        ("openai/model-garden/gpt-oss-7b-maas?hl=de", "models/maas/openai/gpt-oss-7b"),
    ],
)
def test_a_card_is_looked_for_where_model_gardens_name_of_the_model_leads(
    model: str, card: str, server: PageServer
):
    link = f"https://console.cloud.google.com/agent-platform/publishers/{model}"
    server.serve({PARTNERS: f"| New | [Model card]({link}) |\n", card: "# New\n"})
    assert card in fetched(server)


def test_it_is_no_news_where_model_garden_leads_to_no_card(server: PageServer):
    link = "https://console.cloud.google.com/vertex-ai/publishers/xai/model-garden/grok-2"
    server.serve({PARTNERS: f"[Model card]({link})\n"})
    lines: list[str] = []
    fetch_pages(server.url, DAY, lines.append, FAST)
    assert "/models/partner-models/grok/grok-2.md.txt" in server.asked
    assert not [line for line in lines if "grok-2" in line]


def test_it_is_news_where_a_page_links_to_that_card_too(server: PageServer):
    card = "models/partner-models/grok/grok-2"
    link = "https://console.cloud.google.com/vertex-ai/publishers/xai/model-garden/grok-2"
    server.serve({PARTNERS: f"[Model card]({link})\n", CARD: f"[gone]({GOOGLE}{card})\n"})
    lines: list[str] = []
    fetch_pages(server.url, DAY, lines.append, FAST)
    assert f"no page at {server.url}{card}.md.txt" in lines


def test_cards_without_a_link_are_found_in_the_side_bar(server: PageServer):
    card = "models/maas/qwen/qwen9"
    bar = f'<nav><ul><li><a href="/gemini-enterprise-agent-platform/{card}">Q</a></ul></nav>'
    server.answers[f"/{GOOGLES}"] = page(f"<!doctype html>{bar}", "text/html; charset=utf-8")
    server.serve({card: "# Q\n"})
    assert card in fetched(server)


@pytest.mark.parametrize(
    "answer", [status(404), status(403), page("# Text\n"), page("{}", "application/json")]
)
def test_a_server_without_a_side_bar_is_told_and_does(answer: Answer, server: PageServer):
    server.answers[f"/{GOOGLES}"] = answer
    lines: list[str] = []
    assert CARD in {found.path for found in fetch_pages(server.url, DAY, lines.append, FAST)}
    assert f"no side bar at {server.url}{GOOGLES}: cards are found by links in pages alone" in lines


def test_the_progress_is_told_in_short_lines(server: PageServer):
    lines: list[str] = []
    fetch_pages(server.url, DAY, lines.append, FAST)
    counts = [line for line in lines if line[0].isdigit()]
    total = len(INDEX) + len(FACTS) + len(UNLINKED) + 1
    assert counts[0] == "1 of 4 pages"
    assert counts[-1] == f"{total} of {total} pages"
    assert max(map(len, counts)) < 40


def test_a_page_that_is_not_there_is_told_and_left_out(server: PageServer):
    server.serve({CARD: f"[gone]({GOOGLE}models/gemini/8-nano)\n"})
    server.answers["/models/gemini/8-nano.md.txt"] = status(410)
    lines: list[str] = []
    pages = fetch_pages(server.url, DAY, lines.append, FAST)
    assert {found.path for found in pages} == {*INDEX, CARD}
    assert f"no page at {server.url}models/gemini/8-nano.md.txt" in lines
    assert f"no page at {server.url}{FACTS[0]}.md.txt" in lines


@pytest.mark.parametrize("path", INDEX)
@pytest.mark.parametrize("answer", [status(404), redirect("/models/gemini/9-nano.md.txt")])
def test_without_an_index_page_nothing_is_fetched(path: str, answer: Answer, server: PageServer):
    server.answers[f"/{path}.md.txt"] = answer
    assert failure(server.url) == (
        f"{server.url}{path}.md.txt: is not there, or has moved: without it, models would seem to "
        "be gone"
    )


@pytest.mark.parametrize("answer", [status(404), redirect("/models/overview.md.txt")])
def test_without_most_of_the_cards_nothing_is_fetched(answer: Answer, server: PageServer):
    server.serve({PARTNERS: "[b](claude/b) and [c](claude/c)\n", "models/overview": "# All\n"})
    for name in "bc":
        server.answers[f"/models/partner-models/claude/{name}.md.txt"] = answer
    assert failure(server.url) == (
        f"{server.url}: 2 of the 3 cards that index pages link to are not there, or have moved: "
        "models/partner-models/claude/b is one of them"
    )


@pytest.mark.parametrize("location", ["/models/gemini/10-nano.md.txt?hl=en", "10-nano#regions"])
def test_a_page_that_has_moved_is_known_by_its_new_place_and_comes_once(
    location: str, server: PageServer
):
    new = "models/gemini/10-nano"
    server.serve({GOOGLES: "[a](gemini/9-nano) [b](gemini/10-nano)\n", new: "# Nano 10\n"})
    server.answers["/models/gemini/10-nano.md.txt?hl=en"] = page("# Nano 10\n")
    server.answers[f"/{CARD}.md.txt"] = redirect(location)
    pages = fetched(server)
    assert pages.keys() == {*INDEX, new}
    assert pages[new].url == f"{GOOGLE}{new}"
    assert len([path for path in server.asked if "10-nano" in path]) == 1


HOSTILE = [
    ("not found elsewhere", status(403), "answers 403 (Forbidden)"),
    ("broken", status(500), "answers 500 (Internal Server Error)"),
    ("no content", status(204), "answers 204 (No Content)"),
    ("a status of its own", raw(b"HTTP/1.1 799 \x1b[2J\r\n\r\n"), "answers 799"),
    ("a redirect to nowhere", status(302), "answers 302 (Found)"),
    ("always busy", status(429), "answers 429 (Too Many Requests), 4 times in a row"),
    ("long busy", status(503, Retry_After="9000"), "asks to wait for 9000 s, of 20 s left"),
    ("a login page", page("<p>Log in", "text/html"), "expected Markdown, and 'text/html' came"),
    ("other data", page("{}", "application/json"), "and 'application/json' came"),
    ("HTML as text", page("\ufeff\n<!DOCTYPE html><p>Log in"), "and a page in HTML came"),
    ("nothing", page(" \n"), "is empty"),
    ("too much", page("x" * 9_000), "is too big: it has more than 0.008 MB"),
    ("a bomb", zipped(bytes(50_000_000)), "is too big: it has more than 0.008 MB"),
    ("half a body", raw(MARKDOWN + b"Content-Length: 900\r\n\r\n# Half"), "breaks off or is no"),
    ("half a chunk", raw(MARKDOWN + b"Transfer-Encoding: chunked\r\n\r\nff\r\n#"), "breaks off"),
    ("half a gzip", zipped(b"# Half a page\n" * 9, -9), "breaks off, or goes on after its end"),
    ("no gzip", status(200, b"# No", Content_Encoding="gzip"), "is no valid gzip"),
    ("a bomb in a bomb", status(200, b"x", Content_Encoding="gzip, gzip"), "was not asked for"),
    ("another encoding", status(200, b"x", Content_Encoding="br"), "encoded as 'br', which was"),
    ("no HTTP", raw(b"220 mail ready\r\n"), "breaks off or is no HTTP"),
    ("nothing at all", raw(b""), "breaks off or is no HTTP"),
    ("an endless head", raw(MARKDOWN + b"X: y\r\n" * 50_000), "breaks off or is no HTTP"),
    ("another host", redirect("http://docs.example/x"), "'http://docs.example/x', on another"),
    ("another port", redirect("http://127.0.0.1:1/x"), "'http://127.0.0.1:1/x', on another serv"),
    ("a file", redirect("file:///etc/passwd"), "on another server"),
    ("no address", redirect("http://x:y/"), "Invalid URL in location header"),
    ("no page", redirect("/"), "which is no page below http://127.0.0.1"),
    ("no path of a page", redirect("/models/%00x"), "which is no page below"),
    ("a circle", redirect("9-nano.md.txt"), "redirects more than 3 times"),
]  # fmt: skip
TIGHT = dataclasses.replace(FAST, page_bytes=8_000)


@pytest.mark.parametrize(
    ("answer", "said"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_what_goes_wrong_with_one_card_ends_in_one_error_that_names_it(
    answer: Answer, said: str, server: PageServer
):
    server.answers[f"/{CARD}.md.txt"] = answer
    message = failure(server.url, TIGHT)
    assert message.startswith(f"{server.url}{CARD}.md.txt: ")
    assert said in message
    assert message.isprintable()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (hangs, "the server was silent for 0.7 s"),
        (drips(MARKDOWN + b"X: "), "the answer took longer than 1 s"),
        (drips(MARKDOWN + b"\r\n"), "the answer took longer than 1 s"),
    ],
    ids=["silence", "a slow head", "a slow body"],
)
def test_a_card_that_takes_its_time_ends_in_one_error_that_names_it(
    answer: Answer, said: str, server: PageServer
):
    server.answers[f"/{CARD}.md.txt"] = answer
    message = failure(server.url, dataclasses.replace(FAST, read=0.7, page=1))
    assert message == f"{server.url}{CARD}.md.txt: {said}"


@pytest.mark.parametrize("answer", [raw(b""), status(500), redirect("/x"), page("x", "image/png")])
def test_a_server_that_fails_from_the_start_is_asked_once(answer: Answer, server: PageServer):
    server.answers[f"/{INDEX[0]}.md.txt"] = answer
    assert failure(server.url).startswith(server.url)
    assert len(server.asked) <= 2


def test_a_redirect_to_the_safer_scheme_is_followed(server: PageServer):
    server.answers[f"/{CARD}.md.txt"] = redirect(f"https://127.0.0.1/{CARD}.md.txt")
    assert failure(server.url).startswith(f"https://127.0.0.1/{CARD}.md.txt: no connection")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_without_a_connection_the_error_says_so(scheme: str):
    with running() as gone:
        url = gone.url.replace("http", scheme)
    assert failure(url).startswith(f"{url}{INDEX[0]}.md.txt: no connection: ")


def test_a_server_without_tls_is_no_server_of_https(server: PageServer):
    message = failure(server.url.replace("http", "https"))
    assert "no connection: [SSL" in message


@pytest.mark.parametrize(
    "busy",
    [
        status(429, Retry_After="0"),
        status(503),
        status(502, Retry_After="when it suits me"),
        status(504, Retry_After="9" * 5_000),
        status(503, Retry_After=format_datetime(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))),
    ],
)
def test_a_busy_server_is_asked_again(busy: Answer, server: PageServer):
    server.answers[f"/{CARD}.md.txt"] = in_turn(busy, busy, page("# Nano 9\n"))
    assert fetched(server)[CARD].content == b"# Nano 9\n"


def test_a_busy_server_is_asked_again_when_it_says(server: PageServer):
    server.answers[f"/{CARD}.md.txt"] = in_turn(status(429, Retry_After="1"), page("# Nano\n"))
    started = time.monotonic()
    fetched(server)
    assert time.monotonic() - started >= 1


def test_the_whole_run_ends_in_time(server: PageServer):
    slow = dataclasses.replace(FAST, all=0.5, pause=0.1)
    message = failure(server.url, slow)
    assert message.startswith(server.url)
    assert "not all pages came within 0.5 s: " in message


def test_a_server_whose_heads_drip_ends_in_time(server: PageServer):
    server.answers[f"/{CARD}.md.txt"] = drips(MARKDOWN + b"X: ")
    message = failure(server.url, dataclasses.replace(FAST, all=1))
    assert message == f"{server.url}{CARD}.md.txt: not all pages came within 1 s: 3 of 7 did"


def test_links_without_end_are_not_followed(server: PageServer):
    server.serve({CARD: "".join(f"[a](n{number})\n" for number in range(200))})
    message = failure(server.url, dataclasses.replace(FAST, pages=100))
    assert message == f"{server.url}{CARD}.md.txt: links lead to more than 100 pages"


def test_a_page_that_is_nothing_but_links_is_refused(server: PageServer):
    server.serve({CARD: "".join(f"[a](https://docs.example/{number})" for number in range(10))})
    assert CARD in fetched(server, dataclasses.replace(FAST, links=10))
    message = failure(server.url, dataclasses.replace(FAST, links=9))
    assert message == f"{server.url}{CARD}.md.txt: has more than 9 links"


def test_all_pages_together_are_bounded(server: PageServer):
    server.serve({CARD: "x" * 900})
    message = failure(server.url, dataclasses.replace(FAST, all_bytes=900))
    assert message == f"{server.url}{CARD}.md.txt: with it all pages have more than 0.0009 MB"


def test_a_page_may_have_exactly_as_many_bytes_as_the_limit(server: PageServer):
    for answer in (page(b"x" * 8_000), page(b"x" * 8_000, None), zipped(b"x" * 8_000)):
        server.answers[f"/{CARD}.md.txt"] = answer
        assert fetched(server, TIGHT)[CARD].content == b"x" * 8_000


def test_a_hostile_page_of_links_is_searched_in_no_time(server: PageServer):
    texts = ("<a ", "[", "](", "![", "href=", "](<", "[a]: ", "https://cloud.google.com/", "\\")
    server.serve({CARD: "".join(text * (100_000 // len(text)) for text in texts)})
    started = time.monotonic()
    fetched(server)
    assert time.monotonic() - started < 10


def test_requests_are_made_one_at_a_time_with_a_name_and_a_pause(server: PageServer):
    started = time.monotonic()
    fetched(server, dataclasses.replace(FAST, pause=0.01))
    assert time.monotonic() - started >= 0.01 * len(server.asked)
    assert server.at_once == 1
    assert len(server.asked) == len({*server.asked})
    [agent] = server.agents
    assert agent.startswith("vertex-residency")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("docs.cloud.google.com/x", "starts with https:// or http://"),
        ("file:///etc/passwd", "starts with https:// or http://"),
        ("ftp://docs.example/", "starts with https:// or http://"),
        ("https://", "starts with https:// or http://"),
        ("", "starts with https:// or http://"),
        ("https://docs.example:port/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://docs\nexample/", "is no address"),
        ("https://docs.example/?hl=de", "without ? and #"),
        ("https://docs.example/#top", "without ? and #"),
        ("https://me:secret@docs.example/", "without the name and password"),
    ],
)
def test_an_address_that_is_none_is_named(url: str, said: str):
    message = failure(url)
    assert said in message
    assert "secret" not in message


def test_the_pages_may_lie_deeper_and_the_slash_may_be_left_out(server: PageServer):
    server.answers = {f"/copy/of{path}": answer for path, answer in server.answers.items()}
    pages = fetch_pages(f"{server.url}copy/of", DAY, lambda line: None, FAST)
    assert {found.path for found in pages} == {*INDEX, CARD}


def test_a_proxy_of_the_environment_is_asked(server: PageServer, monkeypatch: pytest.MonkeyPatch):
    server.answers = {
        f"http://docs.example{path}": answer for path, answer in server.answers.items()
    }
    monkeypatch.setenv("HTTP_PROXY", server.url)
    pages = fetch_pages("http://docs.example/", DAY, lambda line: None, FAST)
    assert {found.path for found in pages} == {*INDEX, CARD}


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "gopher://127.0.0.1/"), ("SSL_CERT_FILE", "/no/such/file")]
)
def test_an_environment_that_is_wrong_is_an_error(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)
    assert "can't be fetched in this environment" in failure("http://docs.example/")


@pytest.mark.parametrize("day", sorted(PAGES.glob("2026-*/pages")), ids=lambda day: day.parent.name)
def test_all_stored_pages_of_a_day_are_found_from_its_own_index_pages(day: Path):
    stored = {
        path.relative_to(day).with_suffix("").as_posix(): path.read_bytes()
        for path in day.rglob("*.md")
    }
    with running() as server:
        server.serve(stored)
        pages = fetch_pages(server.url, DAY, lambda line: None, Limits(pause=0))
    assert {found.path: found.content for found in pages} == stored
