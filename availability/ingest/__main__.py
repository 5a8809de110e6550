"""`python -m availability.ingest`: makes every snapshot.json again and shows what changes."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from availability.facts.library import DIGEST, digest
from availability.ingest import folder as folders
from availability.ingest.canonical import to_canonical_json
from availability.input import shell
from availability.input.calls import module_call

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def main(argv: list[str] | None = None) -> int:
    """Writes the snapshots; with ``--check`` only tells whether they differ (exit status 1)."""
    parser = argparse.ArgumentParser(
        prog=shell.join(module_call("availability.ingest")), description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(argv)
    stale = False
    for folder in sorted(path for path in SNAPSHOTS.iterdir() if path.is_dir()):
        target = folder / "snapshot.json"
        old = target.read_text(encoding="utf-8") if target.exists() else ""
        new = to_canonical_json(folders.build(folder))
        sys.stdout.writelines(
            difflib.unified_diff(
                old.splitlines(keepends=True),
                new.splitlines(keepends=True),
                f"{folder.name}/snapshot.json",
                f"{folder.name}/snapshot.json, made again",
            )
        )
        sums = target.with_suffix(DIGEST)
        known = sums.read_text(encoding="utf-8") if sums.exists() else ""
        stale |= old != new or known != digest(new.encode())
        if not options.check:
            target.write_text(new, encoding="utf-8")
            sums.write_text(digest(new.encode()), encoding="utf-8")
    return int(options.check and stale)


if __name__ == "__main__":
    sys.exit(main())
