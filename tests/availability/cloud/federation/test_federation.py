"""Federations: what is read, what is refused because it would let in strangers, and the quoting."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.cloud.federation import conditions
from availability.cloud.federation.cel import NotUnderstood, parse
from availability.cloud.federation.keys import read_federation
from availability.cloud.federation.sources import (
    GITHUB_ISSUER,
    GitHub,
    Oidc,
    by_name,
    federation_of,
    shared_issuer,
)
from availability.input.errors import BadInput

OIDC = {
    "issuer": "https://tokens.acme.example",
    "condition": "assertion.team == 'search'",
    "principal": "subject/batch",
}


def mistakes(value: object) -> dict[str, str]:
    """Path -> message of each mistake."""
    with pytest.raises(BadInput) as raised:
        read_federation(value)
    return {one.path: one.message for one in raised.value.problems}


def oidc(**keys: object) -> dict[str, object]:
    return {"oidc": {key: value for key, value in {**OIDC, **keys}.items() if value is not None}}


@pytest.mark.parametrize("value", ["github", "acme/chat", ["github"]])
def test_what_is_no_map_is_answered_with_one(value: object):
    assert "like {github: {repository: OWNER/NAME}}" in mistakes(value)[""]


def test_a_repository_is_pinned_and_mapped():
    found = federation_of(read_federation({"github": {"repository": "acme/chat"}}))
    assert found.issuer == GITHUB_ISSUER
    assert found.condition == "assertion.repository == 'acme/chat'"
    assert dict(found.mapping) == {
        "google.subject": "assertion.sub",
        "attribute.repository": "assertion.repository",
    }
    pool = "projects/1/locations/global/workloadIdentityPools/p"
    member = f"principalSet://iam.googleapis.com/{pool}/attribute.repository/acme/chat"
    assert found.member(pool) == member


def test_everything_that_is_given_is_part_of_the_condition():
    keys = {
        "repository": "acme/chat",
        "ownerId": 1342004,
        "repositoryId": "20300177",
        "branch": "release/1.0",
        "environment": "Prod EU",
    }
    found = federation_of(read_federation({"github": keys}))
    assert found.condition == (
        "assertion.repository == 'acme/chat' && assertion.repository_owner_id == '1342004' && "
        "assertion.repository_id == '20300177' && assertion.ref == 'refs/heads/release/1.0' && "
        "assertion.environment == 'Prod EU'"
    )
    named = {name.removeprefix("attribute.") for name, _ in found.mapping}
    assert named == {
        "google.subject", "repository", "repository_owner_id", "repository_id", "ref", "environment"
    }  # fmt: skip


SHORT_SUBJECT = "assertion.repository_id + '/' + assertion.run_id"


@pytest.mark.parametrize(
    ("keys", "subject"),
    [
        ({"branch": "b" * 75}, "assertion.sub"),
        ({"branch": "b" * 76}, SHORT_SUBJECT),
        ({"ref": f"refs/tags/{'t' * 80}"}, SHORT_SUBJECT),
        ({"environment": "e" * 78}, "assertion.sub"),
        ({"environment": "e" * 79}, SHORT_SUBJECT),
        ({"environment": "\u00fc" * 40}, SHORT_SUBJECT),
        ({"environment": ":" * 27}, SHORT_SUBJECT),
        # A job with an environment has no branch in its subject.
        ({"branch": "b" * 90, "environment": "prod"}, "assertion.sub"),
        ({"repository": f"acme/{'n' * 100}"}, SHORT_SUBJECT),
        ({"repository": f"acme/{'n' * 78}", "ownerId": 7, "repositoryId": 8}, "assertion.sub"),
        ({"repository": f"acme/{'n' * 100}", "branch": "b"}, SHORT_SUBJECT),
    ],
)
def test_a_subject_that_google_might_refuse_is_mapped_to_a_short_one(
    keys: Mapping[str, object], subject: str
):
    """With room for the numbers in GitHub's newer subjects: `repo:OWNER@ID/NAME@ID:…`."""
    found = federation_of(read_federation({"github": {"repository": "acme/chat", **keys}}))
    assert dict(found.mapping)["google.subject"] == subject


