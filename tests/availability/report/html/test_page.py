"""The page: it loads nothing, it can be read by everybody, and no name becomes markup."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from availability.input.printed import plain
from availability.report.html.elements import element, written
from availability.report.html.page import page
from tests.availability.hostile import MARK, hostile_texts, yaml_text
from tests.availability.report.html.pages import Node, made, parsed, report_of, stack_text
from tests.paths import ROOT

STYLE = ROOT / "availability" / "report" / "html" / "style.css"
REFUSED = """
config:
  gcp:project: acme-prod
  vertex-residency:snapshot: "2026-11-12"
  vertex-residency:residency: eu
  vertex-residency:deployments:
    chat:
      model: gemini-3.8-flash
      residency: de
    search:
      model: gemini-embedding-2
      residency: {within: eu, guarantee: ml-processing}
    typo:
      model: gemini-3.8-flahs
"""
BROKEN = "config:\n  gcp:project: acme-prod\n  vertex-residency:residency: Germany\n"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """A page with every section: placed, refused, and one that can't be read."""
    folder = tmp_path_factory.mktemp("stacks")
    return made(report_of(folder, prod=REFUSED, many=stack_text(30), broken=BROKEN))


def section(tree: Node, name: str) -> Node:
    return next(node for node in tree.all("section") if node.attributes["id"] == name)


