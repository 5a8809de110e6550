"""No stack configuration makes a key, an open federation, a wildcard member or a binding that takes
another team's access away: whatever stands in a stack, every registration is looked at.

The judgement is made from Google's and the provider's documentation, and not by the project's code:
conditions are known by heart which of them strangers meet, and a type that nobody vouched for here
is an open door.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pulumi
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from availability.stack.keys import DeploymentKeys, StackKeys
from availability.stack.shape import names_of
from tests.components.recording import AUDIT, FLASH, OWN_STATE, POOL_PROVIDER, Program, Registered
from tests.components.whole_program import run, stack_values
from tests.thorough import thorough

TYPES = frozenset(
    {
        "gcp:compute/globalAddress:GlobalAddress",
        "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        "gcp:dns/managedZone:ManagedZone",
        "gcp:dns/recordSet:RecordSet",
        "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
        "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
        "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint",
        "gcp:orgpolicy/policy:Policy",
        "gcp:parametermanager/regionalParameter:RegionalParameter",
        "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion",
        "gcp:projects/iAMAuditConfig:IAMAuditConfig",
        "gcp:projects/iAMCustomRole:IAMCustomRole",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:projects/service:Service",
        "gcp:projects/serviceIdentity:ServiceIdentity",
        "gcp:secretmanager/regionalSecret:RegionalSecret",
        "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
        "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
        "gcp:serviceaccount/account:Account",
        "gcp:serviceaccount/iAMMember:IAMMember",
        "gcp:vertex/aiCacheConfig:AiCacheConfig",
    }
)
"""What may be registered. Of IAM's, only the members: the provider's documentation calls
`IAMPolicy` and `IAMBinding` authoritative. `IAMAuditConfig` is, for one service; and none of them
is a `serviceaccount.Key`."""

EVERYBODY = ("allusers", "allauthenticatedusers")
POOL = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci"
HOSTILE_MEMBERS = (
    "allUsers", "allAuthenticatedUsers", "user:allUsers", "ALLUSERS", "*", "user:*", "domain:*",
    f"principalSet://{POOL}/*", f"principalSet://{POOL}/attribute.a/*",
    f"principal://{POOL}/subject/*", "projectOwner:acme", "deleted:user:a@b.example",
    "principalSet://iam.googleapis.com/locations/global/workforcePools/w/*", "federation",
    "principalSet://goog/public:all", "user:a@b.example",
)  # fmt: skip
MEMBERS = (
    "user:a@acme.example", "group:b@acme.example", "domain:acme.example",
    "serviceAccount:c@acme-x.iam.gserviceaccount.com", f"principalSet://{POOL}/attribute.repository/acme/chat",
)  # fmt: skip
MAPPING = {"attribute.team": "assertion.team"}
CLOSED = (
    "assertion.team == 'search'",
    "assertion.team in ['a', 'b'] && assertion.sub != 'c'",
    "assertion.sub.startsWith('system:serviceaccount:chat:') || attribute.team == 'x'",
)
"""Conditions that no stranger meets, by reading them."""
OPEN = (
    "true", "1 == 1", "", " ", "assertion.sub != 'x'", "assertion.team == 'a' || true", "!false",
    "assertion.sub == assertion.sub", "assertion.sub.matches('.*')", "has(assertion.sub)",
    "assertion.iss == 'https://tokens.acme.example'", "assertion.team == 'a' ? true : true",
    "attribute.constant == 'x'", "' == assertion.team && '", "assertion.team == 'a' // || b",
    "assertion.aud == 'x'", r"assertion['i\u0073s'] == 'https://tokens.acme.example'",
    "assertion.sub.matches('^.{12,}$')", "assertion.sub.contains('a')",
    "assertion.sub.startsWith('s')", "assertion.team == 'a' || assertion.iss == 'b'",
    "assertion.ver == '2.0'", "assertion.typ == 'JWT'", "assertion.sub.substring(0, 1) == 'o'",
    "assertion.email.endsWith('.com')", "assertion.email.endsWith('@gmail.com')",
    "!(assertion.ver != '2.0')", "assertion.team == 'a' ? true : assertion.ver == '2.0'",
)  # fmt: skip
OPEN_ISSUERS = (
    ("https://accounts.google.com", "assertion.email.endsWith('@gmail.com')"),
    ("https://accounts.google.com", "assertion.email.endsWith('@acme.example')"),
    ("https://login.microsoftonline.com/common", "assertion.ver == '2.0'"),
    ("https://login.microsoftonline.com/organizations/v2.0", "assertion.team == 'search'"),
    ("https://gitlab.com", "assertion.ref == 'main'"),
    ("https://app.terraform.io", "assertion.sub.startsWith('organization:')"),
    ("https://agent.buildkite.com", "assertion.team == 'search'"),
    ("https://oidc.vercel.com:443", "assertion.team == 'search'"),
)
"""Issuers that anybody can have a token of, and conditions that do not say whose it has to be."""
OPEN_PRINCIPALS = (
    ("attribute.iss/https://tokens.acme.example", {"attribute.iss": "assertion.iss"}),
    ("attribute.all/x", {"attribute.all": "assertion.team == '' ? 'x' : 'x'"}),
    ("attribute.team/*", MAPPING),
    ("subject/*", MAPPING),
    ("group/*", {"google.groups": "assertion.groups"}),
)
"""Principals that every token of the issuer is, whatever the condition."""
HOSTILE_TEXTS = (
    "'",
    "' || true || '",
    "acme/chat' || '1' == '1",
    "*",
    "acme/*",
    "\\",
    '"',
    "\n",
    "\u2028",
)
GITHUB = re.compile(
    r"assertion\.repository == '[A-Za-z0-9_-]+/[A-Za-z0-9._-]+'"
    r"( && assertion\.(repository_owner_id|repository_id|ref|environment) == '([^'\\\n]|\\.)+')*"
)


def oidc(**keys: object) -> dict[str, object]:
    source = {
        "issuer": "https://tokens.acme.example",
        "condition": CLOSED[0],
        "principal": "subject/batch",
        "mapping": MAPPING,
    }
    return {"oidc": source | keys}


NETWORK = {
    "network": "projects/acme-dev/global/networks/vpc",
    "subnetwork": "projects/acme-dev/regions/europe-west4/subnetworks/apps",
}
STACK: dict[str, tuple[object, ...]] = {
    "snapshot": ("2025-05-12",),
    "residency": ("eu", "any", {"within": ["de", "fr"]}),
    "allowPreview": (True, False),
    "callers": ([MEMBERS[0], "federation"], [MEMBERS[1]], "federation"),
    "asOf": ("2025-05-12",),
    "controls": (["cmek", "vpc-sc"],),
    "retirementWarning": (30,),
    "generation": (1, 2),
    "protect": (True, False),
    "takeOver": (True, False),
    "adopt": ({"predict": "vertexCaller"},),
    "guardrails": ("on", "off", {"dryRun": True}),
    "federation": (
        {"github": {"repository": "acme/chat", "ownerId": "7", "environment": "it's"}},
        *(oidc(condition=condition) for condition in CLOSED),
        oidc(principal="attribute.team/search"),
    ),
    "auditLogs": (True, {"logTypes": ["DATA_READ"], "exemptedMembers": [MEMBERS[0]]}),
    "serviceAgents": (True,),
    "privateAccess": (NETWORK,),
    "publish": ("secrets", "parameters"),
    "caching": ("off", False, True),
}
DEPLOYMENT: dict[str, tuple[object, ...]] = {
    "model": (FLASH,),
    "residency": ("eu", "any"),
    "needs": (["context-caching"], ["batch-prediction", "tuning"], ["rag-corpus"]),
    "location": ("europe-west4",),
    "prefer": (["europe-west1"],),
    "priorUsage": (True,),
    "allowPreview": (True,),
    "contextSize": ("128k",),
    "controls": (["vpc-sc"],),
    "accept": ([{"rule": "retired", "until": "2027-01-01", "reason": "in review"}],),
    "callers": ([MEMBERS[2]], list(MEMBERS), ["federation"]),
    "serviceAccountUsers": ([MEMBERS[0]], list(MEMBERS)),
    "workloadIdentityUsers": (["serviceAccount:acme-x.svc.id.goog[chat/web]"], ["federation"]),
}
"""Values that are valid by themselves, by key."""

TEXTS = st.one_of(st.sampled_from(HOSTILE_MEMBERS + HOSTILE_TEXTS + OPEN), st.text(max_size=8))
HOSTILE_FEDERATIONS = st.one_of(
    st.sampled_from(OPEN).map(lambda one: oidc(condition=one)),
    st.sampled_from(OPEN).map(
        lambda one: oidc(condition=one, mapping={"attribute.constant": "'x' + assertion.sub"})
    ),
    st.sampled_from(HOSTILE_TEXTS).map(lambda one: {"github": {"repository": one}}),
    st.tuples(
        st.sampled_from(["environment", "branch", "ref", "ownerId", "repositoryId"]), TEXTS
    ).map(lambda one: {"github": {"repository": "acme/chat", one[0]: one[1]}}),
    st.tuples(st.sampled_from(["principal", "issuer", "audiences", "mapping"]), TEXTS).map(
        lambda one: oidc(**{one[0]: one[1]})
    ),
    st.sampled_from(OPEN_ISSUERS).map(lambda one: oidc(issuer=one[0], condition=one[1])),
    st.just(oidc(issuer="https://token.actions.githubusercontent.com")),
    st.just(oidc(principal="attribute.nobody/x")),
    st.sampled_from(OPEN_PRINCIPALS).map(lambda one: oidc(principal=one[0], mapping=one[1])),
)
HOSTILE = st.one_of(
    TEXTS,
    st.lists(TEXTS, max_size=3),
    st.sampled_from([None, True, 0, -1, 3.5, {}, []]),
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    HOSTILE_FEDERATIONS,
    TEXTS.map(lambda one: {"exemptedMembers": [one]}),
)


def some_of(values: Mapping[str, tuple[object, ...]]) -> st.SearchStrategy[dict[str, object]]:
    """A few of the keys, each with one of its values."""
    return st.lists(st.sampled_from(sorted(values)), unique=True, max_size=6).flatmap(
        lambda keys: st.fixed_dictionaries({key: st.sampled_from(values[key]) for key in keys})
    )


MEMBER_KEYS = ("callers", "serviceAccountUsers", "workloadIdentityUsers", "exemptedMembers")


@st.composite
def configurations(draw: st.DrawFn) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """A stack's keys and its deployments: valid ones, of which up to two are spoilt."""
    stack = draw(some_of(STACK))
    names = draw(st.lists(st.sampled_from(["chat", "lab"]), unique=True, min_size=1))
    deployments = {name: {"model": FLASH, **draw(some_of(DEPLOYMENT))} for name in names}
    make_whole(stack, deployments, draw(st.sampled_from((None, *STACK["federation"]))))
    spoilt = draw(st.sampled_from(["nothing", "a member", "the federation", "any key", "any key"]))
    if spoilt == "a member":
        members = [
            draw(st.sampled_from(HOSTILE_MEMBERS)),
            *draw(st.lists(st.sampled_from(MEMBERS))),
        ]
        one = deployments[min(deployments)]
        place = draw(st.sampled_from(MEMBER_KEYS))
        if place == "exemptedMembers":
            stack["auditLogs"] = {place: members}
        elif place in one or draw(st.booleans()):
            one[place] = members
        else:
            stack["callers"] = members
    elif spoilt == "the federation":
        stack["federation"] = draw(HOSTILE_FEDERATIONS)
        deployments[min(deployments)] = {"model": FLASH, "callers": ["federation"]}
    for _ in range(draw(st.integers(1, 2)) if spoilt == "any key" else 0):
        which = draw(st.sampled_from([stack, *deployments.values()]))
        keys = STACK if which is stack else DEPLOYMENT
        which[draw(st.sampled_from(sorted(keys)))] = draw(HOSTILE)
    return stack, deployments