def test_only_a_repository_without_a_number_is_warned_about():
    assert [one.id for one in by_name(GitHub("acme/chat"))] == ["federation-by-name"]
    assert by_name(GitHub("acme/chat", owner_id="1")) == ()
    assert by_name(Oidc("https://a.example", "x", "subject/y")) == ()


@pytest.mark.parametrize(
    "repository",
    [
        "acme", "acme/", "/chat", "acme/chat/x", "acme/*", "*/*", "*", "acme/..", "acme/.",
        "acme/chat' || true || '", "acme/chat\\", 'acme/chat"', "acme /chat", "", "https://x/y", 7,
        "acme/chat\n",
        ["acme/chat"],
    ],
)  # fmt: skip
def test_a_repository_is_one_repository(repository: object):
    if repository == "acme/chat\n":  # a trailing line end is no part of a name
        assert read_federation({"github": {"repository": repository}}) == GitHub("acme/chat")
        return
    assert list(mistakes({"github": {"repository": repository}})) == [".github.repository"]


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ({"ownerId": "acme"}, ".github.ownerId"),
        ({"ownerId": True}, ".github.ownerId"),
        ({"repositoryId": "0"}, ".github.repositoryId"),
        ({"branch": "*"}, ".github.branch"),
        ({"branch": ""}, ".github.branch"),
        ({"ref": "main"}, ".github.ref"),
        ({"ref": "refs/heads/*"}, ".github.ref"),
        ({"ref": "refs/pull/1/merge"}, ".github.ref"),
        ({"branch": "a", "ref": "refs/heads/b"}, ".github.branch"),
        ({"environment": "*"}, ".github.environment"),
        ({"environment": ""}, ".github.environment"),
        ({"ownerId": ""}, ".github.ownerId"),
        ({"environment": 7}, None),
        ({"repo": "acme/chat"}, ".github.repo"),
    ],
)
def test_the_other_keys_of_a_repository_are_checked(keys: Mapping[str, object], path: str | None):
    value = {"github": {"repository": "acme/chat", **keys}}
    if path is None:
        read_federation(value)
    else:
        assert list(mistakes(value)) == [path]


@pytest.mark.parametrize(
    "value",
    [{}, [], "github", True, 3, {"github": {}, "oidc": {}}, {"github": None}, {"gitlab": {}}],
)
def test_a_federation_has_one_source(value: object):
    assert mistakes(value)


def test_all_mistakes_of_a_federation_are_named_together():
    value = {"oidc": {"issuer": "http://a.example", "principal": "*", "audience": "x"}}
    assert set(mistakes(value)) == {
        ".oidc.issuer", ".oidc.principal", ".oidc.condition", ".oidc.audience"
    }  # fmt: skip


@pytest.mark.parametrize(
    "issuer",
    ["http://a.example", "https://a.example?x", "https://a.example#x", "https://u@a.example", "a",
     "https://", "https://A.example", GITHUB_ISSUER, GITHUB_ISSUER + "/", 3],
)  # fmt: skip
def test_an_issuer_is_a_plain_https_url_that_is_not_githubs(issuer: object):
    assert list(mistakes(oidc(issuer=issuer))) == [".oidc.issuer"]


