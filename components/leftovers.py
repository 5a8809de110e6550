"""What an interrupted update of a stack may have left: all of it is looked up before the rest."""

from __future__ import annotations

from availability.plans import Plan
from components import endpoint, federation, guardrails, private_access, project, publication
from components.readiness import program
from components.take_over import say, search

_COMPONENTS = (project, federation, endpoint, guardrails, private_access, publication)
"""The modules whose resources' ids are taken where they are there already."""


def take_over(plan: Plan) -> None:
    """Has what the cloud has of this very stack imported, and says so. Raises RunError."""
    google_project = plan.config.project
    if google_project is None:  # refused with the plan
        return
    sought = [one for module in _COMPONENTS for one in module.sought(plan, google_project)]
    ours = program()
    ours.found = search(sought)
    say(ours.found, sought)