def make_whole(
    stack: dict[str, object], deployments: dict[str, dict[str, object]], federation: object
) -> None:
    """Have keys that belong together, together: or most of the stacks would be refused for it."""
    for keys in (stack, *deployments.values()):
        for key in ("callers", "workloadIdentityUsers"):
            if "federation" in cast("list[str]", keys.get(key, [])):
                del keys[key]
    stack.pop("federation", None)
    for own in deployments.values():
        if "callers" in own or "callers" in stack:
            own.pop("serviceAccountUsers", None)
            own.pop("workloadIdentityUsers", None)
    if federation is not None:
        stack["federation"] = federation
        first = deployments[min(deployments)]
        acts = "serviceAccountUsers" in first
        first["workloadIdentityUsers" if acts else "callers"] = ["federation"]
        if not acts:
            first.pop("workloadIdentityUsers", None)


def values_of(stack: Mapping[str, object], deployments: Mapping[str, object]) -> dict[str, str]:
    """The configuration as the engine hands it over: texts, lists and maps as JSON."""
    texts = {
        f"vertex-residency:{key}": own if isinstance(own, str) else json.dumps(own)
        for key, own in stack.items()
    }
    return stack_values(deployments) | texts


def leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    """(path, value) of every text and number in the inputs of a registration."""
    if isinstance(value, Mapping):
        for key, own in cast("Mapping[str, object]", value).items():
            yield from leaves(own, f"{path}.{key}")
    elif isinstance(value, list):
        for own in cast("list[object]", value):
            yield from leaves(own, path)
    else:
        yield path, value