OPEN = [
    "true", "'x' == 'x'", "1==1", "1", "", " ", "!false", "assertion.sub == assertion.sub",
    "assertion.sub != 'x'", "!(assertion.sub == 'x')", "assertion.team == 'a' || true",
    "true || assertion.team == 'a'", "assertion.team == 'a' || assertion.team != 'a'",
    "assertion.team == 'a' ? true : true", "has(assertion.sub)", "assertion.sub.size() > 0",
    "assertion.sub.matches('^.{12,}$')", "assertion.sub.matches('.{12}')",
    "assertion.sub.matches('\\\\w{3}')", "assertion.sub.matches('e|i')",
    "assertion.sub.matches('^[^a]{11}')", "assertion.sub.matches('(?i)^[A-Y]{2}')",
    "assertion.sub.matches('^repo:acme|x')", "assertion.sub.matches('repo:acme')",
    "assertion.sub.matches('^rep*')", "assertion.sub.matches('\\x2e+')",
    "assertion['\\x69ss'] == 'https://tokens.acme.example'",
    "assertion['i\\u0073s'] == 'https://tokens.acme.example'",
    "assertion.sub.contains('a')", "assertion.sub.contains('repo:acme')",
    "assertion.sub.startsWith('s')", "assertion.sub.endsWith(':')",
    "assertion.sub != ''", "assertion.sub == ''", "assertion.sub.startsWith('')",
    "assertion.sub.contains('')", "assertion.sub.matches('.*')", "assertion.sub.matches('')",
    "assertion.sub.matches('^.+$')", "assertion.sub.matches('[a-z0-9]')",
    "assertion.iss == 'https://tokens.acme.example'", "assertion.aud == 'vertex'",
    "assertion.sub in []", "assertion.email_verified == true", "'a' in ['a']",
    "assertion.sub in [assertion.sub]", "assertion == assertion",
    "'assertion.sub' == 'assertion.sub'",
    "google.subject != ''", "attribute.fixed == 'x'", "attribute.either == 'x'", "false",
    # What every token has, and what whoever asks for one chooses.
    "assertion.typ == 'JWT'", "assertion.ver == '2.0'", "assertion['ver'] == '2.0'",
    "string(assertion.ver) in ['1.0', '2.0']", "assertion.azp == 'my-client'",
    "assertion.email_verified == 'true'", "assertion.token_use == 'access'",
    "assertion.exp == 1", "assertion.ref == 'refs/heads/main'", "assertion.environment == 'prod'",
    "assertion.nickname == 'batch'", "attribute.version == '2.0'",
    # Pieces that are short, or that others have as well.
    "assertion.sub.substring(0, 1) == 'o'", "assertion.sub.split('')[0] == 'o'",
    "assertion.sub.split('/')[1] == 'x'", "assertion.sub.extract('{first}:') == 'repo'",
    "'o' in assertion.sub.split('')", "attribute.first == 'o'", "attribute.first in ['o', 'batch']",
    "assertion.sub.endsWith('.com')", "assertion.sub.endsWith('.co.uk')",
    "assertion.sub.endsWith('@gmail.com')", "assertion.email.endsWith('jane@gmail.com')",
    "assertion.email.split('@')[1] == 'gmail.com'", "assertion.email_domain == 'gmail.com'",
    "assertion.email.endsWith('acme.example')", "assertion.email.startsWith('batch-runner@')",
    "assertion.email.split('@')[0] == 'batch-runner'", "assertion.sub.startsWith('https://')",
    "assertion.sub.startsWith('system:serviceaccount:')", "assertion.sub.startsWith('auth0|')",
    "assertion.sub.startsWith('google-oauth2|')", "assertion.sub.startsWith('repo:')",
    "assertion.sub.matches('^repo:.*$')", "assertion.sub.matches('^https://.*')",
    "assertion.sub.matches('^cha[t]?')", "assertion.sub.matches('^chat{0}.*')",
    # Negations, choices and alternatives with another way in.
    "!(assertion.team == 'a' && assertion.sub == 'b')", "!(assertion.team != 'a') || true",
    "!(assertion.team != 'a' && assertion.sub == 'b')", "!(assertion.ver != '2.0')",
    "(assertion.team == 'a') == false", "(assertion.team == 'a') != true",
    "(assertion.team == 'a') == (assertion.team == 'a')", "assertion.team == 'a' || !false",
    "true ? true : assertion.team == 'a'", "assertion.ver == '2.0' ? true : assertion.team == 'a'",
    "assertion.sub == 'b' ? assertion.ver == '2.0' : assertion.typ == 'JWT'",
    "assertion.team in ['a', assertion.team]", "assertion.level + 1 == 2", "assertion.level > 0",
    "assertion.groups.exists(group, true)", "assertion.groups.all(group, group == 'admins')",
    "[1].exists(assertion, assertion == 1)", "has(assertion.team)", "'team' in assertion",
    "assertion[assertion.key] == 'x'", "assertion.list[assertion.key] == 'x'",
]  # fmt: skip

