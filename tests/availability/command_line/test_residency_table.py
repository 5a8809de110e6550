"""What docs/residency.md says, sentence by sentence: what is typed, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.availability.cli_runs import run

SNAPSHOT = "--snapshot=2026-11-12"
KEPT = ("--residency=eu", "--guarantee=ml-processing")


@dataclass(frozen=True)
class Case:
    typed: tuple[str, ...]
    status: int
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    day: str = "2026-11-26"


LIVE = "gemini-live-2.5-flash-native-audio"
RESOLVED = {
    # Commitments are per capability.
    "a Live model is committed nowhere": Case(
        (LIVE, *KEPT),
        1,
        ('"Data residency" (2026-07)', '"Supported capabilities" (2026-10-03)', "the stricter one"),
        ("processing kept within",),
    ),
    "nor is one whose card affirms it": Case(
        ("gemini-3.5-transcribe-live", *KEPT),
        1,
        ('"Gemini 3.5 Transcribe" (2026-10-10)', '"Supported capabilities"'),
        ("processing kept within",),
    ),
    "without a guarantee it is placed, and nothing is kept": Case(
        (LIVE, "--residency=eu"), 0, ("endpoint-guarantee",), ("processing kept within",)
    ),
    "what the page does not list is not covered": Case(
        ("gemini-3.5-flash", *KEPT, "--need=url-context"),
        1,
        (
            "no commitment on processing of gemini-3.5-flash in eu covers url-context",
            "Do without url-context",
        ),
    ),
    "what lost its tick is unknown": Case(
        ("gemini-3.5-flash", *KEPT, "--need=code-execution"),
        0,
        ("unknown-commitment", "code-execution is unknown, and not refused"),
    ),
    "what a partner's card lists is covered": Case(
        ("claude-sonnet-4-6", *KEPT, "--need=web-search"),
        0,
        ("It covers web-search.",),
        ("unknown-commitment",),
    ),
    "without needs it says for what": Case(
        ("gemini-3.5-flash", *KEPT), 0, ("Google lists tuning", "does not cover rag-corpus")
    ),
    "a word outside of the vocabulary gets the list": Case(
        ("gemini-3.5-flash", *KEPT, "--need=streaming"),
        2,
        ("it is one of tuning,", "function-calling"),
        ("did you mean",),
    ),
    "so does another": Case(
        ("gemini-3.5-flash", *KEPT, "--need=vision"), 2, ("it is one of",), ("did you mean",)
    ),
    "corpora have no commitment": Case(
        ("gemini-3.5-flash", *KEPT, "--need=rag-corpus"),
        1,
        (
            "no commitment on processing of gemini-3.5-flash in eu covers rag-corpus",
            '"Security controls',
        ),
    ),
    "corpora lie in a region of the area": Case(
        ("gemini-3.5-flash", "--residency=eu", "--need=rag-corpus"),
        0,
        ("lie in europe-west3",),
    ),
    # What is kept, and who sees it.
    "prompts that have to be shared are refused": Case(
        ("claude-fable-5", *KEPT), 1, ("to be shared with anthropic", '"Abuse monitoring"')
    ),
    "else it is a warning, with who has to do what": Case(
        ("claude-fable-5", "--residency=eu"),
        0,
        ("sharing:", "aiplatform.consents.update", "enable each location", "retention:"),
    ),
    "who is let in is a warning": Case(
        ("gpt-6-astra", "--residency=any"), 0, ("allowlist:", "Google account team")
    ),
    # Controls.
    "a preview has none": Case(
        ("gemini-3.1-pro-preview", "--residency=any", "--control=cmek"),
        1,
        ("does not support security controls for previews",),
    ),
    "what a page denies is refused": Case(
        ("gemini-3.5-flash", "--residency=eu", "--need=rag-corpus", "--control=cmek"),
        1,
        ("cmek does not cover rag", '"Security controls for Generative AI" (2026-11)'),
    ),
    "what no page says is unknown": Case(
        ("gemini-3.5-flash", "--residency=eu", "--control=cmek,vpc-sc"), 0, ("unknown-control",)
    ),
    "a preview's answer says so without being asked": Case(
        ("gemini-3.1-pro-preview", "--residency=any"),
        0,
        ("does not support security controls for preview models",),
    ),
    # Time.
    "a Gemini model is there on its last day": Case(
        ("gemini-2.5-flash", "--residency=eu"),
        0,
        ("last available on 2026-10-20, today", "new-access-blocked: Since 2026-09-20"),
        day="2026-10-20",
    ),
    "and gone on the next": Case(
        ("gemini-2.5-flash", "--residency=eu"),
        1,
        ("shut down after 2026-10-20",),
        day="2026-10-21",
    ),
    "an open model is gone on the day": Case(
        ("deepseek-v3.2-maas", "--residency=any"),
        1,
        ("shut down since 2026-10-21",),
        day="2026-10-21",
    ),
    "who used it before is not told of new projects": Case(
        ("gemini-2.5-flash", "--residency=eu", "--prior-usage"),
        0,
        ("retiring:",),
        ("new-access-blocked",),
        day="2026-10-20",
    ),
    "a passed promise is no retirement": Case(
        ("claude-opus-4-1", "--residency=any"), 0, ("not-before-passed",)
    ),
    "the class of shorter availability is said": Case(
        ("gemini-3.7-flash", "--residency=eu"), 0, ("short-lived:", "45 days after its replacement")
    ),
    # Replacements.
    "the published one is the first": Case(
        ("gemini-2.5-pro", "--residency=eu"),
        1,
        ("1. Use gemini-3.8-flash of google (until 2027-09-02 or later)",),
    ),
    "no other tier, and none that is past its day": Case(
        ("claude-3-7-sonnet", "--residency=us"),
        1,
        ("1. Use claude-sonnet-5-5 of anthropic (until 2027-09-28 or later)",),
        ("claude-sonnet-4 of",),
    ),
    "live for live": Case(
        ("gemini-2.0-flash-live-preview-04-09", "--residency=any"), 1, ("1. Use gemini-3.8-live",)
    ),
    "a pin gives way": Case(
        ("gemini-2.0-flash", "--residency=us", "--location=us-west2"),
        1,
        ("1. Use gemini-3.1-flash-lite",),
        ("mistral-small",),
    ),
    "vectors are made again": Case(
        ("textembedding-gecko@003", "--residency=any"), 1, ("have to be made again",)
    ),
    # The newest published locations count.
    "the last page stands, with its age": Case(
        ("text-embedding-005", *KEPT), 0, ("processing kept within eu", "aged-locations")
    ),
    "so it does for the older one": Case(("text-embedding-004", *KEPT), 0, ("aged-locations",)),
    "what no page lists stays unknown": Case(
        ("gemini-embedding-001", "--residency=any"), 1, ("does not say where it is served",)
    ),
}


@pytest.mark.parametrize("case", RESOLVED.values(), ids=RESOLVED)
def test_each_sentence_is_answered(case: Case) -> None:
    done = run("resolve", *case.typed, SNAPSHOT, f"--as-of={case.day}")
    text = " ".join(f"{done.out} {done.err}".split())
    assert done.status == case.status, text
    assert [words for words in case.said if words not in text] == []
    assert [words for words in case.unsaid if words in text] == []


CITED = {
    "gemini-2.5-flash": ("last available on 2026-10-20", '"Data residency" (2026-07)'),
    "claude-fable-5": ("Data retention, line 64", '"Abuse monitoring" (2026-08-21)'),
    "gemini-3.5-flash": ("cmek of rag: no", '"Security controls for Generative AI" (2026-11)'),
    "text-embedding-005": ("europe-west1", '"Deployments And Endpoints" (2025-05-12)'),
}


@pytest.mark.parametrize(("model", "words"), CITED.items(), ids=CITED)
def test_the_facts_behind_them_have_their_pages(model: str, words: tuple[str, ...]) -> None:
    text = " ".join(run("facts", model, SNAPSHOT).out.split())
    assert [one for one in words if one not in text] == []
