"""Reads what `pulumi preview --json` prints."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import Field

from availability.check.documents import Document, read_document, validated
from availability.check.findings import UNKNOWN_RULE, Finding
from availability.check.resources import Read, Resource
from availability.check.values import UNKNOWN, Sensitive, Unknown
from availability.input.errors import BadInput, Problem
from availability.input.printed import cut

MADE_BY = "pulumi preview --json"

_SECRET = "[secret]"  # noqa: S105
"""What stands in the place of a secret."""
UNKNOWN_VALUES = frozenset(
    (
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # a text
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a truth
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # a map
    )
)
"""What stands in the place of what is not known (pulumi/pulumi, `resource/plugin/rpc.go`)."""
_GONE = frozenset(
    ("delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace")
)
"""The operations after which a resource is not there, or not of this stack."""
_OF_OTHERS = frozenset(("read", "read-replacement", "refresh"))
"""The operations on resources that the stack does not manage."""
_PROVIDER = "pulumi:providers:"
_STACK = "pulumi:pulumi:Stack"


class _State(Document):
    type: str
    custom: bool = False
    inputs: dict[str, object] | None = None
    provider: str = ""
    property_dependencies: dict[str, list[str] | None] | None = Field(
        None, alias="propertyDependencies"
    )
    source_position: str = Field("", alias="sourcePosition")


class _Step(Document):
    op: str
    urn: str
    new_state: _State | None = Field(None, alias="newState")


class _Diagnostic(Document):
    message: str = ""
    severity: str = ""


class _Preview(Document):
    config: dict[str, object] | None = None
    steps: list[_Step] | None = None
    diagnostics: list[_Diagnostic] | None = None
    changes: dict[str, int] | None = Field(None, alias="changeSummary")


def read_preview(name: str) -> Read:
    """The resources that will be there after the update that a file previews.

    Raises BadInput for what is no such file, and for a preview that failed, which is not whole.
    """
    return preview_of(read_document(name, MADE_BY), name)


def preview_of(document: Mapping[str, object], name: str) -> Read:
    """The same of a document that was read; `name` is that of its file. Raises BadInput."""
    preview = validated(_Preview, document, name, MADE_BY)
    failed = [one.message for one in preview.diagnostics or () if one.severity == "error"]
    if failed:
        why = cut(" ".join(failed[0].split()), 200)
        message = f"the preview failed, so that it does not have all resources: {why}"
        raise BadInput([Problem(name, message)])
    if preview.steps is None and preview.changes is None:
        message = f"has neither steps nor a changeSummary: expected what `{MADE_BY}` prints"
        raise BadInput([Problem(name, message)])
    steps = [step for step in preview.steps or () if step.op not in _GONE]
    states = {step.urn: step.new_state for step in steps if step.new_state is not None}
    config = preview.config or {}
    resources = tuple(
        _resource(urn, state, states, config)
        for urn, state in states.items()
        if state.custom and not state.type.startswith(_PROVIDER)
    )
    others = {step.urn for step in steps if step.op in _OF_OTHERS}
    return Read(
        tuple(resource for resource in resources if resource.address not in others),
        _left_out(preview),
    )


def _left_out(preview: _Preview) -> tuple[Finding, ...]:
    """That resources which stay as they are stand in the file only if they were asked for."""
    steps = preview.steps or ()
    listed = sum(step.op == "same" for step in steps)
    left = (preview.changes or {}).get("same", 0) - listed
    if left <= 0:
        return ()
    stack = next((step.urn for step in steps if step.urn.split("::")[2:3] == [_STACK]), "")
    noun = "resource is" if left == 1 else "resources are"
    text = f"{left} {noun} not in the file, because nothing changes"
    return (Finding(stack, _STACK, UNKNOWN_RULE, text, f"{MADE_BY} --show-sames has all"),)


def _resource(
    urn: str, state: _State, states: Mapping[str, _State], config: Mapping[str, object]
) -> Resource:
    dependencies = (state.property_dependencies or {}).values()
    return Resource(
        address=urn,
        type=state.type,
        inputs={key: _value(value) for key, value in (state.inputs or {}).items()},
        referred_as=urn,
        references=frozenset(one for several in dependencies for one in several or ()),
        provider_region=_region(state.provider, states, config),
        written_at=_written_at(state.source_position),
    )


def _region(
    provider: str, states: Mapping[str, _State], config: Mapping[str, object]
) -> str | Unknown:
    """The region of a provider; the default one has that of the stack's configuration."""
    urn = provider.rpartition("::")[0]
    if not urn:
        return UNKNOWN
    known: object = None
    if urn.rpartition("::")[2].startswith("default"):
        known = config.get("gcp:region")
    elif (state := states.get(urn)) is not None:
        known = (state.inputs or {}).get("region")
    usable = isinstance(known, str) and known != _SECRET and known not in UNKNOWN_VALUES
    return known if usable and isinstance(known, str) else UNKNOWN


def _value(value: object) -> object:
    match value:
        case str() if value == _SECRET:
            return Sensitive(UNKNOWN)
        case str() if value in UNKNOWN_VALUES:
            return UNKNOWN
        case Mapping():
            items = cast("Mapping[str, object]", value).items()
            return {key: _value(inner) for key, inner in items}
        case list():
            return [_value(item) for item in cast("Sequence[object]", value)]
        case _:
            return value


def _written_at(position: str) -> tuple[str, int] | None:
    """The file within the project and its line; None for one that lies elsewhere."""
    found = re.fullmatch(r"project:///(?P<file>[^#]+)#(?P<line>\d+)(?:,\d+)?", position)
    if found is None or ".." in found["file"].split("/"):
        return None
    return found["file"], int(found["line"])