CLOSED = [
    "assertion.team == 'search'", "'search' == assertion.team", "assertion['team'] == \"search\"",
    "assertion.sub in ['a', 'b']", "'admins' in assertion.groups", "assertion.tenant == 12",
    "assertion.sub.startsWith('system:serviceaccount:chat:')", "assertion.sub.endsWith('/chat')",
    "assertion.sub.matches('^system:serviceaccount:chat:.*$')",
    "assertion.team == 'a' && assertion.sub != 'b'", "assertion.a == 'x' || assertion.b == 'y'",
    "assertion.a == 'x' ? assertion.b == 'y' : assertion.c == 'z'", "google.subject == 'x'",
    "attribute.team == 'x'", "(assertion.a.b == 'x')", "string(assertion.tenant) == '12'",
    "assertion.sub.split('/')[1] == 'chat'", "assertion.sub == 'it\\'s' && true",
    "!(assertion.team != 'a')", "!(assertion.team != 'a' || assertion.sub == 'b')",
    "!!(assertion.team == 'a')", "(assertion.team == 'a') == true",
    "false || assertion.team == 'a'",
    "assertion.a == 'x' ? assertion.b == 'y' : false", "assertion.groups[0] == 'admins'",
    "assertion.ver == '2.0' && assertion.team == 'a'", "assertion.sub.lowerAscii() == 'a'",
    "assertion.email.endsWith('@acme.example')", "assertion.email.split('@')[1] == 'acme.example'",
    "assertion.email == 'jane@gmail.com'", "assertion.sub.startsWith('repo:acme/')",
    "assertion.sub.matches('^repo:acme/chat\\\\.git:')", "assertion.sub.matches('^batch$')",
    "attribute.first == 'batch'", "assertion.realm.roles['x'] == 'y'",
]  # fmt: skip

MAPPING = {
    "attribute.fixed": "assertion.sub == '' ? 'x' : 'x'",
    "attribute.either": "'x' + assertion.sub.extract('{none}')",
    "attribute.team": "assertion.team",
    "attribute.first": "assertion.sub.extract('{first}/')",
    "attribute.version": "assertion.ver",
}


@pytest.mark.parametrize("condition", OPEN)
def test_a_condition_that_strangers_meet_is_refused(condition: str):
    found = mistakes(oidc(condition=condition or " ", mapping=MAPPING))
    assert list(found) == [".oidc.condition"]


@pytest.mark.parametrize("condition", CLOSED)
def test_a_condition_that_pins_a_claim_is_taken(condition: str):
    source = read_federation(oidc(condition=condition, mapping=MAPPING))
    assert federation_of(source).condition == condition


@pytest.mark.parametrize(
    "condition",
    ["assertion.sub == 'a", "assertion.sub == ", "(", ")", "a b", "assertion..sub == 'a'", "'",
     "\\", "assertion.sub == 'a' // and\n || true", "assertion.sub == r'a'", "x" * 5000,
     "!" * 400 + "true", "(" * 400, "a" + ".a" * 400, "1" + "+1" * 400, "true ? " * 200, "[" * 200,
     "{'a': }", "assertion.sub == 'a';", "assertion.sub = 'a'", "\x00", "\U0001f600"],
)  # fmt: skip
def test_a_condition_that_is_not_understood_is_refused_and_nothing_else_happens(condition: str):
    assert list(mistakes(oidc(condition=condition))) == [".oidc.condition"]


def test_a_condition_names_only_attributes_that_are_mapped():
    found = mistakes(oidc(condition="attribute.team == 'x' && assertion.a == 'b'"))
    assert "refers to attribute.team" in found[".oidc.condition"]


