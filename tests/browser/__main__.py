"""Opens pages of `report` in Chromium: no request, no finding of axe, all of it by keyboard.

Run it by `make browser`, or with a folder for the screenshots. Chromium is this machine's own
(Debian: `apt-get install chromium`); playwright-core and axe-core come from npm.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from availability.report.html.page import page
from tests.availability.report.html.pages import report_of, stack_text
from tests.browser.node import NODE, install

_PACKAGES = ("playwright-core@1.65", "axe-core@4.14")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_REFUSED = """
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: {within: eu, guarantee: ml-processing}
  vertex-residency:deployments:
    chat: {model: gemini-3.8-flash, residency: de}
    old: {model: gemini-1.5-flash-002}
    typo: {model: gemini-3.8-flahs}
    with-quite-a-long-name-of-its-own-0123456:
      model: gemini-3.5-flash
      needs: [context-caching, batch-prediction, function-calling]
      residency: {within: any, excluding: [us, gb, europe-west9]}
      accept: [{warning: endpoint-guarantee, until: 2027-06-01, reason: Ada knows}]
"""
_BROKEN = "config:\n  gcp:project: acme-prod\n  vertex-residency:residency: Germany\n"


def _browser() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        sys.exit(f"no browser is here: install one of {', '.join(_BROWSERS)}")
    return found


def _pages(folder: Path) -> list[str]:
    """Pages of one, ten and a hundred deployments, and one with all that can go wrong."""
    stacks = {str(count): {"prod": stack_text(count)} for count in (1, 10, 100)}
    stacks["refused"] = {"prod": _REFUSED, "dev": stack_text(4), "broken": _BROKEN}
    paths: list[str] = []
    for name, texts in stacks.items():
        path = folder / f"{name}.html"
        path.write_text(page(report_of(folder, **texts)), encoding="utf-8")
        paths.append(str(path))
    return paths


def main() -> int:
    """Checks the pages and prints what is wrong. Returns the exit status."""
    chromium = _browser()
    with TemporaryDirectory() as name:
        folder = Path(name)
        shots = Path(sys.argv[1]) if len(sys.argv) > 1 else folder
        shots.mkdir(parents=True, exist_ok=True)
        environment = install(folder, *_PACKAGES)
        script = shutil.copy(Path(__file__).with_name("check.mjs"), folder)
        given = {"chromium": chromium, "pages": _pages(folder), "shots": str(shots)}
        command = [NODE, script, json.dumps(given)]
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