def test_it_loads_nothing(several: Node) -> None:
    loading = {"src", "srcset", "poster", "data", "action", "formaction", "background", "manifest"}
    for node in several:
        assert not loading & node.attributes.keys()
        assert node.tag not in {"script", "link", "img", "iframe", "object", "embed", "base", "use"}
        assert not [name for name in node.attributes if name.startswith("on")]
        if "href" in node.attributes:
            assert node.tag == "a"
            assert re.match(r"#|https?://", node.attributes["href"])
    [style] = several.all("style")
    assert "@import" not in style.text
    assert set(re.findall(r"url\(([^)]*)\)", style.text)) <= {"#some", "#partly"}
    [policy] = [one for one in several.all("meta") if "http-equiv" in one.attributes]
    assert policy.attributes["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_what_is_referred_to_is_there_once(several: Node) -> None:
    ids = [node.attributes["id"] for node in several if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    links = [node.attributes.get("href", "") for node in several.all("a")]
    labels = [node.attributes["aria-labelledby"] for node in several.all("section")]
    assert {link[1:] for link in links if link.startswith("#")} | set(labels) <= set(ids)
    for fill in re.findall(r"url\(#([^)]*)\)", STYLE.read_text(encoding="utf-8")):
        assert fill in ids


def test_headings_and_landmarks_are_in_order(several: Node) -> None:
    headings = several.all("h1", "h2", "h3", "h4")
    levels = [int(node.tag[1]) for node in headings]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(node.text.strip() for node in headings)
    assert [len(several.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert several.all("html")[0].attributes["lang"] == "en"


def test_every_table_has_a_caption_and_heads(several: Node) -> None:
    tables = several.all("table")
    assert len(tables) > 5
    for table in tables:
        assert table.all("caption")[0].text
        assert all("scope" in head.attributes for head in table.all("th"))
        [body] = table.all("tbody")
        for row in body.all("tr"):
            assert [cell.tag for cell in row.all("th", "td")].count("th") == 1


def test_colour_never_stands_alone(several: Node) -> None:
    cells = [
        node
        for node in several.all("td")
        if node.attributes.get("class", "").startswith("cell ") and "data-why" in node.attributes
    ]
    assert len(cells) > 100
    for cell in cells:
        sign, heard = cell.all("span")
        assert sign.text.strip()
        assert heard.text.strip()
        assert cell.attributes["data-why"].strip()
    for drawing in several.all("svg"):
        hidden = drawing.attributes.get("aria-hidden") == "true"
        assert hidden or drawing.attributes["aria-label"]


def test_a_refusal_stands_there_with_its_reasons_and_fixes(several: Node) -> None:
    text = section(several, "refused").text
    assert "pulumi config set --path vertex-residency:deployments.chat.residency" in text
    assert "no model of snapshot 2026-11-12" in text
    assert "Did you mean" in text
    assert re.search(r"Pulumi\.\w+\.yaml:\d+:\d+: ", text)


def test_processing_is_kept_only_where_it_is_committed(tmp_path: Path) -> None:
    report = report_of(tmp_path, prod=stack_text(60))
    tree = made(report)
    rows = section(tree, "placements").all("tbody")[0].all("tr")
    boundaries = [placement.boundary for _, placement in report.placed]
    assert {None} < set(boundaries)
    for row, boundary in zip(rows, boundaries, strict=True):
        kept = re.findall(r"kept within (\S+?)(?=By what|not|[A-Z]|$)", row.all("td")[2].text)
        assert kept == ([boundary] if boundary else [])
    everywhere = tree.text.count("kept within")
    assert everywhere == sum(boundary is not None for boundary in boundaries)


def test_a_stack_that_cannot_be_read_is_told_with_its_place(several: Node) -> None:
    text = section(several, "unreadable").text
    assert "Pulumi.broken.yaml:3:31: vertex-residency:residency: unknown residency term" in text
    assert "did you mean de?" in text


def test_a_mistake_of_its_project_is_told_where_that_has_it(tmp_path: Path) -> None:
    project = "name: vertex-residency\nruntime: python\nconfig:\n"
    project += "  vertex-residency:residency: {value: Germany}\n"
    (tmp_path / "Pulumi.yaml").write_text(project, encoding="utf-8")
    stack = REFUSED.replace("  vertex-residency:residency: eu\n", "")
    text = section(made(report_of(tmp_path, prod=stack)), "unreadable").text
    assert "Pulumi.yaml:4:39: vertex-residency:residency: unknown residency term" in text


def test_a_model_of_a_newer_snapshot_is_told_to_be_in_that_one(tmp_path: Path) -> None:
    stack = REFUSED.replace("2026-11-12", "2026-10-10").replace(
        "gemini-3.8-flahs", "gemini-4-argon"
    )
    text = section(made(report_of(tmp_path, prod=stack)), "refused").text
    assert "Of snapshot 2026-10-10 these are like it" in text
    assert "Did you mean" not in text
    assert "By the facts of snapshot 2026-11-12 it would be placed in" in text
    assert "pulumi config set --path vertex-residency:snapshot 2026-11-12 --stack prod" in text


def test_alone_it_has_a_page_too(tmp_path: Path) -> None:
    tree = made(report_of(tmp_path, broken=BROKEN))
    known = [node.attributes["id"] for node in tree.all("section")]
    assert known == ["changes", "unreadable", "warnings"]


def test_without_a_comparison_it_says_that_nothing_was_compared(several: Node) -> None:
    assert "Nothing was compared" in section(several, "changes").text


@settings(max_examples=200, deadline=None)
@given(text=hostile_texts)
@example(text="</style><script>alert(1)</script>")
@example(text='" onmouseover="alert(1)')
def test_a_text_is_one_text_and_one_attribute(text: str) -> None:
    [node] = parsed(written(element("p", text, title=text))).all()
    assert (node.tag, node.text, node.attributes) == ("p", plain(text), {"title": plain(text)})


HOSTILE = f"</td><script>{MARK}</script>\" onload='x' `{{{{7*7}}}}` \u202e&lt;<!--"


def test_hostile_names_stand_there_as_text(tmp_path: Path) -> None:
    accept = [{"rule": "retired", "until": "2027-01-01", "reason": HOSTILE}]
    accept.append({"warning": "partner-terms", "until": "2027-01-01", "reason": HOSTILE})
    config = {
        "gcp:project": "acme-prod",
        "vertex-residency:snapshot": "2026-11-12",
        "vertex-residency:residency": "eu",
        "vertex-residency:deployments": {
            "a": {"model": HOSTILE},
            "b": {"model": "claude-sonnet-5-5", "accept": accept},
            "c": {"model": "gemini-2.5-pro", "accept": accept[:1]},
        },
    }
    text = page(report_of(tmp_path, prod=f"config: {yaml_text(config)}\n", odd=HOSTILE))
    tree = parsed(text)
    assert plain(HOSTILE) in tree.text
    assert not tree.all("script")
    assert "\u202e" not in text
    bodies = [node for node in tree if MARK in "".join(node.attributes)]
    assert not bodies


def test_a_hundred_deployments_make_a_page_that_can_be_mailed(tmp_path: Path) -> None:
    report = report_of(tmp_path, prod=stack_text(100))
    assert len(report.shown) == 100
    assert len(page(report).encode()) < 1_500_000


PRINTED = """
import sys
from itertools import pairwise
from availability.command_line.cli import main
main(["report", sys.argv[1], "--as-of", "2026-11-27", "--html", "-"])
"""


def test_it_is_the_same_in_every_process(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(stack_text(12))
    pages = {
        subprocess.run(
            [sys.executable, "-c", PRINTED, str(path)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(pages) == 1
    assert pages.pop().startswith(b"<!doctype html>")


def colours(text: str) -> list[dict[str, str]]:
    """The colours of the style, by their names: those of light, and those of dark."""
    found = [dict(re.findall(r"--([\w-]+): (#\w{6});", part)) for part in text.split(":root {")[1:]]
    light, dark = found[0], found[1]
    return [light, {**light, **dark}]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """As WCAG 2 has it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXTS = [
    *((ink, ground) for ink in ("ink", "quiet", "link") for ground in ("ground", "raised")),
    *((name, f"{name}-ground") for name in ("good", "bad", "warn", "failover", "near", "far")),
    *((name, "ground") for name in ("good", "bad", "warn", "placed")),
    *(("none", "none-ground"), ("on-placed", "placed"), ("ground", "ink"), ("bad", "raised")),
]
SIGNS = [("placed", "sea"), ("placed", "all"), ("placed", "some"), ("placed", "land")]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_texts_and_marks_stand_out(scheme: int) -> None:
    known = colours(STYLE.read_text(encoding="utf-8"))[scheme]
    assert contrast("#000000", "#ffffff") == 21
    for ink, ground in TEXTS:
        assert contrast(known[ink], known[ground]) >= 4.5, (ink, ground)
    for mark, ground in SIGNS:
        assert contrast(known[mark], known[ground]) >= 3, (mark, ground)


def test_light_and_dark_name_the_same_colours() -> None:
    text = STYLE.read_text(encoding="utf-8")
    light, dark = (
        set(re.findall(r"--([\w-]+):", part.split("}")[0])) for part in text.split(":root {")[1:3]
    )
    assert light == dark
    assert set(re.findall(r"var\(--([\w-]+)\)", text)) <= light