MICROSOFT = "https://login.microsoftonline.com"
NOBODYS = "9188040d-6c67-4c5b-b112-36a304b66dad"
LET_STRANGERS_IN = [
    ("https://gitlab.com", "assertion.sub.startsWith('project_path:')"),
    ("https://gitlab.com", "assertion.sub.startsWith('project_path:acme')"),
    ("https://gitlab.com", "assertion.ref == 'main'"),
    ("https://gitlab.com:443", "assertion.ref == 'main'"),
    ("https://gitlab.com//", "assertion.user_login == 'batch'"),
    ("https://gitlab.com", "assertion.namespace_id.startsWith('1')"),
    ("https://gitlab.com", "assertion.namespace_id.substring(0, 1) == '1'"),
    ("https://gitlab.com", "assertion.namespace_id != '1'"),
    ("https://gitlab.com", "assertion.namespace_id == '1' || assertion.ref == 'x'"),
    ("https://gitlab.com", "assertion.namespace_path.startsWith('acme')"),
    ("https://app.terraform.io", "assertion.terraform_workspace_name == 'prod'"),
    ("https://app.eu.terraform.io", "assertion.terraform_run_phase == 'apply'"),
    ("https://app.terraform.io", "assertion.sub.startsWith('organization:acme')"),
    ("https://accounts.google.com", "assertion.email.endsWith('@gmail.com')"),
    ("https://accounts.google.com", "assertion.email.endsWith('@acme.example')"),
    ("https://accounts.google.com", "assertion.email.endsWith('.iam.gserviceaccount.com')"),
    (
        "https://accounts.google.com",
        "assertion.email.endsWith('@gcp-sa-x.iam.gserviceaccount.com')",
    ),
    ("https://accounts.google.com", "assertion.azp == '12345-abc.apps.googleusercontent.com'"),
    ("https://accounts.google.com", "assertion.hd == 'gmail.com'"),
    ("https://confidentialcomputing.googleapis.com", "assertion.swname == 'CONFIDENTIAL_SPACE'"),
    (f"{MICROSOFT}/common", "assertion.ver == '2.0'"),
    (f"{MICROSOFT}/common/v2.0", "assertion.preferred_username == 'jane@acme.example'"),
    (f"{MICROSOFT}/organizations/v2.0", "assertion.roles == 'admin'"),
    (f"{MICROSOFT}/common/", f"assertion.tid == '{NOBODYS}'"),
    (f"{MICROSOFT}/consumers/v2.0", f"assertion.tid == '{NOBODYS}'"),
    (f"{MICROSOFT}/{NOBODYS}/v2.0", "assertion.email.endsWith('@acme.example')"),
    ("https://sts.windows.net/common", "assertion.appid == 'batch-runner'"),
    ("https://agent.buildkite.com", "assertion.pipeline_slug == 'deploy-prod'"),
    ("https://oidc.circleci.com", "assertion.sub.endsWith('/user/batch-runner')"),
    ("https://oidc.vercel.com", "assertion.environment == 'production'"),
    ("https://api.pulumi.com/oidc", "assertion.sub.startsWith('pulumi:deploy:org:')"),
    ("https://oidc.codefresh.io", "assertion.scm_user_name == 'batch-runner'"),
    ("https://scalr.io", "assertion.sub.endsWith(':workspace:acme-prod')"),
    ("https://proidc.upbound.io", "assertion.sub.endsWith(':provider:provider-gcp')"),
    ("https://appleid.apple.com", "assertion.email.endsWith('@acme.example')"),
]
NAME_THE_CUSTOMER = [
    ("https://gitlab.com", "assertion.namespace_id == '12'"),
    ("https://gitlab.com/", "assertion.project_id in ['1', '2']"),
    ("https://app.terraform.io", "assertion.terraform_organization_id == 'org-1'"),
    ("https://accounts.google.com", "assertion.sub == '117283'"),
    ("https://accounts.google.com", "assertion.google.compute_engine.project_number == 123"),
    (
        "https://confidentialcomputing.googleapis.com",
        "'x@acme-1.iam.gserviceaccount.com' in assertion.google_service_accounts",
    ),
    (f"{MICROSOFT}/common/v2.0", "assertion.tid == '0f1e2d3c' && assertion.ver == '2.0'"),
    (f"{MICROSOFT}/consumers/v2.0", "assertion.sub == 'AAAAAAAA'"),
    ("https://agent.buildkite.com", "assertion.organization_id == '0184990a'"),
    ("https://oidc.circleci.com", "assertion['oidc.circleci.com/org-id'] == '0184990a'"),
    ("https://oidc.vercel.com", "assertion.owner_id == 'team_1'"),
    ("https://api.pulumi.com/oidc/v2", "assertion['https://pulumi.com/org_id'] == '0184990a'"),
    ("https://oidc.codefresh.io", "assertion.account_id == '5f30ebb7'"),
]
BY_NAME = [
    ("https://gitlab.com", "assertion.namespace_path == 'acme'"),
    ("https://gitlab.com", "assertion.sub.startsWith('project_path:acme/')"),
    ("https://gitlab.com", "assertion.sub.matches('^project_path:acme/[a-z]+:.*')"),
    ("https://app.terraform.io", "assertion.sub.startsWith('organization:acme:')"),
    ("https://accounts.google.com", "assertion.hd == 'acme.example'"),
    ("https://accounts.google.com", "assertion.email.endsWith('@acme-1.iam.gserviceaccount.com')"),
    ("https://agent.buildkite.com", "assertion.sub.startsWith('organization:acme:pipeline:')"),
    ("https://api.pulumi.com/oidc", "assertion.sub.startsWith('pulumi:deploy:org:acme:')"),
    ("https://scalr.io", "assertion.sub == 'account:acme:environment:prod'"),
    ("https://proidc.upbound.io", "assertion.sub.startsWith('mcp:acme/')"),
]


