"""The component of the organization policies, and when the program registers it."""

import json
from typing import Any, cast

import pulumi
import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from components import Guardrails, GuardrailsArgs
from tests.components.recording import BASELINE, SERVICE, UNKNOWN, Program
from tests.components.whole_program import run, stack_values

POLICY = "gcp:orgpolicy/policy:Policy"
GUARDRAILS = "vertex-residency:index:Guardrails"
KEYS = {"constraint": "iam.managed.disableServiceAccountKeyCreation", "enforced": True}
HOSTS = {
    "constraint": "gcp.restrictEndpointUsage",
    "denied": ["aiplatform.googleapis.com"],
    "inherits": True,
}


def guardrails(policies: object, **others: Any) -> Guardrails:
    given = {"policies": policies, **others}
    return Guardrails("guardrails", cast("GuardrailsArgs", given))


def test_a_stack_without_the_key_registers_no_policy(program: Program) -> None:
    run(program, stack_values())
    assert not program.of_type(POLICY)
    assert not program.of_type(GUARDRAILS)
    assert "orgpolicy.googleapis.com" not in {
        one.inputs["service"] for one in program.of_type(SERVICE)
    }


def test_a_stack_with_the_key_activates_the_api_and_waits_for_it(program: Program) -> None:
    run(program, stack_values(guardrails="on"))
    assert {one.inputs["name"].rpartition("/")[2] for one in program.of_type(POLICY)} == {
        "vertexai.allowedModels",
        "gcp.restrictEndpointUsage",
        "iam.managed.disableServiceAccountKeyCreation",
        "iam.managed.disableServiceAccountKeyUpload",
    }
    [api] = [
        one
        for one in program.of_type(SERVICE)
        if one.inputs["service"] == "orgpolicy.googleapis.com"
    ]
    for policy in program.of_type(POLICY):
        assert api.urn in policy.depends_on
        assert policy.parent == program.named("guardrails").urn


def test_nothing_that_is_provisioned_waits_for_the_policies(program: Program) -> None:
    """They allow all that the stack does, and what they forbid is no part of it."""
    run(program, stack_values(guardrails="on"))
    policies = {one.urn for one in program.of_type(POLICY)}
    others = [one for one in program.registered if one.type not in (POLICY, GUARDRAILS)]
    assert others
    assert not [one.name for one in others if policies & set(one.depends_on)]


def test_a_mistake_registers_nothing_and_names_the_key(program: Program) -> None:
    also = json.dumps({"alsoAllow": {"models": ["gemini-9"]}})
    with pytest.raises(pulumi.RunError, match=r"guardrails\.alsoAllow\.models\[0\]"):
        run(program, stack_values(guardrails=also))
    assert not program.registered


def test_what_the_guardrails_open_is_a_warning_of_the_stack(program: Program) -> None:
    run(program, stack_values(residency="any", guardrails="on"))
    assert [text for urn, text in program.warnings if text.startswith("open-project:") and not urn]
    assert program.of_type(BASELINE)


def test_a_policy_says_what_google_is_told(program: Program) -> None:
    program.run(lambda: guardrails([KEYS, HOSTS], project="acme-dev"))
    keys, hosts = (one.inputs for one in reversed(program.of_type(POLICY)))
    assert keys == {
        "name": "projects/acme-dev/policies/iam.managed.disableServiceAccountKeyCreation",
        "parent": "projects/acme-dev",
        "spec": {"rules": [{"enforce": "TRUE"}]},
    }
    assert hosts["spec"] == {
        "inheritFromParent": True,
        "rules": [{"values": {"deniedValues": ["aiplatform.googleapis.com"]}}],
    }
    assert program.outputs("guardrails") == {
        "constraints": [KEYS["constraint"], HOSTS["constraint"]]
    }


def test_a_dry_run_has_no_spec(program: Program) -> None:
    program.run(lambda: guardrails([{**HOSTS, "dry_run": True}], project="acme-dev"))
    [policy] = program.of_type(POLICY)
    assert "spec" not in policy.inputs
    assert policy.inputs["dryRunSpec"]["rules"][0]["values"]


