"""The examples are the same program in each language, and are those that the page names."""

import json
import re

import pytest

from tests.paths import ROOT

EXAMPLES = ROOT / "examples"
PROGRAMS = {
    "yaml": "Pulumi.yaml",
    "go": "main.go",
    "typescript": "index.ts",
    "python": "__main__.py",
}
WORDS = ("acme/app", "1234567", "gemini-3.8-flash", "text-embedding-005", "ml-processing", "nl")


@pytest.mark.parametrize("language", PROGRAMS)
def test_an_example_says_what_the_others_say(language: str) -> None:
    text = (EXAMPLES / language / PROGRAMS[language]).read_text(encoding="utf-8")
    assert [word for word in WORDS if word not in text] == []
    assert len(re.findall("2026-11-12", text)) in (1, 2)
    project = (EXAMPLES / language / "Pulumi.yaml").read_text(encoding="utf-8")
    assert "name: models" in project
    assert "gcp:project: {value: acme-dev}" in project


@pytest.mark.parametrize("language", PROGRAMS)
def test_the_page_names_each_example(language: str) -> None:
    assert f"`examples/{language}/`" in (ROOT / "docs" / "components.md").read_text(
        encoding="utf-8"
    )


def test_examples_import_what_the_schema_says() -> None:
    schema = json.loads((ROOT / "components" / "schema.json").read_text(encoding="utf-8"))
    package = f"@{schema['namespace']}/{schema['name']}"
    assert package in (EXAMPLES / "typescript" / "index.ts").read_text(encoding="utf-8")
    declared = json.loads((EXAMPLES / "typescript" / "package.json").read_text(encoding="utf-8"))
    folder = f"file:sdks/{schema['namespace']}-{schema['name']}"
    assert declared["dependencies"][package] == folder


def test_the_plugin_installs_what_a_stack_needs() -> None:
    lines = (ROOT / "components" / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["-r ../requirements.txt"]