@pytest.mark.parametrize(("issuer", "condition"), LET_STRANGERS_IN)
def test_an_issuer_that_all_its_customers_share_needs_a_claim_that_names_the_customer(
    issuer: str, condition: str
):
    said = mistakes(oidc(issuer=issuer, condition=condition))[".oidc.condition"]
    assert "shared by all" in said
    assert "assertion" in said.partition("has to say ")[2]


@pytest.mark.parametrize(("issuer", "condition"), NAME_THE_CUSTOMER)
def test_a_customer_who_is_named_for_good_is_let_in_without_a_warning(issuer: str, condition: str):
    source = read_federation(oidc(issuer=issuer, condition=condition))
    assert (by_name(source), shared_issuer(source)) == ((), ())


@pytest.mark.parametrize(("issuer", "condition"), BY_NAME)
def test_a_customer_who_is_named_by_what_can_be_taken_over_is_warned_about(
    issuer: str, condition: str
):
    [warning] = by_name(read_federation(oidc(issuer=issuer, condition=condition)))
    assert warning.id == "federation-by-name"
    assert issuer in warning.text


def test_a_tenant_of_microsofts_has_an_issuer_of_its_own():
    said = mistakes(oidc(issuer=f"{MICROSOFT}/common", condition="assertion.ver == '2.0'"))
    assert "https://login.microsoftonline.com/TENANT_ID/v2.0" in said[".oidc.condition"]
    read_federation(oidc(issuer=f"{MICROSOFT}/0f1e2d3c-6c67-4c5b-b112-36a304b66dad/v2.0"))


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("assertion.ver == '2.0'", "assertion.ver tells nothing about who asks"),
        ("assertion.ref == 'main'", "assertion.ref is chosen by whoever asks"),
        ("assertion.sub.startsWith('o')", "'o' is too short or too common a piece"),
        ("assertion.email.endsWith('@gmail.com')", "anybody can have an address at gmail.com"),
        ("assertion.email.endsWith('acme.example')", "write @acme.example"),
    ],
)
def test_a_condition_that_is_refused_is_told_why_its_comparisons_do_not_count(
    condition: str, why: str
):
    assert why in mistakes(oidc(condition=condition))[".oidc.condition"]


