"""Requests to the one server that pages come from, each of them bounded in bytes and in time."""

from __future__ import annotations

import asyncio
import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType

import httpx

from availability.ingest.addresses import ROOT, page_path
from availability.ingest.page_files import MAX_BYTES
from availability.input.errors import BadInput, Problem, shown

_AGENT = "vertex-residency (refreshes facts about models)"
_MISSING = {404, 410}
_BUSY = {429, 502, 503, 504}
"""A server that answers one of these is asked again: they pass."""
_HTML_STARTS = (b"<!doctype html", b"<html")


@dataclass(frozen=True)
class Limits:
    """How much is fetched at most, and how long that may take: times in seconds."""

    pages: int = 800
    """Pages that are asked for, those included that are not there."""
    links: int = 20_000
    """Different ones on one page. The side bar, which has most, links to 3,000 pages."""
    page_bytes: int = MAX_BYTES
    """Of one page, decompressed."""
    all_bytes: int = 200_000_000
    connect: float = 10
    read: float = 20
    """How long a server may be silent."""
    page: float = 60
    """One request with its answer, however lively the server is."""
    all: float = 900
    redirects: int = 3
    """Of one page."""
    retries: int = 3
    """Of one page, where the server says that it is busy."""
    pause: float = 0.1
    """After each request."""
    busy_pause: float = 2
    """Before a page is asked for again, where the server doesn't say when; doubled each time."""


LIMITS = Limits()


@dataclass(frozen=True)
class Form:
    """A form in which a server has its pages."""

    suffix: str
    """What follows the page's path in its address."""
    name: str
    types: frozenset[str]
    """The content types that it is sent with; "" stands for none."""
    optional: bool
    """Whether a server that refuses this form, or sends another, simply doesn't have it."""


MARKDOWN = Form(
    ".md.txt",
    "Markdown",
    frozenset({"", "text/markdown", "text/plain", "text/x-markdown"}),
    optional=False,
)
HTML = Form("", "HTML", frozenset({"text/html", "application/xhtml+xml"}), optional=True)


@dataclass(frozen=True)
class Found:
    """A page that a server sent."""

    path: str
    """Where it lies, which is not where it was asked for if it has moved."""
    address: str
    content: bytes


@dataclass(frozen=True)
class _Redirect:
    target: httpx.URL


@dataclass(frozen=True)
class _Busy:
    status: int
    wait: float | None
    """Seconds, where the server says how long."""


def bad(address: object, message: str) -> BadInput:
    """What happened at an address, as an error."""
    return BadInput([Problem(str(address), message)])


def base_address(url: str) -> httpx.URL:
    """The address below which pages lie, with a slash at its end. Raises BadInput."""
    try:
        base = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise bad(url, f"is no address: {error}") from error
    if base.scheme not in {"http", "https"} or not base.host:
        raise bad(url, f"expected an address that starts with https:// or http://, such as {ROOT}")
    if base.userinfo:
        # The message leaves the password out.
        shorter = base.copy_with(userinfo=b"")
        raise bad(shorter, "expected an address without the name and password of a user")
    if base.query or base.fragment:
        raise bad(url, "expected an address without ? and #, for pages lie below it")
    return base.copy_with(path=base.path.rstrip("/") + "/")