def open_doors(registered: list[Registered]) -> list[str]:
    """Every way in which the registrations let in more than they should, in words."""
    found: list[str] = []
    for one in registered:
        own = not one.type.startswith("vertex-residency:index:")
        if own and one.type not in TYPES:
            found.append(f"{one.type} is not vouched for")
        for path, value in leaves(one.inputs, one.name):
            text = str(value).lower()
            named = path.rpartition(".")[2] != "allowedAudiences"  # whom a token is for, not from
            if named and text.removeprefix("user:").removeprefix("group:") in EVERYBODY:
                found.append(f"{path} is everybody")
            if re.search(r"member", path.rpartition(".")[2], re.IGNORECASE):
                found += [f"{path} is {value}"] if wildcard(text) else []
        if one.type == POOL_PROVIDER:
            found += open_provider(one.inputs)
        if one.type == AUDIT and one.inputs["service"] != "aiplatform.googleapis.com":
            found.append("audit logs of another service are overwritten")
    mapped = {
        name
        for one in registered
        if one.type == POOL_PROVIDER
        for name in one.inputs["attributeMapping"]
    }
    for one in registered:
        own_pool = re.search(
            r"/workloadIdentityPools/vertex-[^/]+/(attribute\.\w+)/", str(one.inputs.get("member"))
        )
        if own_pool and own_pool[1] not in mapped:
            found.append(f"{own_pool[1]} is granted and not mapped")
    return found