@pytest.mark.parametrize(
    ("principal", "mapping", "path"),
    [
        ("subject/x", None, None),
        ("attribute.team/x", {"attribute.team": "assertion.team"}, None),
        ("group/x", {"google.groups": "assertion.groups"}, None),
        ("attribute.iss/x", {"attribute.iss": "assertion.iss"}, ".oidc.principal"),
        ("attribute.all/x", {"attribute.all": "assertion.aud"}, ".oidc.principal"),
        ("attribute.f/x", {"attribute.f": "assertion.a == '' ? 'x' : 'x'"}, ".oidc.principal"),
        ("attribute.team/x", None, ".oidc.principal"),
        ("group/x", None, ".oidc.principal"),
        ("*", None, ".oidc.principal"),
        ("subject/*", None, ".oidc.principal"),
        ("attribute.team/*", {"attribute.team": "assertion.team"}, ".oidc.principal"),
        ("subject/", None, ".oidc.principal"),
        ("everybody", None, ".oidc.principal"),
    ],
)
def test_access_is_granted_to_somebody_in_particular(
    principal: str, mapping: object, path: str | None
):
    value = oidc(principal=principal, mapping=mapping)
    if path is None:
        assert read_federation(value)
    else:
        assert list(mistakes(value)) == [path]


@pytest.mark.parametrize(("size", "fits"), [(127, True), (128, False)])
def test_a_subject_that_google_takes_from_nobody_is_refused_where_it_stands(size: int, fits: bool):
    subject = "s" * size
    principal = oidc(principal=f"subject/{subject}")
    condition = oidc(condition=f"assertion.sub == '{subject}'")
    if fits:
        assert read_federation(principal)
        assert read_federation(condition)
        return
    for value, path in ((principal, ".oidc.principal"), (condition, ".oidc.condition")):
        found = mistakes(value)
        assert list(found) == [path]
        assert "more than 127 bytes, and this one has 128" in found[path]


def test_a_long_subject_that_is_mapped_to_something_shorter_may_be_asked_for():
    condition, mapping = f"assertion.sub == '{'s' * 128}'", {"google.subject": "assertion.id"}
    assert read_federation(oidc(condition=condition, mapping=mapping))


@pytest.mark.parametrize(
    "mapping",
    [{"subject": "assertion.sub"}, {"attribute.A": "assertion.sub"}, {"attribute.a": "'x'"},
     {"attribute.a": ""}, {"attribute.a": 3}, {"attribute.a": "assertion."}, ["x"], "x",
     {f"attribute.a{n}": "assertion.sub" for n in range(51)}, {"google.subject": "'me'"}],
)  # fmt: skip
def test_a_mapping_takes_attributes_from_claims(mapping: object):
    assert all(path.startswith(".oidc.mapping") for path in mistakes(oidc(mapping=mapping)))


@pytest.mark.parametrize("audiences", [["x"] * 3, "a,b", None])
def test_audiences_are_words(audiences: object):
    assert read_federation(oidc(audiences=audiences))


@pytest.mark.parametrize("audiences", [[f"a{n}" for n in range(11)], ["x" * 257], [3], {}, ["*"]])
def test_audiences_have_limits(audiences: object):
    assert list(mistakes(oidc(audiences=audiences))) == [".oidc.audiences"]


def test_the_keys_of_a_component_are_spelt_as_in_python():
    read = read_federation({"github": {"repository": "a/b", "owner_id": "1"}}, in_python=True)
    assert read == GitHub("a/b", owner_id="1")
    with pytest.raises(BadInput) as raised:
        read_federation({"github": {"repository": "a/b", "ownerId": "1"}}, in_python=True)
    [problem] = raised.value.problems
    assert (problem.path, problem.suggestions[0]) == (".github.ownerId", "owner_id")


ESCAPES = {"\\": "\\", "'": "'", '"': '"'}


