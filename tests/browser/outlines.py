"""Makes the outlines of countries again, as `availability/report/html/countries.md` says."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from availability.report.html.outlines import OUTLINES, countries, packed
from tests.browser.node import install

PACKAGE = "world-atlas@2.0.2"


def main() -> None:
    """Writes the file."""
    with TemporaryDirectory() as folder:
        install(Path(folder), PACKAGE)
        source = Path(folder) / "node_modules" / "world-atlas" / "countries-110m.json"
        topology = json.loads(source.read_text(encoding="utf-8"))
    OUTLINES.write_text(packed(countries(topology)), encoding="utf-8")


if __name__ == "__main__":
    main()
