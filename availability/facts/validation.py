"""Validates what comes from outside as a snapshot, by pydantic.

The bundled snapshots were validated when they were made and have a digest (see `library`): a start
that only reads them never loads pydantic.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, TypeAdapter

from availability.facts.snapshot import Snapshot


def _consistent(snapshot: Snapshot) -> Snapshot:
    snapshot.check()
    return snapshot


_OUTSIDE: TypeAdapter[Snapshot] = TypeAdapter(Annotated[Snapshot, AfterValidator(_consistent)])


def validated(content: str | bytes) -> Snapshot:
    """The snapshot of a JSON text. Raises pydantic.ValidationError with all that is wrong in it."""
    return _OUTSIDE.validate_json(content)


def revalidated(snapshot: Snapshot) -> Snapshot:
    """A snapshot that was put together here, held to all that one from outside is held to.

    Raises pydantic.ValidationError as `validated` does.
    """
    return _OUTSIDE.validate_python(snapshot.document())