def read_literal(text: str) -> tuple[str, str]:
    """The text of a leading string literal, and what follows it.

    After the lexical grammar in the specification of the Common Expression Language.
    """
    quote, place, found = text[0], 1, ""
    assert quote in "'\""
    while text[place] != quote:
        letter = text[place]
        assert letter not in "\r\n", "a line ends inside of a literal"
        if letter != "\\":
            found += letter
            place += 1
        elif text[place + 1] == "U":
            found += chr(int(text[place + 2 : place + 10], 16))
            place += 10
        else:
            found += ESCAPES[text[place + 1]]
            place += 2
    return found, text[place + 1 :]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_quoted_text_is_one_literal_that_says_the_text(text: str):
    assert read_literal(conditions.quoted(text)) == (text, "")


@given(st.text("'\"\\|&=ab \n\t\u2028\x00", max_size=12))
def test_nothing_breaks_out_of_a_condition(text: str):
    condition = federation_of(GitHub(text, environment=text, ref=text)).condition
    values: list[str] = []
    for claim in ("repository", "ref", "environment"):
        start = f"{' && ' if values else ''}assertion.{claim} == "
        assert condition.startswith(start)
        value, condition = read_literal(condition.removeprefix(start))
        values.append(value)
    assert (values, condition) == ([text] * 3, "")


@given(st.text("'\"\\|&=!()[]{}.,?: \nassertion.sub12truein", max_size=40))
def test_any_text_is_read_or_refused(text: str):
    with contextlib.suppress(NotUnderstood):
        conditions.pins(parse(text))


WORDS = st.sampled_from([
    "true", "false", "1 == 1", "assertion.sub == 'x'", "assertion.sub != 'x'", "assertion.a == 'y'",
    "!(assertion.a == 'y')",
])  # fmt: skip
TREES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(
            lambda one: f"({one[0]} {one[1]} {one[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda one: f"({one[0]} ? {one[1]} : {one[2]})"),
        inner.map(lambda one: f"!{one}" if one.startswith("(") else f"!({one})"),
    ),
    max_leaves=8,
)


def meets(condition: str, sub: str, a: str) -> bool:
    """Whether a token meets a condition, by Python's own reading of the same words."""
    parts = condition.replace("assertion.sub", repr(sub)).replace("assertion.a", repr(a))
    return bool(eval(python_of(parts)))  # noqa: S307 - made of the words above


def python_of(text: str) -> str:
    """The condition in Python: choices first, innermost parentheses by innermost."""
    while "?" in text:
        at = text.index("?")
        start, depth = at, 0
        while depth >= 0:
            start -= 1
            depth += {")": 1, "(": -1}.get(text[start], 0)
        colon, depth = at, 0
        while not (text[colon] == ":" and depth == 0):
            colon += 1
            depth += {"(": 1, ")": -1}.get(text[colon], 0)
        end, depth = colon, 0
        while depth >= 0:
            end += 1
            depth += {"(": 1, ")": -1}.get(text[end], 0)
        asked, yes, no = text[start + 1 : at], text[at + 1 : colon], text[colon + 1 : end]
        text = f"{text[:start]}(({yes}) if ({asked}) else ({no})){text[end + 1 :]}"
    text = text.replace("true", "True").replace("false", "False")
    text = text.replace("&&", "and").replace("||", "or").replace("!=", "\0")
    return text.replace("!", " not ").replace("\0", "!=")


@given(TREES)
def test_a_condition_that_is_taken_is_not_met_by_a_token_without_any_of_its_values(condition: str):
    if conditions.pins(parse(condition)):
        assert not meets(condition, "stranger", "stranger")


@pytest.mark.parametrize(
    ("issuer", "condition", "warned"),
    [
        ("https://tokens.acme.example", "assertion.team == 'chat'", True),
        ("https://tokens.acme.example", "assertion.sub.startsWith('team:chat')", True),
        ("https://tokens.acme.example", "assertion.sub == 'batch'", False),
        ("https://gitlab.com", "assertion.namespace_id == '12'", False),
    ],
)
def test_an_issuer_of_which_nothing_is_known_is_warned_about(
    issuer: str, condition: str, warned: bool
):
    source = read_federation(oidc(issuer=issuer, condition=condition))
    assert [one.id for one in shared_issuer(source)] == ["shared-issuer"] * warned
