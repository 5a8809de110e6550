"""The cloud's memory: one SQLite file, shared by every emulator process that a run starts."""

import json
import sqlite3
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .values import Json, Properties

_TABLES = """
create table if not exists resource (
  type text not null,
  key text not null,
  id text not null,
  sequence integer not null,
  body text not null,
  deleted_at real,
  primary key (type, key)
);
create table if not exists counter (value integer not null);
insert into counter select 0 where not exists (select 1 from counter);
create table if not exists tally (name text primary key, value integer not null);
"""


@dataclass(frozen=True)
class Row:
    """One resource as it is stored; `body` holds its outputs without what only Pulumi knows."""

    type: str
    key: str
    id: str
    sequence: int
    body: Properties
    deleted_at: float | None
    """Seconds since the epoch, for what is deleted and still holds its id."""


class Store:
    """Rows by (type, key). Every access happens inside `transaction()`.

    The engine calls in parallel and starts a process for each provider instance, so a transaction
    takes both a lock within the process and the file's write lock before it reads.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        with self.transaction():
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Generator[None]:
        """All or nothing: an exception inside undoes everything."""
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def next(self) -> int:
        """The counter, one further."""
        row = self._db.execute("update counter set value = value + 1 returning value").fetchall()
        return int(row[0][0])

    def tally(self, name: str, step: int) -> int:
        """How often something was counted, after counting it `step` times more."""
        row = self._db.execute(
            "insert into tally values (?, ?) on conflict do update set value = value + ? "
            "returning value",
            (name, step, step),
        ).fetchall()
        return int(row[0][0])

    def get(self, token: str, key: str) -> Row | None:
        """The row of a type with this key, deleted or not."""
        return next(self._rows("type = ? and key = ?", token, key), None)

    def live(self, token: str, resource_id: str) -> Row | None:
        """A row of a type with this id that is not deleted."""
        return next(
            self._rows("type = ? and id = ? and deleted_at is null", token, resource_id), None
        )

    def all(self, token: str | None = None) -> list[Row]:
        """All rows, or those of one type, deleted ones included, oldest first."""
        return list(self._rows("type = ?", token) if token else self._rows("true"))

    def put(self, row: Row) -> None:
        """Insert the row, or replace the one with its type and key."""
        self._db.execute(
            "insert or replace into resource values (?, ?, ?, ?, ?, ?)",
            (row.type, row.key, row.id, row.sequence, json.dumps(row.body), row.deleted_at),
        )

    def drop(self, token: str, key: str) -> None:
        """Forget the row."""
        self._db.execute("delete from resource where type = ? and key = ?", (token, key))

    def _rows(self, where: str, *values: object) -> Iterator[Row]:
        found = self._db.execute(
            "select type, key, id, sequence, body, deleted_at from resource "  # noqa: S608
            f"where {where} order by sequence",
            values,
        ).fetchall()
        for token, key, resource_id, sequence, body, deleted_at in found:
            yield Row(token, key, resource_id, sequence, json.loads(body), deleted_at)


def without(properties: Mapping[str, Json], names: frozenset[str]) -> Properties:
    """A copy without the named properties."""
    return {key: value for key, value in properties.items() if key not in names}