class Download:
    """Asks a server for pages, one at a time, within the limits of a whole run.

    It is asynchronous only to be ended: no timeout of httpx ends a server that sends the head of
    its answer byte by byte, and a task can be cancelled wherever it waits. It is an asynchronous
    context, and the time for the whole run starts when it is entered.
    """

    def __init__(self, base: httpx.URL, limits: Limits) -> None:
        self.base = base
        self.asked = base
        """The address that was asked for last."""
        self._limits = limits
        self._bytes = 0
        self._ends = 0.0
        # Several encodings in one another, or another one than gzip, could not be bounded.
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        try:
            self._client = httpx.AsyncClient(headers=headers, timeout=timeout)
        # Of a proxy, or of a file of certificates, that the environment names wrongly.
        except (ValueError, OSError, ImportError, httpx.InvalidURL) as error:
            raise bad(base, f"can't be fetched in this environment: {error}") from error

    async def __aenter__(self) -> Download:
        self._ends = asyncio.get_running_loop().time() + self._limits.all
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    def address(self, path: str, form: Form = MARKDOWN) -> httpx.URL:
        """Where the server has a page in that form."""
        return self.base.copy_with(path=self.base.path + path + form.suffix)

    async def get(self, path: str, form: Form = MARKDOWN) -> Found | None:
        """The page with that path, from where it has moved to; None where there is none.

        Raises BadInput for everything else that happens.
        """
        address = self.address(path, form)
        for _ in range(self._limits.redirects + 1):
            answer = await self._patient(address, form)
            await asyncio.sleep(self._limits.pause)
            if isinstance(answer, bytes):
                return Found(self._path(address) or path, str(address), answer)
            if answer is None:
                return None
            address = self._redirected(address, answer.target, form)
        raise bad(self.address(path, form), f"redirects more than {self._limits.redirects} times")

    async def _patient(self, address: httpx.URL, form: Form) -> bytes | _Redirect | None:
        """What a server answers, which may be busy at first."""
        self.asked = address
        pause, attempts = self._limits.busy_pause, 1
        while isinstance(answer := await self._timed(address, form), _Busy):
            status = _status(answer.status)
            if attempts > self._limits.retries:
                raise bad(address, f"answers {status}, {attempts} times in a row")
            wait = pause if answer.wait is None else answer.wait
            left = self._ends - asyncio.get_running_loop().time()
            if wait > left:
                message = (
                    f"answers {status} and asks to wait for {wait:.0f} s, of {left:.0f} s left"
                )
                raise bad(address, message)
            await asyncio.sleep(wait)
            pause, attempts = 2 * pause, attempts + 1
        return answer

    async def _timed(self, address: httpx.URL, form: Form) -> bytes | _Redirect | _Busy | None:
        """One request, whose failures are told in the words of this project."""
        limits = self._limits
        try:
            async with asyncio.timeout(limits.page):
                return await self._request(address, form)
        except TimeoutError as error:
            raise bad(address, f"the answer took longer than {limits.page:g} s") from error
        except httpx.ConnectTimeout as error:
            raise bad(address, f"no connection within {limits.connect:g} s") from error
        except httpx.TimeoutException as error:
            raise bad(address, f"the server was silent for {limits.read:g} s") from error
        except httpx.ConnectError as error:
            raise bad(address, f"no connection: {_short(error)}") from error
        except httpx.ProxyError as error:
            raise bad(address, f"the proxy of this environment refuses: {_short(error)}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise bad(address, f"the answer breaks off or is no HTTP: {_short(error)}") from error

    async def _request(self, address: httpx.URL, form: Form) -> bytes | _Redirect | _Busy | None:
        async with self._client.stream("GET", address, follow_redirects=False) as response:
            status = response.status_code
            if response.next_request:
                return _Redirect(response.next_request.url)
            if status in _BUSY:
                return _Busy(status, _retry_after(response.headers))
            if status in _MISSING or (form.optional and status < 500 and status != 200):
                return None
            if status != 200:
                raise bad(address, f"answers {_status(status)}")
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind not in form.types:
                if form.optional:
                    return None
                raise bad(address, f"expected {form.name}, and {shown(kind)} came")
            content = await self._body(address, response)
        if not form.optional and _is_html(content):
            raise bad(address, f"expected {form.name}, and a page in HTML came")
        return content

    async def _body(self, address: httpx.URL, response: httpx.Response) -> bytes:
        """The decompressed body, read only as far as the limits go."""
        try:
            body = _Body(response.headers.get("content-encoding", ""), self._limits.page_bytes)
            async for chunk in response.aiter_raw():
                body.feed(chunk)
            content = body.end()
        except _Unusable as error:
            raise bad(address, str(error)) from error
        self._bytes += len(content)
        if self._bytes > self._limits.all_bytes:
            message = f"with it all pages have more than {_megabytes(self._limits.all_bytes)}"
            raise bad(address, message)
        return content

    def _path(self, address: httpx.URL) -> str | None:
        return page_path(address.path.removeprefix(self.base.path))

    def _redirected(self, address: httpx.URL, target: httpx.URL, form: Form) -> httpx.URL:
        """Where a redirect leads. Raises BadInput where that is not a page of the same server."""
        shown_target = shown(str(target), 200)
        if target.host != address.host or not _same_or_safer(address, target):
            raise bad(address, f"redirects to {shown_target}, on another server")
        if not target.path.startswith(self.base.path) or not self._path(target):
            raise bad(address, f"redirects to {shown_target}, which is no page below {self.base}")
        if target.path.endswith(form.suffix):
            return target
        # Some servers know only one form of the page's new place.
        return target.copy_with(path=target.path.rstrip("/") + form.suffix, query=None)


def _same_or_safer(address: httpx.URL, target: httpx.URL) -> bool:
    """Whether scheme and port stay, or become those of https."""
    if (address.scheme, address.port) == (target.scheme, target.port):
        return True
    return (address.scheme, target.scheme) == ("http", "https") and target.port is None


class _Unusable(Exception):
    """A body that is too big or is not what its head says."""


class _Body:
    """The body of an answer, decompressed piece by piece."""

    def __init__(self, encoding: str, limit: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in {"", "identity", "gzip", "x-gzip"}:
            raise _Unusable(f"is encoded as {shown(encoding)}, which was not asked for")
        # 16 and more stands for the head of gzip, which has a checksum.
        self._gzip = zlib.decompressobj(16 + zlib.MAX_WBITS) if "gzip" in encoding else None
        self._limit = limit
        self._content = bytearray()
        self._raw = 0

    def feed(self, chunk: bytes) -> None:
        self._raw += len(chunk)
        if self._gzip:
            try:
                # One byte more than may come shows that there is too much.
                chunk = self._gzip.decompress(chunk, self._limit + 1 - len(self._content))
            except zlib.error as error:
                raise _Unusable(f"is no valid gzip: {error}") from error
        self._content += chunk
        if max(self._raw, len(self._content)) > self._limit:
            raise _Unusable(f"is too big: it has more than {_megabytes(self._limit)}")

    def end(self) -> bytes:
        if self._gzip and (not self._gzip.eof or self._gzip.unused_data):
            raise _Unusable("breaks off, or goes on after its end: its gzip is not whole")
        if not self._content.strip():
            raise _Unusable("is empty")
        return bytes(self._content)


def _is_html(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower().startswith(_HTML_STARTS)


def _short(error: Exception) -> str:
    """What an error says, which may quote what a server sent."""
    text = str(error) or type(error).__name__
    return text if len(text) <= 200 else f"{text[:200]}…"


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:g} MB"


def _status(status: int) -> str:
    """The number with its name, which is never what a server calls it."""
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait for, None where it doesn't say so in a known form."""
    text = headers.get("retry-after", "").strip()
    try:
        return float(int(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = parsedate_to_datetime(text)
        now = dt.datetime.now(moment.tzinfo or dt.UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
