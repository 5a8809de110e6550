"""Fetches the pages of Google's documentation that hold facts: all of them, or none."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable

from availability.ingest.addresses import ROOT, links, url_of
from availability.ingest.download import HTML, LIMITS, Download, Found, Limits, bad, base_address
from availability.ingest.known_pages import FACTS, INDEX, NAVIGATION, UNLINKED, linked
from availability.ingest.page_files import PageFile


def fetch_pages(
    url: str | None,
    date: dt.date,
    progress: Callable[[str], None],
    limits: Limits = LIMITS,
) -> tuple[PageFile, ...]:
    """The pages that hold facts, fetched as ``PATH.md.txt``, sorted by path, all with that date.

    ``url`` is the address below which they lie, by default Google's. Links to Google's
    documentation are followed there; the pages' own addresses stay Google's. Fetched are the pages
    that `known_pages` names, and the cards that links lead to from them, and from the side bar of
    an index page's HTML form where the server has that.

    A page that is not there (404, 410) is left out and told, as a directory may lack it, too:
    Google's pages link to cards that were taken down. A page that has moved is known by its new
    place. But each index page has to be where it always was, and so have half of the cards that
    they link to.

    ``progress`` is called with short lines, such as ``12 of 104 pages``.

    Raises BadInput, with the address and what happened there, for everything else that goes wrong,
    and where a limit is reached. Proxies are those of the environment, as httpx reads them.
    """
    base = base_address(ROOT if url is None else url)
    return asyncio.run(_Fetch(Download(base, limits), date, progress, limits).run())


class _Fetch:
    """One run: what it asks for, and what it has got."""

    def __init__(
        self,
        download: Download,
        date: dt.date,
        progress: Callable[[str], None],
        limits: Limits,
    ) -> None:
        self.download = download
        self.date = date
        self.progress = progress
        self.limits = limits
        self.waiting: deque[str] = deque(INDEX)
        self.wanted = {*INDEX}
        """All that was or will be asked for."""
        self.guesses: set[str] = set()
        """What no page links to in the documentation: it is no news where nothing is there."""
        self.pages: dict[str, PageFile] = {}

    async def run(self) -> tuple[PageFile, ...]:
        try:
            async with asyncio.timeout(self.limits.all), self.download:
                await self._index()
                await self._rest()
        except TimeoutError as error:
            message = (
                f"not all pages came within {self.limits.all:g} s: "
                f"{len(self.pages)} of {len(self.wanted)} did"
            )
            raise bad(self.download.asked, message) from error
        return tuple(self.pages[path] for path in sorted(self.pages))

    async def _index(self) -> None:
        for _ in INDEX:
            path = self.waiting.popleft()
            await self._page(path)
            if path not in self.pages:
                message = "is not there, or has moved: without it, models would seem to be gone"
                raise bad(self.download.address(path), message)

    async def _rest(self) -> None:
        listed = self.wanted - self.guesses - {*INDEX}
        await self._navigation()
        self._want(FACTS)
        self._want(UNLINKED)
        while self.waiting:
            await self._page(self.waiting.popleft())
        # A server that sends each request to one and the same page has none of them, either.
        gone = sorted(listed - self.pages.keys())
        if 2 * len(gone) > len(listed):
            message = (
                f"{len(gone)} of the {len(listed)} cards that index pages link to are not there, "
                f"or have moved: {gone[0]} is one of them"
            )
            raise bad(self.download.base, message)

    async def _navigation(self) -> None:
        """Puts on the list what the side bar of the documentation links to."""
        found = await self.download.get(NAVIGATION, HTML)
        if found:
            self._follow(found)
        else:
            address = self.download.address(NAVIGATION, HTML)
            self.progress(f"no side bar at {address}: cards are found by links in pages alone")

    async def _page(self, path: str) -> None:
        """Fetches a page, and puts what it links to on the list."""
        # Another page may have moved here.
        if path not in self.pages:
            if found := await self.download.get(path):
                url = url_of(found.path)
                page = PageFile(found.path, url, found.content, found.address, self.date)
                self.pages[found.path] = page
                self._follow(found)
            elif path not in self.guesses:
                self.progress(f"no page at {self.download.address(path)}")
        self.progress(f"{len(self.wanted) - len(self.waiting)} of {len(self.wanted)} pages")

    def _follow(self, found: Found) -> None:
        """Puts on the list what a page links to."""
        # Whoever reads the page checks its encoding: addresses have nothing but ASCII.
        written = dict.fromkeys(links(found.content.decode("utf-8", "replace")))
        if len(written) > self.limits.links:
            raise bad(found.address, f"has more than {self.limits.links:,} links")
        leads_to = linked(written, found.path)
        self.guesses |= {*leads_to.guesses} - self.wanted
        self.guesses -= {*leads_to.cards}
        self._want(leads_to.cards)
        self._want(leads_to.guesses)

    def _want(self, paths: Iterable[str]) -> None:
        """Puts pages on the list that are not yet on it."""
        for path in paths:
            if path not in self.wanted:
                self.wanted.add(path)
                self.waiting.append(path)
        if len(self.wanted) > self.limits.pages:
            raise bad(self.download.asked, f"links lead to more than {self.limits.pages} pages")