def test_a_denial_of_everything_is_a_rule_of_its_own(program: Program) -> None:
    none = {"constraint": "vertexai.allowedPartnerModelFeatures", "deny_all": True}
    program.run(lambda: guardrails([none], project="acme-dev"))
    [policy] = program.of_type(POLICY)
    assert policy.inputs["spec"] == {"rules": [{"denyAll": "TRUE"}]}


def test_the_project_may_come_later() -> None:
    program = Program(preview=True)
    project = pulumi.Output.from_input(cast("Any", UNKNOWN))
    program.run(lambda: guardrails([KEYS], project=project))
    assert len(program.of_type(POLICY)) == 1


@pytest.mark.parametrize(
    ("policies", "others", "message"),
    [
        ([], {}, r"guardrails\.policies: expected a list"),
        ("on", {}, r"guardrails\.policies: expected a list"),
        ([{"constraint": "Nope", "enforced": True}], {}, r"policies\[0\]\.constraint: 'Nope'"),
        ([{"constraint": "a.b"}], {}, r"policies\[0\]: expected one of"),
        ([{**KEYS, "denied": ["x"]}], {}, r"policies\[0\]: expected one of"),
        ([KEYS, KEYS], {}, r"policies\[1\]\.constraint: .* another policy already"),
        ([{**KEYS, "dryRun": True}], {}, r"policies\[0\]\.dryRun: unknown key .*dry_run"),
        ([KEYS], {"projekt": "x"}, r"guardrails\.projekt: unknown key .*project"),
        ([KEYS], {"project": "Not A Project"}, r"guardrails\.project: "),
        (
            [{"constraint": "vertexai.allowedModels", "allowed": ["x"], "dry_run": True}],
            {},
            r"policies\[0\]\.dry_run: vertexai\.allowedModels can't be in dry-run mode",
        ),
    ],
)
def test_bad_arguments_are_named_and_register_nothing(
    program: Program, policies: object, others: dict[str, Any], message: str
) -> None:
    others = {"project": "acme-dev", **others}
    with pytest.raises(pulumi.RunError, match=message):
        program.run(lambda: guardrails(policies, **others))
    assert not program.registered


def test_other_languages_can_have_the_component() -> None:
    found = Analyzer("vertex-residency").analyze([Guardrails])
    inputs = found["component_definitions"]["Guardrails"].inputs
    assert {name for name, one in inputs.items() if not one.optional} == {"policies"}
    assert not inputs["project"].plain
    assert all(one.description for one in inputs.values())
    [policy] = [one for one in found["type_definitions"].values() if one.name == "PolicyArgs"]
    assert set(policy.properties) == {
        "constraint",
        "allowed",
        "denied",
        "denyAll",
        "enforced",
        "inherits",
        "dryRun",
    }


POLICY_ARGS: dict[str, Any] = {"constraint": "vertexai.allowedModels", "allowed": ["a"]}


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        ("x", "guardrails.policies[0]: expected a map"),
        (None, "guardrails.policies[0]: expected a map"),
        ({"allowed": ["a"]}, "policies[0].constraint: None is no constraint"),
        ({**POLICY_ARGS, "constraint": 5}, "policies[0].constraint: 5 is no constraint"),
        ({**POLICY_ARGS, "allowed": "abc"}, "policies[0].allowed: expected a list of texts"),
        ({**POLICY_ARGS, "allowed": None}, "policies[0].allowed: expected a list of texts"),
        ({**POLICY_ARGS, "allowed": [1]}, "policies[0].allowed[0]: expected a text"),
        ({**POLICY_ARGS, "allowed": ["a"] * 501}, "501 values, and Google takes at most 500"),
        (
            {"constraint": "iam.managed.disableServiceAccountKeyUpload", "enforced": "no"},
            "policies[0].enforced: expected true or false",
        ),
    ],
)
def test_a_policy_that_is_none_is_said_before_anything_is_registered(
    program: Program, policy: Any, path: str
) -> None:
    with pytest.raises(pulumi.RunError) as raised:
        program.run(lambda: Guardrails("guardrails", {"policies": [policy]}))
    assert path in " ".join(str(raised.value).split())
    assert program.registered == []
