"""Writes the schema of the package beside the components, as `make reference` does."""

import json
from pathlib import Path
from typing import Final

from components.package.provider import Provider

FILE: Final = Path(__file__).resolve().parents[1] / "schema.json"
"""What `pulumi package get-schema` prints of this folder, to be read and compared."""


def text() -> str:
    """The content of the file."""
    schema = json.loads(Provider().schema or "{}")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
