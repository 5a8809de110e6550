"""The rules: what is misplaced is found and passes when it is put in place, whoever wrote it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, cast

import pytest
from pydantic.alias_generators import to_camel

from availability.check.findings import RULES, UNKNOWN_RULE, Finding
from availability.check.provider_types import Group, resource_types, type_of
from availability.check.resources import Resource
from availability.check.rules import Standard, check
from availability.check.values import UNKNOWN, Sensitive
from availability.facts.library import load
from availability.placement.hosts import hosts
from availability.places.geography import places
from availability.places.residency import Residency

SNAPSHOT = load("2026-11-12")
TODAY = dt.date(2026, 11, 27)
MODEL = "projects/acme/locations/{0}/publishers/google/models/gemini-3.8-flash"


def judged(*resources: Resource, residency: object = "eu") -> tuple[Finding, ...]:
    return check(resources, Standard(Residency.parse(residency), SNAPSHOT, TODAY))


def said(*resources: Resource, residency: object = "eu") -> list[tuple[str, str]]:
    return [(finding.address, finding.rule) for finding in judged(*resources, residency=residency)]


def only(*resources: Resource, residency: object = "eu") -> Finding:
    [finding] = judged(*resources, residency=residency)
    return finding


def terraform(kind: str, inputs: Mapping[str, Any], address: str = "it") -> Resource:
    return Resource(address, kind, inputs)


def pulumi(kind: str, inputs: Mapping[str, Any], address: str = "it") -> Resource:
    return Resource(address, type_of(kind).pulumi, cast("dict[str, Any]", camel(inputs)))


def camel(value: object) -> object:
    """The inputs as Pulumi has them: keys in camel case, and objects for lists of one block."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        return {to_camel(key): camel(inner) for key, inner in items}
    if isinstance(value, list):
        return [camel(item) for item in cast("list[object]", value)]
    return value


def inputs_at(path: str, value: object) -> dict[str, Any]:
    """Inputs with a value at a place of the table."""
    first, _, rest = path.partition(".")
    return {first: [inputs_at(rest, value)] if rest else value}


CHECKED = [(row, path) for row in resource_types() for path in row.place]


@pytest.mark.parametrize("spelt", [terraform, pulumi])
@pytest.mark.parametrize(("row", "path"), CHECKED, ids=lambda value: str(value)[:60])
def test_every_place_of_the_table_is_rejected_outside_and_passes_inside(
    row: Any, path: str, spelt: Any
):
    def found(location: str) -> list[str]:
        inputs = inputs_at(path, location)
        for other in row.place:
            inputs = {**inputs_at(other, location), **inputs}
        # A bucket or a dataset counts where something of Vertex AI names it.
        named = {"uri": "gs://feed/in.jsonl bq://acme.feed.table"}
        store = {row.name: "feed"} if row.name else {}
        feeder = Resource("feeder", "google_vertex_ai_dataset", {"region": "europe-west4", **named})
        resources = (spelt(row.terraform, inputs | store), feeder)
        return [rule for address, rule in said(*resources) if address == "it"]

    assert set(found("us-central1")) == {"residency"}
    assert found("europe-west4") == []


@pytest.mark.parametrize(
    "location", ["us-central1", "US-CENTRAL1", "us-central1-a", "europe-west2"]
)
def test_a_location_outside_is_named_with_where_it_would_be_valid(location: str):
    finding = only(terraform("google_vertex_ai_index", {"region": location}))
    assert location.lower()[:11] in finding.text
    assert "lies outside eu" in finding.text
    assert "set region to europe-west" in finding.fix


def test_a_word_that_is_no_location_is_not_known_to_lie_inside():
    finding = only(terraform("google_vertex_ai_index", {"region": "europe-west44"}))
    assert finding.rule == "residency"
    assert "no location that is known to lie in eu" in finding.text
    assert "europe-west4" in finding.text


def test_a_fix_names_only_what_is_inside():
    finding = only(
        terraform("google_vertex_ai_index", {"region": "us-central1"}), residency="europe-west3"
    )
    assert finding.fix == "set region to europe-west3"


def test_an_area_without_a_region_has_no_fix_but_a_wider_one():
    finding = only(terraform("google_vertex_ai_index", {"region": "us-central1"}), residency="no")
    assert "widen the residency" in finding.fix


def test_under_any_every_place_will_do_known_or_not():
    resources = (
        terraform("google_vertex_ai_index", {"region": "us-central1"}, "a"),
        terraform("google_vertex_ai_index", {"region": UNKNOWN}, "b"),
        terraform("google_vertex_ai_index", {"region": "narnia-west1"}, "c"),
        terraform("terraform_data", {"input": "https://narnia1-aiplatform.googleapis.com"}, "d"),
    )
    assert judged(*resources, residency="any") == ()


