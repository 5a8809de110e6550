"""The cloud itself: what its APIs do with a call, and what they refuse.

Calls name a resource by type and id and carry properties as the provider sends them. Refusals are
`ApiError`. Each call is one transaction.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from . import computed, errors, network, rules, shapes
from .catalog import ResourceType, load
from .shapes import SHAPES
from .store import Row, Store, without
from .values import Json, Properties

DAY: Final = 86_400.0
UNDELETE_DAYS: Final = 7
"""So long after its deletion a custom role can be had back."""

LOCAL: Final = frozenset(
    {
        "checkIfServiceHasUsageOnDestroy",
        "createIgnoreAlreadyExists",
        "deletionPolicy",
        "deletionProtection",
        "disableDependentServices",
        "disableOnDestroy",
        "forceDestroy",
        "ignoreSafetyChecks",
        "noAutomateDnsZone",
    }
)
"""Inputs that steer the provider and that Google never hears of."""


class Cloud:
    """Resources of any number of projects in one file."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._store = Store(path)
        self._clock = clock

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def create(self, token: str, project: str, properties: Mapping[str, Json]) -> Row:
        """Create a resource, or declare again what may be declared twice.

        Raises ApiError where the id is taken, something it refers to is missing, the API is not
        enabled in `project`, or a value is not accepted.
        """
        shape = SHAPES[token]
        doing = f"Error creating {shape.noun}"
        with self._store.transaction():
            self._require_api(doing, token, project)
            self._refuse(doing, token, project, properties)
            numbered: Properties = {"project": project} | dict(properties)
            if token == shapes.SECRET_VERSION:
                numbered["secret"] = self._by_number(str(numbered.get("secret", "")))
            if "{sequence}" in shape.id:
                numbered["sequence"] = self._next_number(token, numbered)
            resource_id = shapes.identity(token, numbered)
            if resource_id is None:
                raise errors.invalid(doing, "Request contains an invalid argument.")
            key = shapes.cloud_key(resource_id, properties)
            held = self._store.get(token, key)
            if held and held.deleted_at is not None:
                held = self._revive(doing, held)
            elif held and not (shape.upsert or properties.get("createIgnoreAlreadyExists")):
                raise _conflict(doing, token, held)
            sequence = held.sequence if held else self._store.next()
            row = Row(token, key, resource_id, sequence, held.body if held else {}, None)
            return self._put(row, project, properties)

    def read(self, token: str, resource_id: str, properties: Mapping[str, Json]) -> Row | None:
        """The resource as it is now, or None where it is gone.

        `properties` are its last known ones, and may be empty (an import). A deleted role is not
        gone for as long as it can be had back: the provider keeps it, and only notes that it is
        deleted (`resourceGoogleProjectIamCustomRoleRead` of the Terraform provider).
        """
        with self._store.transaction():
            return self._find_or_deleted_role(token, resource_id, properties)

    def look(self, token: str, project: str, properties: Mapping[str, Json]) -> Row:
        """The resource with the id that these properties make up. Raises ApiError without one.

        A deleted role is found, and says so, for as long as it can be had back (reported in the
        Terraform provider's "Allow recreation of recently deleted project and org custom roles").
        """
        doing = f"Error when reading or editing {SHAPES[token].noun}"
        with self._store.transaction():
            self._require_api(doing, token, project)
            if token == shapes.SECRET_VERSION:
                resource_id = self._latest_version(properties)
            else:
                resource_id = shapes.identity(token, properties)
            row = self._find_or_deleted_role(token, resource_id or "", {})
            if row is None:
                raise errors.not_found(doing, str(resource_id))
            return row

    def update(
        self, token: str, resource_id: str, project: str, properties: Mapping[str, Json]
    ) -> Row:
        """Give an existing resource these inputs. Raises ApiError where it is not there."""
        doing = f"Error updating {SHAPES[token].noun} {resource_id!r}"
        with self._store.transaction():
            self._require_api(doing, token, project)
            # The provider has a deleted role back before it changes it.
            row = self._find_or_deleted_role(token, resource_id, properties)
            if row is None:
                raise errors.not_found(doing, resource_id)
            self._refuse(doing, token, project, properties)
            body = without(row.body, frozenset({"deleted"}))
            return self._put(replace(row, body=body, deleted_at=None), project, properties)

    def delete(
        self, token: str, resource_id: str, project: str, properties: Mapping[str, Json]
    ) -> None:
        """Delete a resource; one that is gone already is no error."""
        shape = SHAPES[token]
        with self._store.transaction():
            self._require_api(f"Error deleting {shape.noun} {resource_id!r}", token, project)
            row = self._find(token, resource_id, properties)
            if row is None or shape.kept:
                return
            if token == shapes.SERVICE and not properties.get("disableOnDestroy"):
                return
            if token == shapes.ZONE and self._has_records(row):
                name = row.body["name"]
                message = f"The resource named '{name}' cannot be deleted because it contains one "
                message += "or more 'resource records'."
                raise errors.ApiError(
                    f"Error deleting {shape.noun}", 400, message, "containerNotEmpty"
                )
            if token == shapes.GLOBAL_ADDRESS and self._is_used(resource_id):
                message = f"The global address resource '{resource_id}' is already being used"
                raise errors.ApiError(
                    f"Error deleting {shape.noun}", 400, message, "resourceInUseByAnotherResource"
                )
            if shape.id_taken_days or "{sequence}" in shape.id:
                self._store.put(replace(row, deleted_at=self._clock()))
            else:
                self._store.drop(token, row.key)
            if token == shapes.ACCOUNT:
                self._orphan_bindings(row)

    def policy(self, project: str) -> Properties:
        """The project's IAM policy: its bindings and audit configs.

        Raises ApiError where the API that keeps it is not enabled.
        """
        with self._store.transaction():
            doing = f'Error retrieving IAM policy for project "{project}"'
            self._require_api(doing, shapes.PROJECT_BINDING, project)
            bindings = [
                {
                    "role": row.body["role"],
                    "members": [row.body["member"]],
                    **({"condition": row.body["condition"]} if row.body.get("condition") else {}),
                }
                for row in self._live_in(shapes.PROJECT_BINDING, project)
            ]
            audits = [
                {
                    "service": row.body["service"],
                    "auditLogConfigs": row.body["auditLogConfigs"],
                }
                for row in self._live_in(shapes.AUDIT, project)
            ]
            return {"auditConfigs": audits, "bindings": bindings}

    def _live_in(self, token: str, project: str) -> list[Row]:
        rows = self._store.all(token)
        return [row for row in rows if row.deleted_at is None and row.body["project"] == project]

    def rows(self, token: str | None = None) -> list[Row]:
        """What is there now, of one type or all; what is deleted is left out."""
        with self._store.transaction():
            return [row for row in self._store.all(token) if row.deleted_at is None]

    def change_by_hand(self, token: str, resource_id: str, **properties: Json) -> None:
        """Change a resource behind Pulumi's back. Raises KeyError where it is not there."""
        with self._store.transaction():
            row = self._by_id(token, resource_id)
            self._store.put(replace(row, body=row.body | properties))

    def remove_by_hand(self, token: str, resource_id: str) -> None:
        """Delete a resource behind Pulumi's back; nothing stays of it, not even a taken id.

        Raises KeyError where it is not there.
        """
        with self._store.transaction():
            self._store.drop(token, self._by_id(token, resource_id).key)

    def count(self, name: str) -> int:
        """Count one more of something; 1 for the first."""
        with self._store.transaction():
            return self._store.tally(name, 1)

    def counted(self, name: str) -> int:
        """How many were counted so far."""
        with self._store.transaction():
            return self._store.tally(name, 0)

    def overwrite_policy(self, project: str) -> None:
        """Another team writes the project's IAM policy as a whole: all bindings are gone."""
        with self._store.transaction():
            for row in self._store.all(shapes.PROJECT_BINDING):
                if row.body["project"] == project:
                    self._store.drop(row.type, row.key)

    def let_days_pass(self, days: float) -> None:
        """Make every deletion so many days older."""
        with self._store.transaction():
            for row in self._store.all():
                if row.deleted_at is not None:
                    self._store.put(replace(row, deleted_at=row.deleted_at - days * DAY))

    def _by_id(self, token: str, resource_id: str) -> Row:
        row = self._store.live(token, resource_id)
        if row is None:
            raise KeyError(f"{token} {resource_id}")
        return row

    def _find_or_deleted_role(
        self, token: str, resource_id: str, properties: Mapping[str, Json]
    ) -> Row | None:
        found = self._find(token, resource_id, properties)
        row = None if found or token != shapes.ROLE else self._store.get(token, resource_id)
        if row is None or row.deleted_at is None:
            return found
        age = (self._clock() - row.deleted_at) / DAY
        return replace(row, body=row.body | {"deleted": True}) if age < UNDELETE_DAYS else None

    def _find(self, token: str, resource_id: str, properties: Mapping[str, Json]) -> Row | None:
        if token == shapes.SECRET_VERSION:
            resource_id = self._by_number(resource_id)
        if "condition" not in properties:
            return self._store.live(token, resource_id)
        row = self._store.get(token, shapes.cloud_key(resource_id, properties))
        return row if row and row.deleted_at is None else None

    def _id_of(self, project: str) -> str:
        """The id of a project that is given by its id or by its number."""
        if not project.isdecimal():
            return project
        ids = {str(row.body["project"]) for row in self._store.all(shapes.SERVICE)}
        numbers = {computed.project_number(one): one for one in ids}
        return numbers.get(project, project)

    def _by_id_of_project(self, name: str) -> str:
        """A resource's name with the id of its project, as most names have it."""
        return re.sub(r"^projects/([^/]+)", lambda one: f"projects/{self._id_of(one[1])}", name)

    def _by_number(self, name: str) -> str:
        """A resource's name with the number of its project, as Secret Manager writes it."""
        return re.sub(
            r"^projects/([^/]+)",
            lambda one: f"projects/{computed.project_number(self._id_of(one[1]))}",
            name,
        )

    def _put(self, row: Row, project: str, properties: Mapping[str, Json]) -> Row:
        """Store the row with these inputs: what was computed before stays, unless it changes."""
        kind = _kind(row.type)
        kept = without(row.body, frozenset(kind.inputs) | computed.CHANGING)
        facts = computed.Facts(
            token=row.type,
            id=row.id,
            project=project,
            properties=kept | dict(properties),
            sequence=row.sequence,
            revision=self._store.next(),
            time=datetime.fromtimestamp(self._clock(), UTC).isoformat().replace("+00:00", "Z"),
        )
        stored = replace(row, body=without(computed.outputs(kind, facts), LOCAL))
        self._store.put(stored)
        return stored

    def _require_api(self, doing: str, token: str, project: str) -> None:
        api = SHAPES[token].api
        if api and not self._store.live(shapes.SERVICE, f"{self._id_of(project)}/{api}"):
            raise errors.api_disabled(doing, api, project)

    def _refuse(self, doing: str, token: str, project: str, properties: Mapping[str, Json]) -> None:
        """Everything but the id's own history that makes a write fail."""
        objection = rules.objection(token, properties)
        if objection:
            raise errors.invalid(doing, objection)
        parent = SHAPES[token].parent
        if parent:
            parent_id = shapes.fill(parent[1], {"project": project} | dict(properties)) or ""
            if not self._store.live(parent[0], self._by_id_of_project(parent_id)):
                raise errors.not_found(doing, parent_id)
        if token in shapes.BINDINGS:
            self._refuse_binding(project, properties)
        if token == shapes.ZONE:
            zones = (row.body for row in self._store.all(token) if row.deleted_at is None)
            if taken := network.same_zone(properties, zones):
                raise errors.ApiError(doing, 400, taken, "networkBindingNotAllowed")

    def _refuse_binding(self, project: str, properties: Mapping[str, Json]) -> None:
        doing = f'Error setting IAM policy for project "{project}"'
        role, member = str(properties["role"]), str(properties["member"])
        custom = role.startswith("projects/")
        if custom and not (
            role.startswith(f"projects/{project}/") and self._store.live(shapes.ROLE, role)
        ):
            message = f"Role ({role}) does not exist in the resource's hierarchy."
            raise errors.invalid(doing, message)
        self._refuse_unknown_pool(doing, project, member)
        kind, _, email = member.partition(":")
        domain = f"{shapes.account_domain(project)}.iam.gserviceaccount.com"
        if kind != "serviceAccount" or not email.endswith(f"@{domain}"):
            return
        account = f"projects/{project}/serviceAccounts/{email}"
        if not self._store.live(shapes.ACCOUNT, account):
            raise errors.unknown_account(doing, email)

    def _refuse_unknown_pool(self, doing: str, project: str, member: str) -> None:
        """A federated identity is known by its project's number, and only while its pool is there.

        What pools other projects have is not known here.
        """
        found = re.match(
            r"principal(?:Set)?://iam\.googleapis\.com/"
            r"(?P<pool>projects/(?P<number>[^/]+)/locations/global/workloadIdentityPools/[^/]+)/",
            member,
        )
        if found is None:
            return
        own = computed.project_number(project)
        pool = found["pool"].replace(own, project, 1)
        if not found["number"].isdigit() or (
            found["number"] == own and not self._store.live(shapes.POOL, pool)
        ):
            message = (
                f"Identity Pool does not exist ({found['pool']}). Please check that you specified "
                "a valid resource name as returned in the `name` attribute in the configuration "
                "API."
            )
            raise errors.invalid(doing, message)

    def _latest_version(self, properties: Mapping[str, Json]) -> str | None:
        """The id of a secret's version with the highest number, unless that one is destroyed."""
        prefix = f"{self._by_number(str(properties.get('secret')))}/versions/"
        rows = [r for r in self._store.all(shapes.SECRET_VERSION) if r.id.startswith(prefix)]
        latest = max(rows, key=lambda row: int(row.id.rpartition("/")[2]), default=None)
        return latest.id if latest and latest.deleted_at is None else None

    def _has_records(self, zone: Row) -> bool:
        """Whether somebody's records are in the zone, besides those of the zone itself."""
        records = (row.id for row in self._store.all(shapes.RECORD))
        return any(record.startswith(f"{zone.id}/") for record in records)

    def _is_used(self, address: str) -> bool:
        """Whether a forwarding rule has this address."""
        rules = (row.body for row in self._store.all(shapes.FORWARDING_RULE))
        return any(rule.get("ipAddress") == address for rule in rules)

    def _revive(self, doing: str, row: Row) -> Row | None:
        """The deleted row to have back, None where the id is free again, or an ApiError."""
        age = (self._clock() - (row.deleted_at or 0.0)) / DAY
        if age >= SHAPES[row.type].id_taken_days:
            return None
        if row.type != shapes.ROLE:
            raise errors.exists(doing)
        if age < UNDELETE_DAYS:
            return row
        role = row.id.rsplit("/", 1)[-1]
        raise errors.ApiError(
            doing,
            400,
            # As reported in GitHub issues of Terraform modules for Google Cloud.
            f"You can't create a role_id ({role}) which has been marked for deletion.",
            "failedPrecondition",
        )

    def _next_number(self, token: str, properties: Mapping[str, Json]) -> int:
        """1 for the first resource under its parent, and never a number that was used before."""
        prefix = (shapes.fill(SHAPES[token].id, {**properties, "sequence": "/"}) or "").rstrip("/")
        numbers = [
            int(row.id.rsplit("/", 1)[-1])
            for row in self._store.all(token)
            if row.id.rpartition("/")[0] == prefix
        ]
        return max(numbers, default=0) + 1

    def _orphan_bindings(self, account: Row) -> None:
        """Bindings outlive their account, under a name that no later account can take over."""
        member = shapes.principal(str(account.body["member"]))
        orphan = f"deleted:{member}?uid={account.body['uniqueId']}"
        for token in shapes.BINDINGS:
            for row in self._store.all(token):
                if shapes.principal(str(row.body["member"])) == member:
                    self._store.drop(token, row.key)
                    body = row.body | {"member": orphan}
                    resource_id = row.id.replace(member, orphan)
                    key = shapes.cloud_key(resource_id, body)
                    self._store.put(replace(row, key=key, id=resource_id, body=body))


def _kind(token: str) -> ResourceType:
    return load().resources[token]


def _conflict(doing: str, token: str, row: Row) -> errors.ApiError:
    if token == shapes.ROLE:
        message = f"Custom project role {row.id} already exists and must be imported"
        return errors.ApiError("", 0, message, "alreadyExists")
    if token == shapes.ACCOUNT:
        name = str(row.body["accountId"])
        project = str(row.body["project"])
        return errors.exists(doing, f"Service account {name} within project projects/{project}")
    if token in (shapes.GLOBAL_ADDRESS, shapes.FORWARDING_RULE):
        return errors.exists(doing, f"The resource '{row.id}'")
    if token == shapes.ZONE:
        return errors.exists(doing, f"The resource 'entity.managedZone' named '{row.body['name']}'")
    if token == shapes.RECORD:
        named = f"{row.body['name']} ({row.body['type']})"
        return errors.exists(doing, f"The resource 'entity.change.additions[0]' named '{named}'")
    return errors.exists(doing)
