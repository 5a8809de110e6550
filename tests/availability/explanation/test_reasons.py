"""What a refusal says is true, complete, and short enough to be read."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from availability.explanation.alternatives.fixes import StackFixer
from availability.explanation.answers import Answer, answer
from availability.explanation.headline import headline
from availability.explanation.reasons import grouped_reasons, reason
from availability.facts.library import load
from availability.facts.names import all_models
from availability.facts.needs import Need
from availability.facts.processing import boundary
from availability.input.wrap import WIDTH
from availability.placement.place import place
from availability.placement.request import Placement, Refusal, Request
from availability.placement.rules import Rule
from availability.places.geography import places
from availability.places.residency import Guarantee, Residency
from availability.report.refusals import REFUSAL_LINES, Listing, location_lines, refusal_lines
from availability.report.text import placement_lines, ranking_lines, refused_plan_lines
from availability.stack.config import parse_stack
from availability.stack.plan import plan
from tests.thorough import thorough

SNAPSHOT = load("2025-05-12")
TODAY = dt.date(2025, 6, 1)
LIMITED = {
    need: {limit.endpoint for limit in SNAPSHOT.limitations if limit.need is need} for need in Need
}
AREAS = ["any", "eu", "us", "de", "de,fr", "europe", "jp", "no", "canada", "europe-west9"]


@st.composite
def requests(draw: st.DrawFn) -> Request:
    named = draw(st.sampled_from(all_models(SNAPSHOT)))
    area = draw(st.sampled_from(AREAS))
    excluding = draw(st.sampled_from([None, "be", "us"])) if area in ("any", "eu") else None
    guarantees = [one.value for one in Guarantee if area != "any" or one is Guarantee.ENDPOINT]
    residency = Residency.build(area, excluding, draw(st.sampled_from(guarantees)))
    return Request(
        model=named.id,
        residency=residency,
        needs=tuple(draw(st.lists(st.sampled_from(list(Need)), max_size=2, unique=True))),
        location=draw(st.one_of(st.none(), st.sampled_from(sorted(places())))),
        allow_preview=draw(st.booleans()),
        prior_usage=draw(st.booleans()),
    )


def refused(request: Request) -> tuple[Answer, Refusal] | None:
    one = answer(request, SNAPSHOT, TODAY, StackFixer("prod", "chat"))
    return (one, one.result) if isinstance(one.result, Refusal) else None


def listed_locations(lines: list[str]) -> list[str]:
    """What the list of locations names, after each of its sentences."""
    text = "\n".join(lines)
    groups = re.findall(r"^  - (.*(?:\n {4}\S.*)*)", text, re.MULTILINE)
    return [place_ for one in groups for place_ in re.split(r",\s+", re.split(r":\s+", one)[-1])]


@thorough(300)
@given(request=requests())
def test_each_location_of_the_snapshot_is_accounted_for_once(request: Request) -> None:
    if (found := refused(request)) is None:
        return
    _, refusal = found
    told = [one for _, places_ in grouped_reasons(refusal, SNAPSHOT) for one in places_]
    pinned = [request.location] if request.location else []
    expected = SNAPSHOT.location_ids.union(pinned)
    assert sorted(told) == sorted(expected)
    lines = refusal_lines(found[0], "chat", listing=Listing.FULL)
    assert sorted(listed_locations(lines)) == sorted(expected)
    assert lines[-len(location_lines(found[0])) :] == location_lines(found[0])


@thorough(300)
@given(request=requests())
def test_what_is_said_about_a_location_is_true_by_the_snapshot(request: Request) -> None:
    if (found := refused(request)) is None:
        return
    refusal = found[1]
    assert refusal.named is not None
    served = refusal.named.entry.served
    for sentence, locations in grouped_reasons(refusal, SNAPSHOT):
        for location in locations:
            said_served = bool(re.search(r"(^|, )served, ", sentence))
            assert said_served == (location in served), (sentence, location)
            inside = re.search(r"\b(in|out)side ", sentence)
            assert inside is not None
            assert (inside[1] == "in") == request.residency.holds(location)
            pinned = request.location is not None and location != request.location
            assert ("not pinned" in sentence) == pinned
            assert ("not listed" in sentence) <= (
                location not in SNAPSHOT.listed(refusal.named.entry)
            )
            for need in request.needs:
                lacks = location in served and location in LIMITED[need]
                offered, _, uncovered = sentence.partition("no commitment on processing for ")
                assert (f"{need}" in offered) == lacks
                assert not uncovered or request.residency.holds(location)
            if kept := re.search(r"processed within (\w+)", sentence):
                assert kept[1] == boundary(refusal.named, location, None)
            if re.search("no commitment on processing (known|for this)", sentence):
                assert boundary(refusal.named, location, None) is None


@thorough(300)
@given(request=requests())
def test_a_refusal_fits_on_a_screen(request: Request) -> None:
    if (found := refused(request)) is None:
        return
    lines = refusal_lines(found[0], "chat", "stacks/Pulumi.prod.yaml:7:14: model: x")
    assert len(lines) <= REFUSAL_LINES
    wide = [line for line in lines if len(line) > WIDTH]
    commands = ("pulumi config", "Without pulumi, fix ")
    assert all(line.lstrip().startswith(commands) for line in wide)


@thorough(200)
@given(request=requests())
def test_the_fixes_follow_the_headline_and_the_rest_comes_last(request: Request) -> None:
    if (found := refused(request)) is None:
        return
    one, refusal = found
    head = f"chat: {headline(refusal, SNAPSHOT)}."
    for listing in Listing:
        lines = refusal_lines(one, "chat", listing=listing)
        text = " ".join(" ".join(lines).split())
        assert text.startswith(head)
        after = text.removeprefix(head).strip()
        assert after.startswith(("What would be valid:", "Did you mean:", "Nothing would make"))
        commands = [command for _, command in one.fixes if command in lines_of(lines)]
        assert commands or not one.fixes
        rest = text.find("Asked of snapshot")
        assert all(text.index(command) < rest for command in commands) or rest == -1
        whole = "python -m availability plan stacks/Pulumi.prod.yaml --explain"
        assert (lines[-1].strip() == whole) == (listing is Listing.POINTED)
        if listing in (Listing.BESIDE, Listing.FULL):
            assert len(commands) == len(one.fixes)
            assert rest != -1


def lines_of(lines: list[str]) -> set[str]:
    return {line.strip() for line in lines}


def test_the_list_stands_in_its_place_where_no_command_prints_it() -> None:
    request = Request("gemini-2.0-flash-001", Residency.parse("eu"), location="us-west2")
    refusal = place(request, SNAPSHOT, TODAY)
    lines = refusal_lines(Answer(refusal, SNAPSHOT))
    assert sorted(listed_locations(lines)) == sorted({*SNAPSHOT.location_ids, "us-west2"})
    assert "  - pinned, outside eu, not in the snapshot: us-west2" in lines
    assert not any("--explain" in line for line in lines)


@thorough(200)
@given(request=requests())
def test_each_reason_has_a_sentence_that_names_its_place(request: Request) -> None:
    if (found := refused(request)) is None:
        return
    refusal = found[1]
    assert len(set(refusal.reasons)) == len(refusal.reasons)
    for location, rule in refusal.reasons:
        text = reason(refusal, location, rule, SNAPSHOT)
        assert text.endswith(".")
        assert location is None or location in text


def test_a_closed_model_says_when_prior_usage_would_help() -> None:
    found = refused(Request("gemini-1.5-pro-002", Residency.parse("eu")))
    assert found is not None
    text = "\n".join(refusal_lines(found[0]))
    assert "Since 2025-04-29" in text
    assert "priorUsage: true" in text


def test_a_model_that_only_the_prose_lists_is_not_said_to_be_unserved() -> None:
    found = refused(Request("gemini-2.0-flash-live-preview-04-09", Residency.parse("eu")))
    assert found is not None
    for listing in (Listing.POINTED, Listing.FULL):
        text = "\n".join(refusal_lines(found[0], listing=listing))
        assert "not listed for it" in text
        assert "not served" not in text
    told = reason(found[1], "europe-west4", Rule.NOT_SERVED, SNAPSHOT)
    assert told.startswith("Nothing says that")


def test_nothing_that_works_is_said_plainly() -> None:
    request = Request(
        "multimodalembedding@001",
        Residency.parse({"within": "no", "guarantee": "ml-processing"}),
        location="us-west2",
    )
    one = answer(request, SNAPSHOT, TODAY, StackFixer("prod", "chat"))
    assert isinstance(one.result, Refusal)
    text = "\n".join(refusal_lines(one))
    assert bool(one.alternatives) != ("Nothing would make it valid" in text)


def test_ten_refused_deployments_have_a_summary_first() -> None:
    keys = '{"model":"gemini-2.0-flash-001","residency":"de"}'
    names = [f"chat-{number}" for number in range(10)]
    deployments = ",".join(f'"{name}":{keys}' for name in names)
    config = {"vertex-residency:deployments": f"{{{deployments}}}"}
    lines = refused_plan_lines(plan(parse_stack(config), "prod", TODAY))
    head = " ".join(lines[: lines.index("")])
    assert head.startswith("10 of 10 deployments of stack prod refused")
    assert all(name in head for name in names)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Request("gemini-2.0-flash-001", Residency.parse("any")), "the widest endpoint"),
        (
            Request("gemini-2.0-flash-001", Residency.parse("eu"), prefer=("europe-west9",)),
            "is preferred",
        ),
        (
            Request("gemini-2.0-flash-001", Residency.parse("eu"), region="europe-west3"),
            "347 km from europe-west3, not 392",
        ),
        (
            Request("gemini-2.0-flash-001", Residency.parse("eu"), location="europe-west9"),
            "is pinned",
        ),
        (Request("claude-3-opus@20240229", Residency.parse("us")), "the only valid location"),
    ],
)
def test_a_placement_says_why_it_won(request_: Request, why: str) -> None:
    one = answer(request_, SNAPSHOT, TODAY)
    text = " ".join(line.strip() for line in placement_lines(one, None))
    assert why in text


def test_the_ranking_counts_every_valid_location_and_what_is_not_promised() -> None:
    one = answer(Request("gemini-2.0-flash-001", Residency.parse("eu")), SNAPSHOT, TODAY)
    assert isinstance(one.result, Placement)
    text = "\n".join(ranking_lines(one.result, SNAPSHOT))
    assert [*re.findall(r"^ +\d+\. ([\w-]+):", text, re.MULTILINE)] == list(one.result.valid)
    assert "Not promised: where requests are processed, which nothing commits" in text