@pytest.mark.parametrize(
    ("region", "rules"),
    [("us-central1", ["residency"]), ("europe-west4", []), (UNKNOWN, [UNKNOWN_RULE])],
)
def test_what_is_not_set_is_the_provider_s_region(region: Any, rules: list[str]):
    index = Resource("it", "google_vertex_ai_index", {}, provider_region=region)
    assert [rule for _, rule in said(index)] == rules


def test_a_required_place_that_is_missing_is_not_known():
    assert said(terraform("google_vertex_ai_endpoint", {})) == [("it", UNKNOWN_RULE)]


@pytest.mark.parametrize("value", [UNKNOWN, Sensitive(UNKNOWN)])
def test_an_unknown_place_is_neither_a_no_nor_a_yes(value: object):
    finding = only(terraform("google_vertex_ai_index", {"region": value}))
    assert finding.rule == UNKNOWN_RULE


def test_an_unknown_block_hides_the_place_in_it():
    secret = terraform("google_secret_manager_secret", {"replication": UNKNOWN})
    assert said(secret) == [("it", UNKNOWN_RULE)]


def test_a_secret_that_is_kept_wherever_google_likes_has_no_place_to_check():
    secret = terraform("google_secret_manager_secret", {"replication": [{"auto": [{}]}]})
    assert said(secret) == []


SENSITIVE = (
    ("google_vertex_ai_index", "region", "us-central1"),
    ("terraform_data", "input", "https://us-central1-aiplatform.googleapis.com"),
    ("terraform_data", "input", MODEL.format("us-central1")),
    ("terraform_data", "input", MODEL.format("europe-west4") + "-misspelt"),
)


@pytest.mark.parametrize(("kind", "key", "value"), SENSITIVE)
def test_a_sensitive_value_is_checked_and_never_shown(kind: str, key: str, value: str):
    findings = judged(terraform(kind, {key: Sensitive(value)}))
    assert findings
    for finding in findings:
        shown = str(finding.as_json())
        assert "us-central1" not in shown
        assert "gemini" not in shown
        assert key in finding.text


@pytest.mark.parametrize("name", ["feed", "feed-2"])
def test_a_bucket_is_checked_only_where_vertex_ai_names_it(name: str):
    bucket = terraform("google_storage_bucket", {"name": name, "location": "US"}, "bucket")
    index = terraform(
        "google_vertex_ai_index",
        {"region": "europe-west4", "metadata": [{"contents_delta_uri": "gs://feed/x"}]},
    )
    assert said(bucket) == []
    assert said(index, bucket) == ([("bucket", "residency")] if name == "feed" else [])


def test_a_bucket_is_named_by_whatever_calls_vertex_ai():
    bucket = terraform("google_storage_bucket", {"name": "feed", "location": "US"}, "bucket")
    url = "https://europe-west4-aiplatform.googleapis.com/v1/batchPredictionJobs"
    job = terraform("google_cloud_scheduler_job", {"uri": url, "body": "gs://feed/in.jsonl"})
    other = terraform("google_cloud_scheduler_job", {"uri": "https://a.example/gs://feed"})
    assert said(job, bucket) == [("bucket", "residency")]
    assert said(other, bucket) == []


def test_a_bucket_is_named_by_a_reference_before_its_name_is_known():
    bucket = Resource("b", "google_storage_bucket", {"name": UNKNOWN, "location": "US"}, "b")
    index = Resource(
        "i",
        "google_vertex_ai_index",
        {"region": "europe-west4", "metadata": UNKNOWN},
        references=frozenset(["b"]),
    )
    assert said(bucket, index) == [("b", "residency")]


@pytest.mark.parametrize(
    ("location", "residency", "is_inside"),
    [
        ("EU", "eu", True),
        ("EU", "de", False),
        ("EUR4", "eu", True),
        ("EUR5", "eu", False),
        ("EUR5", "europe", True),
        ("EUR8", "de,ch", True),
        ("NAM4", "us", True),
        ("NAM4", "us-central1", False),
        ("ASIA", "asia-pacific", True),
        ("ASIA", "jp", False),
        ("ASIA1", "jp", True),
        ("US", "eu", False),
    ],
)
def test_the_words_of_storage_lie_where_its_page_says(
    location: str, residency: str, is_inside: bool
):
    bucket = terraform("google_storage_bucket", {"name": "feed", "location": location}, "bucket")
    index = Resource("i", "google_vertex_ai_cache_config", {"uri": "gs://feed"})
    assert (said(bucket, index, residency=residency) == []) is is_inside


