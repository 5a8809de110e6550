"""What a stack registers from its plan: what its project needs, and then each feature.

A key of a stack names the module of the feature that it asks for (`RegisteredBy`), and this module
says in its `FEATURE` how the plan becomes a component. What the keys mean is decided in
`availability`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from availability.cloud.set_by import SetBy
from availability.stack.keys import StackKeys
from availability.stack.moves import moves
from availability.stack.plan import Plan
from availability.stack.review.declared import OUTPUT, Declared
from availability.stack.review.last_update import since_update
from availability.stack.shape import registered_by
from components import project
from components.conclusion import concluded
from components.feature import Exports, Stack, StackFeature, needs_of
from components.project import Needed, ProjectBaseline
from components.registration.last_outputs import last_outputs
from components.registration.readiness import program
from components.registration.search import Sought
from components.registration.take_over import take_over

PROJECT = "project"


def _features() -> Iterator[StackFeature]:
    """What each module that a key of a stack names says of it."""
    for module in registered_by(StackKeys).values():
        yield import_module(f"components.{module}").FEATURE


FEATURES = tuple(sorted(_features(), key=lambda feature: feature.turn))
"""The features in the order in which they are registered and exported."""


def provision(plan: Plan) -> Exports:
    """Registers all that a placed stack asks for; returns what it exports, by name.

    Raises RunError where something can't be registered.
    """
    keys = plan.config.keys
    program().protects = keys.protect
    program().registered.set_by = SetBy.KEYS
    google_project = plan.config.project
    if keys.take_over and google_project is not None:
        take_over([*_sought(plan, google_project)], keys.generation)
    outputs = last_outputs()
    moved = moves(plan, outputs or {})
    exports: dict[str, object] = {}
    with concluded(plan, since_update(plan, outputs), moved):
        stack = Stack(plan, ProjectBaseline.decided(PROJECT, _needed(plan)), moved)
        for feature in FEATURES:
            exports |= feature.register(stack)
    return {**exports, OUTPUT: Declared.of(plan).as_json()}


def _sought(plan: Plan, google_project: str) -> Iterator[Sought]:
    """All that an interrupted update may have left, of which the ids are known beforehand."""
    yield from project.sought(PROJECT, _needed(plan), google_project)
    for feature in FEATURES:
        yield from feature.sought(plan, google_project)


def _needed(plan: Plan) -> Needed:
    """What the deployments of a stack need once in their project."""
    return Needed(
        publishers=sorted({answer.publisher for _, answer in plan.answers}),
        needs=needs_of(plan),
        features=plan.features,
        generation=plan.config.keys.generation,
        adopt=plan.config.keys.adopt,
    )