def wildcard(member: str) -> bool:
    """Whether a member is, or may be, more than somebody in particular."""
    kinds = ("user:", "group:", "serviceaccount:", "domain:", "principal://", "principalset://")
    whole_pool = re.search(r"(workloadidentitypools|workforcepools)/[^/]+(/\*?)?$", member)
    return (
        "*" in member
        or bool(whole_pool)
        or any(word in member for word in EVERYBODY)
        or not member.startswith(kinds)
    )


def open_provider(inputs: Mapping[str, Any]) -> list[str]:
    """What is wrong with a provider of tokens; conditions are known by heart."""
    condition = inputs.get("attributeCondition")
    is_github = inputs["oidc"]["issuerUri"] == "https://token.actions.githubusercontent.com"
    closed = bool(GITHUB.fullmatch(str(condition))) if is_github else condition in CLOSED
    found = [] if closed else [f"the condition {condition!r} is open"]
    if "google.subject" not in inputs.get("attributeMapping", {}):
        found.append("no subject is mapped")
    return found


def test_every_key_of_a_stack_is_tried_here() -> None:
    assert {*STACK, "colocate", "deployments"} == {*names_of(StackKeys)}
    assert {*DEPLOYMENT} == {*names_of(DeploymentKeys)}


@thorough(150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(configurations(), st.booleans())
def test_no_stack_opens_a_door(
    configuration: tuple[dict[str, object], dict[str, dict[str, object]]], preview: bool
) -> None:
    program = Program(preview=preview)
    program.set_answer(OWN_STATE, {"outputs": {}})
    try:
        run(program, values_of(*configuration))
    except pulumi.RunError:
        assert program.registered == []
    found = open_doors(program.registered)
    if preview:  # what is not known yet is judged in the update
        found = [one for one in found if "04da6b54" not in one]
    assert found == []


def test_a_stack_with_everything_is_let_through_and_looked_at() -> None:
    program = Program()
    stack = {
        "callers": [MEMBERS[0], "federation"],
        "federation": STACK["federation"][0],
        "auditLogs": STACK["auditLogs"][1],
        "serviceAgents": True,
        "guardrails": "on",
        "publish": "secrets",
        "generation": 2,
    }
    run(program, values_of(stack, {"chat": {"model": FLASH, "needs": ["batch-prediction"]}}))
    assert open_doors(program.registered) == []
    types = {one.type for one in program.registered}
    assert {AUDIT, POOL_PROVIDER, "gcp:orgpolicy/policy:Policy"} <= types
    assert "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember" in types


PROVIDER: dict[str, object] = {
    "oidc": {"issuerUri": "https://tokens.acme.example"},
    "attributeCondition": CLOSED[0],
    "attributeMapping": {"google.subject": "assertion.sub"},
}
GITHUB_ISSUER = {"issuerUri": "https://token.actions.githubusercontent.com"}
DOORS: dict[str, tuple[str, dict[str, object]]] = {
    "a key": ("gcp:serviceaccount/key:Key", {}),
    "an authoritative binding": ("gcp:projects/iAMBinding:IAMBinding", {"members": []}),
    "an authoritative policy": ("gcp:projects/iAMPolicy:IAMPolicy", {}),
    "everybody": ("gcp:projects/iAMMember:IAMMember", {"member": "allUsers"}),
    "everybody, exempted": (AUDIT, {
        "service": "aiplatform.googleapis.com",
        "auditLogConfigs": [{"exemptedMembers": ["allAuthenticatedUsers"]}],
    }),
    "a whole pool": ("gcp:projects/iAMMember:IAMMember", {"member": f"principalSet://{POOL}/*"}),
    "a pool itself": ("gcp:projects/iAMMember:IAMMember", {"member": f"principalSet://{POOL}"}),
    "no condition": (POOL_PROVIDER, PROVIDER | {"attributeCondition": None}),
    "an open condition": (POOL_PROVIDER, PROVIDER | {"attributeCondition": "true"}),
    "GitHub for everybody": (
        POOL_PROVIDER,
        PROVIDER | {"oidc": GITHUB_ISSUER, "attributeCondition": "assertion.ref == 'x'"},
    ),
    "a broken literal": (
        POOL_PROVIDER,
        PROVIDER | {
            "oidc": GITHUB_ISSUER,
            "attributeCondition": "assertion.repository == 'a/b' || '' == ''",
        },
    ),
    "no subject": (POOL_PROVIDER, PROVIDER | {"attributeMapping": {}}),
    "another service's logs": (AUDIT, {"service": "allServices"}),
}  # fmt: skip


@pytest.mark.parametrize(("token", "inputs"), DOORS.values(), ids=DOORS)
def test_an_open_door_is_seen(program: Program, token: str, inputs: dict[str, object]) -> None:
    program.run(lambda: pulumi.CustomResource(token, "door", inputs))
    assert open_doors(program.registered)


def refused(stack: Mapping[str, object], deployment: Mapping[str, object]) -> bool:
    """Whether the program ends before it registers anything."""
    program = Program()
    try:
        run(program, values_of(stack, {"chat": {"model": FLASH, "residency": "eu", **deployment}}))
    except pulumi.RunError:
        assert program.registered == []
        return True
    assert open_doors(program.registered) == []
    return False


def test_what_is_called_closed_here_is_taken() -> None:
    for condition in CLOSED:
        assert not refused({"federation": oidc(condition=condition)}, {"callers": "federation"})


@pytest.mark.parametrize("condition", OPEN)
def test_no_open_condition_is_taken(condition: str) -> None:
    mapping = {"attribute.constant": "'x' + assertion.sub", **MAPPING}
    for spoilt in (oidc(condition=condition), oidc(condition=condition, mapping=mapping)):
        assert refused({"federation": spoilt}, {"callers": "federation"})


@pytest.mark.parametrize(("issuer", "condition"), OPEN_ISSUERS)
def test_no_issuer_that_anybody_is_a_customer_of_is_taken_without_the_customer(
    issuer: str, condition: str
) -> None:
    spoilt = oidc(issuer=issuer, condition=condition)
    assert refused({"federation": spoilt}, {"callers": "federation"})


@pytest.mark.parametrize(("principal", "mapping"), OPEN_PRINCIPALS)
def test_no_open_principal_is_taken(principal: str, mapping: dict[str, str]) -> None:
    spoilt = oidc(principal=principal, mapping=mapping)
    assert refused({"federation": spoilt}, {"callers": "federation"})


@pytest.mark.parametrize("member", [one for one in HOSTILE_MEMBERS if wildcard(one)])
def test_no_wildcard_is_taken_anywhere(member: str) -> None:
    for key in ("callers", "serviceAccountUsers", "workloadIdentityUsers"):
        assert refused({}, {key: [member]})
    assert refused({"callers": [member]}, {})
    assert refused({"auditLogs": {"exemptedMembers": [member]}}, {})