@pytest.mark.parametrize(
    ("regions", "is_inside"),
    [(["EUROPE-WEST3", "EUROPE-WEST4"], True), (["EUROPE-WEST3", "EUROPE-WEST1"], False)],
)
def test_a_bucket_in_two_regions_lies_there_and_not_in_all_of_the_multi_region(
    regions: list[str], is_inside: bool
):
    placement = {"custom_placement_config": [{"data_locations": regions}]}
    inputs = {"name": "feed", "location": "EU", **placement}
    bucket = terraform("google_storage_bucket", inputs, "bucket")
    cache = Resource("i", "google_vertex_ai_cache_config", {"uri": "gs://feed"})
    assert (said(bucket, cache, residency="de,nl") == []) is is_inside


def test_a_dataset_without_a_location_lies_in_the_united_states():
    dataset = terraform("google_bigquery_dataset", {"dataset_id": "feed"}, "dataset")
    group = terraform(
        "google_vertex_ai_feature_group", {"region": "us-east1", "uri": "bq://acme.feed.table"}
    )
    assert said(dataset, group, residency="us") == []
    assert said(dataset, group)[0] == ("dataset", "residency")


@pytest.mark.parametrize("location", sorted(places()))
def test_every_host_of_a_location_leads_there(location: str):
    for host in hosts(location):
        call = terraform("terraform_data", {"input": f"POST https://{host}/v1/x"})
        outside = not Residency.parse("eu").holds(location)
        assert said(call) == ([("it", "residency")] if outside else [])


@pytest.mark.parametrize(
    "text",
    [
        "aiplatform.googleapis.com",
        "aiplatform.googleapis.com/Endpoint",
        "//aiplatform.googleapis.com/projects/acme",
        "service-1@gcp-sa-aiplatform.iam.gserviceaccount.com",
        "us-central1-run.googleapis.com",
        "projects/acme/locations/us-central1/endpoints/1",
    ],
)
def test_what_only_looks_like_a_call_is_let_be(text: str):
    assert said(terraform("google_project_service", {"service": text})) == []


def test_the_path_behind_a_host_counts_beside_the_host():
    url = "https://europe-west4-aiplatform.googleapis.com/v1/projects/p/locations/{}/endpoints/1"
    assert said(terraform("terraform_data", {"input": url.format("us-east1")})) == [
        ("it", "residency")
    ]
    assert said(terraform("terraform_data", {"input": url.format("europe-west4")})) == []


def test_a_resource_of_vertex_ai_leads_where_the_resources_lie_that_it_names():
    kind = "google_vertex_ai_featurestore_entitytype"
    store = "projects/acme/locations/{}/featurestores/store"
    assert said(terraform(kind, {"featurestore": store.format("us-east1")})) == [
        ("it", "residency")
    ]
    assert said(terraform(kind, {"featurestore": store.format("europe-west4")})) == []


def test_what_a_guardrail_names_it_denies():
    values = {"denied_values": ["us-central1-aiplatform.googleapis.com"]}
    policy = terraform("google_org_policy_policy", {"spec": [{"rules": [{"values": [values]}]}]})
    assert said(policy) == []


def test_a_model_is_called_where_it_is_served():
    call = terraform("terraform_data", {"input": MODEL.format("europe-west4")})
    elsewhere = terraform("terraform_data", {"input": MODEL.format("us-central1")})
    assert {rule for _, rule in said(call)} <= {"not-served"}
    assert "residency" in {rule for _, rule in said(elsewhere)}


@pytest.mark.parametrize(
    ("model", "residency", "rule"),
    [
        ("gemini-3.8-flahs", "eu", "unknown-model"),
        ("gemini-1.5-pro-002", "eu", "retired"),
        ("gemini-3.8-flash", "de", "residency"),
    ],
)
def test_a_model_is_judged_by_the_snapshot(model: str, residency: str, rule: str):
    path = f"projects/p/locations/eu/publishers/google/models/{model}"
    findings = judged(terraform("terraform_data", {"input": path}), residency=residency)
    assert rule in {finding.rule for finding in findings}


def test_a_misspelt_model_has_its_neighbours_as_the_fix():
    path = "projects/p/locations/eu/publishers/google/models/gemini-3.8-flahs"
    assert "gemini-3.8-flash" in only(terraform("terraform_data", {"input": path})).fix


def test_a_model_elsewhere_has_the_path_and_host_of_its_placement_as_the_fix():
    finding = judged(terraform("terraform_data", {"input": MODEL.format("us-central1")}))[0]
    assert "locations/eu/publishers/google/models/gemini-3.8-flash" in finding.fix
    assert "aiplatform.eu.rep.googleapis.com" in finding.fix


