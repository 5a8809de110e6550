"""Plans of Terraform and OpenTofu: modules, what is unknown, what is sensitive, what is refused."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from availability.check.resources import Resource
from availability.check.rules import Standard, check
from availability.check.terraform_plan import plan_of, read_plan
from availability.check.values import UNKNOWN
from availability.facts.library import load
from availability.input.errors import BadInput
from availability.places.residency import Residency
from tests.availability.check.plans import change, configured, plan, refer

STANDARD = Standard(Residency.parse("eu"), load("2026-11-12"), dt.date(2026, 11, 27))
INDEX = "google_vertex_ai_index.search"


RECORDED = Path(__file__).parent / "recorded"


def read(document: dict[str, Any]) -> dict[str, Resource]:
    return {resource.address: resource for resource in plan_of(document, "plan.json").resources}


def said(document: dict[str, Any]) -> list[tuple[str, str]]:
    resources = plan_of(document, "plan.json").resources
    return [(finding.address, finding.rule) for finding in check(resources, STANDARD)]


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(BadInput) as caught:
        plan_of(document, "plan.json")
    return str(caught.value)


def test_a_plan_of_opentofu_is_judged_with_its_modules_and_what_is_sensitive():
    assert said(json.loads((RECORDED / "plan-outside.json").read_text())) == [
        ("terraform_data.hidden", "residency"),
        ("terraform_data.nested", "residency"),
        ("terraform_data.plain", "residency"),
        ('module.search["second"].terraform_data.host[0]', "residency"),
    ]


def test_the_same_configuration_put_in_place_passes():
    assert said(json.loads((RECORDED / "plan-inside.json").read_text())) == []


def test_a_plan_of_opentofu_has_what_is_unknown():
    resources = read(json.loads((RECORDED / "plan-inside.json").read_text()))
    later = resources["terraform_data.later"]
    assert later.inputs["input"] is UNKNOWN
    assert later.references == {"terraform_data.plain"}
    assert later.unknown_texts == 1
    host = resources['module.search["first"].terraform_data.host[0]']
    assert host.references == {"terraform_data.plain"}
    assert host.unknown_texts == 1


@pytest.mark.parametrize("actions", [["create"], ["update"], ["no-op"], ["delete", "create"]])
def test_what_will_be_there_is_checked_whether_it_changes_or_not(actions: list[str]):
    after = {"region": "us-central1"}
    assert said(plan(change(INDEX, after, actions=actions))) == [(INDEX, "residency")]


@pytest.mark.parametrize("actions", [["delete"], ["forget"]])
def test_what_will_be_gone_is_not(actions: list[str]):
    assert said(plan(change(INDEX, None, actions=actions))) == []


def test_what_is_only_read_is_not():
    document = plan(change(f"data.{INDEX}", {"region": "us-central1"}, mode="data"))
    assert said(document) == []


def test_what_is_put_off_is_checked_as_far_as_it_is_known():
    put_off = {"reason": "unknown", "resource_change": change(INDEX, {"region": "us-central1"})}
    assert said(plan(deferred_changes=[put_off])) == [(INDEX, "residency")]


def test_an_instance_of_a_module_keeps_its_address():
    address = f'module.eu["a.b"].module.inner[0].{INDEX}["x[0]"]'
    assert said(plan(change(address, {"region": "us-central1"}))) == [(address, "residency")]


def test_what_is_written_and_unknown_is_unknown():
    document = plan(
        change(INDEX, {}, unknown={"region": True, "metadata": [{"uri": True}]}),
        configuration={
            "root_module": {
                "resources": [configured(INDEX, region=refer("local.region"), metadata=[{}])]
            }
        },
    )
    assert read(document)[INDEX].inputs["region"] is UNKNOWN
    assert said(document) == [(INDEX, "unknown")]


def provider(**region: Any) -> dict[str, Any]:
    return {"google": {"name": "google", "expressions": {"region": region}}}


@pytest.mark.parametrize(
    ("region", "variables", "rules"),
    [
        ({"constant_value": "us-central1"}, {}, ["residency"]),
        ({"constant_value": "europe-west4"}, {}, []),
        (refer("var.region"), {"region": {"value": "us-central1"}}, ["residency"]),
        (refer("var.region"), {"region": {"value": "europe-west4"}}, []),
        (refer("var.continent"), {"continent": {"value": "europe"}}, ["unknown"]),
        (refer("local.region"), {}, ["unknown"]),
        (refer("var.a", "var.b"), {"a": {"value": "us"}, "b": {"value": "eu"}}, ["unknown"]),
    ],
)
def test_what_is_not_written_is_the_provider_s_region(
    region: dict[str, Any], variables: dict[str, Any], rules: list[str]
):
    document = plan(
        change(INDEX, {"display_name": "a"}, unknown={"region": True, "id": True}),
        variables=variables,
        configuration={
            "provider_config": provider(**region),
            "root_module": {"resources": [configured(INDEX, display_name={})]},
        },
    )
    assert [rule for _, rule in said(document)] == rules


def test_a_provider_of_a_module_takes_its_region_from_the_call():
    module = {
        "resources": [configured(INDEX, "module.m:google")],
        "variables": {"region": {"default": "us-central1"}},
    }
    call = {"module": module, "expressions": {"region": {"constant_value": "europe-west4"}}}
    inner = {
        "module.m:google": {
            "module_address": "module.m",
            "expressions": {"region": refer("var.region")},
        }
    }
    address = f"module.m.{INDEX}"
    document = plan(
        change(address, {}, unknown={"region": True}),
        configuration={"provider_config": inner, "root_module": {"module_calls": {"m": call}}},
    )
    assert read(document)[address].provider_region == "europe-west4"
    del call["expressions"]["region"]
    assert read(document)[address].provider_region == "us-central1"


def test_without_a_configuration_nothing_is_known_of_the_provider():
    assert said(plan(change(INDEX, {}, unknown={"region": True}))) == [(INDEX, "unknown")]


@pytest.mark.parametrize(
    "sensitive", [True, {"region": True}, {"labels": True, "region": True}], ids=str
)
def test_a_sensitive_value_is_checked_and_not_shown(sensitive: object):
    document = plan(change(INDEX, {"region": "us-central1"}, sensitive=sensitive))
    [finding] = check(plan_of(document, "plan.json").resources, STANDARD)
    assert finding.rule == "residency"
    assert "us-central1" not in str(finding)


def test_a_bucket_is_found_by_reference_through_modules():
    bucket = "module.data.google_storage_bucket.feed"
    index = f"module.search.{INDEX}"
    data = {
        "resources": [configured("google_storage_bucket.feed")],
        "outputs": {
            "url": {
                "expression": refer("google_storage_bucket.feed.url", "google_storage_bucket.feed")
            }
        },
    }
    search = {
        "resources": [
            configured(INDEX, metadata=[{"contents_delta_uri": refer("var.bucket")}], region={})
        ]
    }
    calls: dict[str, Any] = {
        "data": {"module": data},
        "search": {
            "module": search,
            "expressions": {"bucket": refer("module.data.url", "module.data")},
        },
    }
    document = plan(
        change(bucket, {"location": "US"}, unknown={"url": True}),
        change(
            index,
            {"region": "europe-west4", "metadata": [{}]},
            unknown={"metadata": [{"contents_delta_uri": True}]},
        ),
        configuration={"root_module": {"module_calls": calls}},
    )
    assert said(document) == [(bucket, "residency")]
    calls["search"]["expressions"]["bucket"] = refer("var.other")
    assert said(document) == []


def test_a_bucket_is_found_through_each():
    index = f'{INDEX}["a"]'
    resource = configured(INDEX, metadata=[{"contents_delta_uri": refer("each.value")}])
    resource["for_each_expression"] = refer("google_storage_bucket.feed.url")
    document = plan(
        change("google_storage_bucket.feed", {"location": "US"}),
        change(index, {"region": "europe-west4"}, unknown={"metadata": True}),
        configuration={"root_module": {"resources": [resource]}},
    )
    assert said(document) == [("google_storage_bucket.feed", "residency")]


def test_a_variable_that_names_itself_ends():
    module = {
        "resources": [configured(INDEX, region=refer("module.m.out"))],
        "module_calls": {
            "m": {
                "module": {"outputs": {"out": {"expression": refer("var.in")}}},
                "expressions": {"in": refer("module.m.out")},
            }
        },
    }
    document = plan(
        change(INDEX, {"region": "europe-west4"}), configuration={"root_module": module}
    )
    assert read(document)[INDEX].references == frozenset()


def test_a_state_is_checked_as_well():
    inner = {"address": f"module.m.{INDEX}", "type": "google_vertex_ai_index", "mode": "managed"}
    values = {"root_module": {"child_modules": [{"resources": [inner]}]}}
    inner_values = {"values": {"region": "us-central1"}, "sensitive_values": {"region": True}}
    inner.update(inner_values)  # pyright: ignore[reportArgumentType, reportCallIssue]
    document = {"format_version": "1.0", "terraform_version": "1.14.0", "values": values}
    assert said(document) == [(f"module.m.{INDEX}", "residency")]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "no format_version"),
        ({"format_version": "2.0"}, "none that is understood"),
        ({"format_version": "1.2", "errored": True}, "the plan failed"),
        ({"format_version": 1}, "format_version: Input should be a valid string"),
        ({"format_version": "1.2", "resource_changes": {}}, "resource_changes"),
        ({"format_version": "1.2", "resource_changes": [{"address": "a"}]}, "resource_changes.0"),
    ],
    ids=str,
)
def test_what_is_no_plan_is_bad_input(document: dict[str, Any], message: str):
    assert message in refused(document)


def test_a_later_minor_version_may_add_to_it():
    document = plan(change(INDEX, {"region": "europe-west4"}), new={"a": 1})
    document["format_version"] = "1.99"
    assert said(document) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no JSON"),
        (b"PK\x03\x04 a plan file", "is no JSON"),
        (b"[]", "expected what"),
        (b"\xff\xfe", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
    ],
)
def test_a_file_of_another_kind_is_bad_input(tmp_path: Path, content: bytes, message: str):
    file = tmp_path / "plan.out"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read_plan(str(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_shells_write(tmp_path: Path, encoding: str):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(change(INDEX, {"region": "ü"}))), encoding=encoding)
    assert len(read_plan(str(file)).resources) == 1
