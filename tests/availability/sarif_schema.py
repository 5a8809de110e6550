"""What SARIF 2.1.0 asks of the objects that we write, as a JSON schema.

Written down from the standard (OASIS, Static Analysis Results Interchange Format 2.1.0, section 3):
for each object its properties, the required ones, and the values that they may have. An object that
we do not write has no schema here, so its property may not occur.
"""

from typing import Any


def _object(required: str, optional: str = "", **properties: Any) -> dict[str, Any]:
    """A closed object. What is named without a schema of its own may be any text."""
    names = [*required.split(), *optional.split()]
    return {
        "type": "object",
        "required": required.split(),
        "properties": {name: properties.get(name, {"type": "string"}) for name in names},
        "additionalProperties": False,
    }


# 3.11 message: text is in plain text, and one of text and id is there.
_MESSAGE = _object("text", "markdown id")
# 3.12 multiformatMessageString.
_TEXT = _object("text", "markdown")
# 3.4 artifactLocation: a URI reference (RFC 3986) has no blanks and no brackets.
_ARTIFACT = _object(
    "uri",
    "uriBaseId",
    uri={"type": "string", "pattern": r"^([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-F]{2})+$"},
)
_BASE = _object("", "uri uriBaseId description", description=_TEXT)
_COUNT = {"type": "integer", "minimum": 1}
# 3.30 region: lines and columns are counted from 1.
_REGION = _object(
    "startLine",
    "startColumn endLine endColumn",
    startLine=_COUNT,
    startColumn=_COUNT,
    endLine=_COUNT,
    endColumn=_COUNT,
)
# 3.28 location and 3.29 physicalLocation.
_PHYSICAL = _object("artifactLocation", "region", artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _object("physicalLocation", physicalLocation=_PHYSICAL)
# 3.27 result.
_RESULT = _object(
    "message",
    "ruleId ruleIndex level kind locations",
    message=_MESSAGE,
    level={"enum": ["none", "note", "warning", "error"]},
    kind={"enum": ["notApplicable", "pass", "fail", "review", "open", "informational"]},
    ruleIndex={"type": "integer", "minimum": -1},
    locations={"type": "array", "items": _LOCATION},
)
# 3.49 reportingDescriptor: a rule.
_RULE = _object(
    "id", "name shortDescription fullDescription", shortDescription=_TEXT, fullDescription=_TEXT
)
# 3.19 toolComponent and 3.18 tool.
_DRIVER = _object(
    "name",
    "version semanticVersion informationUri rules",
    rules={"type": "array", "items": _RULE, "uniqueItems": True},
)
_TOOL = _object("driver", driver=_DRIVER)
# 3.14 run.
_RUN = _object(
    "tool",
    "results columnKind originalUriBaseIds",
    tool=_TOOL,
    results={"type": "array", "items": _RESULT},
    # 3.14.14: the names of base URIs, which are relative references then; 3.4.4 of what they name.
    originalUriBaseIds={"type": "object", "additionalProperties": _BASE},
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
)
# 3.13 sarifLog.
SARIF: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        "version runs",
        "$schema",
        version={"enum": ["2.1.0"]},
        runs={"type": "array", "items": _RUN},
    ),
}
