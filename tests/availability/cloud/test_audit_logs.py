"""Audit logs: what a stack asks for, and what of a project's settings would go by it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.cloud.audit_logs import (
    LOG_TYPES,
    SERVICE,
    AuditLogs,
    Settings,
    lost,
    read_audit_logs,
    settings_in,
    warning,
)
from availability.input.errors import BadInput

OPS, DEV = "group:ops@acme.example", "user:dev@acme.example"


def policy(*configs: tuple[str, dict[str, list[str]]]) -> str:
    """A project's IAM policy with (service, type of logs -> exempted members)."""
    return json.dumps(
        {
            "bindings": [{"role": "roles/viewer", "members": [DEV]}],
            "auditConfigs": [
                {
                    "service": service,
                    "auditLogConfigs": [
                        {"logType": name, **({"exemptedMembers": members} if members else {})}
                        for name, members in types.items()
                    ],
                }
                for service, types in configs
            ],
        }
    )


@pytest.mark.parametrize("value", [True, "true", " True ", {}])
def test_everything_is_logged_where_nothing_else_is_said(value: object):
    assert read_audit_logs(value) == AuditLogs(LOG_TYPES, ())


@pytest.mark.parametrize("value", [False, "false"])
def test_nothing_is_set_where_the_key_is_off(value: object):
    assert read_audit_logs(value) is None


def test_types_and_exempted_members_are_read_each_once_and_in_order():
    value = {"logTypes": "data-write, ADMIN_READ,DATA_WRITE", "exemptedMembers": [OPS, DEV, OPS]}
    assert read_audit_logs(value) == AuditLogs(("ADMIN_READ", "DATA_WRITE"), (OPS, DEV))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("yes", ""),
        (3, ""),
        (None, ""),
        ([], ""),
        ({"logTypes": []}, ".logTypes"),
        ({"logTypes": 3}, ".logTypes"),
        ({"logTypes": ["DATA_READ", "DATA_REED"]}, ".logTypes[1]"),
        ({"logTypes": "ADMIN_WRITE"}, ".logTypes"),
        ({"exemptedMembers": "allUsers"}, ".exemptedMembers"),
        ({"exemptedMembers": ["federation"]}, ".exemptedMembers[0]"),
        ({"logtypes": ["DATA_READ"]}, ".logtypes"),
    ],
)
def test_what_is_no_audit_log_is_refused(value: object, path: str):
    with pytest.raises(BadInput) as raised:
        read_audit_logs(value)
    assert [one.path for one in raised.value.problems] == [path]


def test_only_settings_of_vertex_ai_by_name_are_replaced():
    text = policy(("allServices", {"DATA_READ": [OPS]}), ("storage.googleapis.com", {"X": []}))
    assert settings_in(text) == {}
    assert settings_in(policy((SERVICE, {"DATA_READ": [OPS]}))) == {"DATA_READ": frozenset({OPS})}
    assert settings_in("{}") == {}


@pytest.mark.parametrize("text", ["", "[]", "3", "not json"])
def test_what_is_no_policy_is_an_error(text: str):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own, or ours
        settings_in(text)


NOBODY = frozenset[str]()
CHANGES: list[tuple[Settings, AuditLogs, tuple[str, ...]]] = [
    ({}, AuditLogs(), ()),
    ({"DATA_READ": NOBODY}, AuditLogs(), ()),
    (
        {"DATA_WRITE": NOBODY},
        AuditLogs(("DATA_READ",)),
        ("DATA_WRITE would not be logged any more",),
    ),
    (
        {"DATA_READ": frozenset({OPS, DEV})},
        AuditLogs(("DATA_READ",), (DEV,)),
        (f"DATA_READ would be logged of {OPS}, too",),
    ),
    (
        {"DATA_READ": NOBODY},
        AuditLogs(("DATA_READ",), (DEV,)),
        (f"DATA_READ would not be logged of {DEV} any more",),
    ),
]


@pytest.mark.parametrize(("before", "wanted", "says"), CHANGES)
def test_what_would_go_is_said(before: Settings, wanted: AuditLogs, says: tuple[str, ...]):
    assert lost(before, wanted) == says
    assert bool(warning(before, wanted)) == bool(says)


TYPES = st.dictionaries(
    st.sampled_from(LOG_TYPES), st.frozensets(st.sampled_from([OPS, DEV])), max_size=3
)


@given(
    TYPES, st.lists(st.sampled_from(LOG_TYPES), min_size=1), st.sets(st.sampled_from([OPS, DEV]))
)
def test_silence_means_that_nothing_is_logged_less_and_nobody_more(
    before: dict[str, frozenset[str]], types: list[str], exempted: set[str]
):
    wanted = AuditLogs(tuple(sorted(set(types))), tuple(sorted(exempted)))
    if before and not lost(before, wanted):
        for name, members in before.items():
            assert name in wanted.log_types
            assert members == exempted


DISABLED = (
    "Cloud Resource Manager API has not been used in project acme before or it is disabled. Enable "
    "it by visiting https://console.developers.google.com/apis/api/"
    "cloudresourcemanager.googleapis.com/overview?project=acme SERVICE_DISABLED"
)


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (DISABLED, "cloudresourcemanager.googleapis.com is not active yet"),
        ("Error 403: The caller does not have permission, forbidden", "permission resourcemanager"),
        ("something else", "something else"),
    ],
)
def test_settings_that_could_not_be_read_are_called_unknown(why: str, said: str):
    [found] = warning(None, AuditLogs(), why)
    assert "unknown" in found.text
    assert said in found.text
    assert "resourcemanager.projects.getIamPolicy" in found.text


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("DATA_READ", ("{logTypes: [DATA_READ]}",)),
        ("data-read, ADMIN_READ", ("{logTypes: [DATA_READ, ADMIN_READ]}",)),
        ("yes", ("true",)),
        ("some", ()),
        (3, ()),
        ("", ()),
    ],
)
def test_a_value_that_says_something_else_is_answered_with_what_it_says(
    value: object, meant: tuple[str, ...]
) -> None:
    with pytest.raises(BadInput) as error:
        read_audit_logs(value)
    [problem] = error.value.problems
    assert problem.suggestions == meant
