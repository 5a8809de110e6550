"""A server of pages on this machine that does what it is told for each path."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together: sent apart, each answer would wait for an acknowledgement.
    wbufsize = 65_536

    @property
    def pages(self) -> PageServer:
        assert isinstance(self.server, PageServer)
        return self.server

    def do_GET(self) -> None:
        with self.pages.busy():
            self.pages.asked.append(self.path)
            self.pages.agents.add(self.headers["User-Agent"])
            self.pages.answers.get(self.path, status(404))(self)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing is printed."""


class PageServer(ThreadingHTTPServer):
    """Answers a path with its entry of `answers`, any other path with 404."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.at_once = 0
        """How many requests were answered at the same time, at most."""
        self.stopped = threading.Event()
        self._now = 0

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing is printed: a client that hung up is met by the next write, too.

        Another test may have standard error in hand by then.
        """

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @contextmanager
    def busy(self) -> Generator[None]:
        self._now += 1
        self.at_once = max(self.at_once, self._now)
        try:
            yield
        # A client that has enough of a page hangs up.
        except OSError:
            pass
        finally:
            self._now -= 1

    def serve(self, pages: Mapping[str, str | bytes]) -> None:
        """Puts up pages by their paths, as Google serves their text."""
        for path, content in pages.items():
            self.answers[f"/{path}.md.txt"] = page(content)


@contextmanager
def running() -> Generator[PageServer]:
    with PageServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopped.set()
            server.shutdown()
            thread.join()


def page(content: str | bytes, kind: str | None = "text/plain; charset=utf-8") -> Answer:
    body = content.encode() if isinstance(content, str) else content
    return status(200, body, **({"Content-Type": kind} if kind else {}))


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(location: str, code: int = 302) -> Answer:
    return status(code, Location=location)


def in_turn(*answers: Answer) -> Answer:
    """Another answer each time, the last one for ever."""
    left = list(answers)

    def answer(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return answer


def raw(content: bytes) -> Answer:
    """Anything at all, after which the connection is closed."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return answer


def hangs(handler: Handler) -> None:
    handler.pages.stopped.wait()


def drips(head: bytes) -> Answer:
    """A byte now and then, after the head, for ever."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(head)
        while not handler.pages.stopped.wait(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()

    return answer


def zipped(content: bytes, kept: int | None = None) -> Answer:
    """Compressed, and cut off after `kept` bytes."""
    body = gzip.compress(content)[:kept]
    return status(200, body, Content_Type="text/plain", Content_Encoding="gzip")
