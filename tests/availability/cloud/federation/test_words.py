"""A federation in words: whose workloads it lets in."""

from __future__ import annotations

import pytest

from availability.cloud.federation.keys import read_federation
from availability.cloud.federation.words import whose

OIDC = {
    "issuer": "https://issuer.example",
    "condition": "assertion.sub == 'models-runner-4711'",
    "principal": "subject/models-runner-4711",
}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            {"github": {"repository": "acme/app"}},
            (
                "workflows of the GitHub repository acme/app, on any branch or tag, in jobs of any "
                "environment"
            ),
        ),
        (
            {"github": {"repository": "acme/app", "ownerId": "7", "repositoryId": "8"}},
            (
                "workflows of the GitHub repository acme/app (owner 7, repository 8), on any "
                "branch or tag, in jobs of any environment"
            ),
        ),
        (
            {"github": {"repository": "acme/app", "branch": "main"}},
            "workflows of the GitHub repository acme/app, on refs/heads/main only",
        ),
        (
            {"github": {"repository": "acme/app", "environment": "prod"}},
            (
                "workflows of the GitHub repository acme/app, on any branch or tag, in jobs of the "
                "environment prod only"
            ),
        ),
        (
            {"oidc": OIDC},
            (
                "holders of tokens of https://issuer.example that meet assertion.sub == "
                "'models-runner-4711', as subject/models-runner-4711"
            ),
        ),
        (
            {"oidc": {**OIDC, "audiences": ["https://a.example", "b"]}},
            (
                "holders of tokens of https://issuer.example, for the audience "
                "https://a.example or b that meet assertion.sub == 'models-runner-4711', "
                "as subject/models-runner-4711"
            ),
        ),
    ],
)
def test_a_federation_is_told_with_everything_that_narrows_it(
    source: dict[str, object], words: str
) -> None:
    assert whose(read_federation(source)) == words
