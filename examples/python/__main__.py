"""Two models in the EU for a workflow of GitHub, which has no key."""

import pulumi

from components import Federation, ModelEndpoint, ProjectBaseline

project = ProjectBaseline(
    "project",
    {"publishers": ["google"], "needs": ["context-caching"], "features": ["federation"]},
)
after = pulumi.ResourceOptions(depends_on=[project])
workflow = Federation(
    "workflow",
    {"github": {"repository": "acme/app", "owner_id": "1234567", "branch": "main"}},
    after,
)
chat = ModelEndpoint(
    "chat",
    {
        "model": "gemini-3.8-flash",
        "residency": {"within": ["eu"], "guarantee": "ml-processing"},
        "needs": ["context-caching"],
        "snapshot": "2026-11-12",
        "callers": ["federation"],
        "federation": workflow.caller,
        "roles": project.roles,
    },
    after,
)
search = ModelEndpoint(
    "search",
    {
        "model": "text-embedding-005",
        "residency": {"within": ["de", "fr", "nl"]},
        "snapshot": "2026-11-12",
        "callers": ["federation"],
        "federation": workflow.caller,
        "roles": project.roles,
    },
    after,
)
pulumi.export("provider", workflow.provider_name)
pulumi.export("chat", chat.environment)
pulumi.export("search", search.environment)