def test_processing_is_guaranteed_only_by_a_published_commitment():
    guaranteed = {"within": "eu", "guarantee": "ml-processing"}
    corpus = terraform("google_vertex_ai_rag_corpus", {"region": "europe-west4"})
    endpoint = terraform("google_vertex_ai_endpoint", {"location": "europe-west4"})
    index = terraform("google_vertex_ai_index", {"region": "europe-west4"})
    assert said(corpus, residency=guaranteed) == [("it", "ml-processing")]
    assert said(endpoint, residency=guaranteed) == [("it", UNKNOWN_RULE)]
    assert said(index, residency=guaranteed) == []


def test_the_rag_engine_runs_where_the_snapshot_says():
    served = {region.location for region in SNAPSHOT.rag_regions}
    known = [one for one in SNAPSHOT.location_ids if places()[one].kind == "region"]
    nowhere = sorted(set(known) - served)[0]
    corpus = terraform("google_vertex_ai_rag_corpus", {"region": nowhere})
    assert said(corpus, residency={"within": ["any"], "excluding": ["za"]}) == [
        ("it", "not-served")
    ]


def test_a_stack_without_any_of_it_is_left_alone():
    resources = (
        terraform("google_compute_instance", {"zone": "us-central1-a", "name": "a"}, "a"),
        terraform("google_storage_bucket", {"name": "web", "location": "US"}, "b"),
        terraform("google_cloud_run_v2_service", {"location": "us-east1", "image": "x"}, "c"),
        terraform("kubernetes_config_map", {"data": {"url": "https://a.example"}}, "d"),
        terraform("google_project_service", {"service": "aiplatform.googleapis.com"}, "e"),
    )
    assert judged(*resources) == ()


def test_every_rule_that_is_found_has_its_meaning():
    texts = [
        MODEL.format(location) + suffix
        for location in ("us-central1", "global", "europe-west4")
        for suffix in ("", "-misspelt")
    ]
    resources = [terraform("terraform_data", {"input": text}) for text in texts]
    assert {finding.rule for finding in judged(*resources)} <= set(RULES)


LINK = "https://www.googleapis.com/compute/v1/projects/acme/regions/"


def test_a_link_to_a_region_is_that_region():
    assert said(terraform("google_vertex_ai_index", {"region": f"{LINK}us-central1"})) == [
        ("it", "residency")
    ]
    assert said(terraform("google_vertex_ai_index", {"region": f"{LINK}europe-west4"})) == []


AREAS: tuple[object, ...] = (
    "eu", "us", "de,jp", "europe", "asia-pacific", {"within": "eu", "excluding": "de,nl"},
)  # fmt: skip


@pytest.mark.parametrize("residency", AREAS, ids=str)
@pytest.mark.parametrize("location", ["us-central1", "europe-west2", "me-central1", "global"])
def test_every_location_of_a_fix_would_be_valid(location: str, residency: object):
    for row in resource_types():
        if row.group is Group.DATA or not row.place:
            continue
        inputs = inputs_at(row.place[0], location)
        for finding in judged(terraform(row.terraform, inputs), residency=residency):
            _, to, offered = finding.fix.partition(" to ")
            assert to, finding
            for place in re.split(", | or ", offered):
                placed = terraform(row.terraform, inputs_at(row.place[0], place))
                assert said(placed, residency=residency) == []


@pytest.mark.parametrize("residency", AREAS, ids=str)
def test_what_a_fix_calls_would_be_valid(residency: object):
    for text in (MODEL.format("global"), "https://me-central1-aiplatform.googleapis.com"):
        for finding in judged(terraform("terraform_data", {"input": text}), residency=residency):
            if finding.fix.startswith("call another"):
                continue
            called = terraform("terraform_data", {"input": f"https://{finding.fix.split()[-1]}"})
            assert said(called, residency=residency) == []


@pytest.mark.parametrize("location", [one for one in sorted(places()) if one != "global"])
def test_a_wider_residency_finds_no_more(location: str):
    index = terraform("google_vertex_ai_index", {"region": location})
    for narrow, wide in (("de", "eu"), ("eu", "eea"), ("eu", "eu,us"), ("us", "any")):
        assert len(said(index, residency=wide)) <= len(said(index, residency=narrow))


def test_long_texts_are_read_in_no_time():
    for piece in ("a", "a-", "a.", "us-central1-", "projects/a/", "https://", "gs://a"):
        text = f"aiplatform {piece * (200_000 // len(piece))}"
        assert said(terraform("terraform_data", {"input": text})) == []
