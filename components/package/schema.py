"""The schema of the package: what Pulumi's analyzer finds in the components, made fit to print.

The analyzer keeps the names of Python classes and the line breaks of docstrings, and describes no
package. SDKs add `Args` to a type's name themselves.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, cast

from availability.input.errors import NAMESPACE

PACKAGE: Final = NAMESPACE
"""Its name, which the tokens of its types begin with."""
PUBLISHER: Final = "placement"
"""Its namespace. SDKs are called by both: `@placement/vertex-residency`. No word is in both."""
_DESCRIPTION: Final = (
    "Places generative-AI models on Vertex AI only where they are served and where data residency "
    "allows."
)
_GO: Final = {
    "importBasePath": "example.com/pulumi-vertex-residency/sdk/go/vertexresidency",
    "rootPackageName": "vertexresidency",
}
"""Where Go has the SDK: programs get it by `pulumi package add`, and never from that address."""
_TYPE_SUFFIX = re.compile(rf"({re.escape(PACKAGE)}:index:\w+?)Args\b")


def polished(schema: str) -> str:
    """The schema of the analyzer with all that a package has to say, as JSON."""
    found = cast("dict[str, Any]", json.loads(_TYPE_SUFFIX.sub(r"\1", schema)))
    languages = cast("dict[str, dict[str, object]]", found["language"])
    found |= {
        "displayName": "Vertex Residency",
        "description": _DESCRIPTION,
        "keywords": ["pulumi", "category/cloud", "kind/component", "vertex-ai", "data-residency"],
        "license": "Apache-2.0",
        "language": {**languages, "go": {**languages["go"], **_GO}},
    }
    return json.dumps(_tidy(found))


def _tidy(value: Any) -> Any:
    """Without what says nothing, with each description on one line, and fit for every language."""
    if isinstance(value, list):
        return [_tidy(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    tidy = {
        key: _tidy(inner)
        for key, inner in cast("dict[str, Any]", value).items()
        if inner not in (None, [], {})
    }
    if isinstance(text := tidy.get("description"), str):
        tidy["description"] = " ".join(text.split())
    for key in ("items", "additionalProperties"):
        if isinstance(tidy.get(key), dict):
            within = cast("dict[str, Any]", tidy[key])
            within.pop("description", None)  # that of the whole, once more
            if key == "items" and "$ref" in within:
                # SDKs in Go name a type for plain items that they don't define.
                within.pop("plain", None)
    return tidy
