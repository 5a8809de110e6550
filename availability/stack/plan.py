"""A whole stack placed at once: what the program provisions and what `plan` prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from availability.cloud.services import Feature
from availability.explanation.alternatives.fixes import StackFixer
from availability.explanation.answers import Answer, answer, judged, shown_joint_alternatives
from availability.explanation.warnings import (
    floating_snapshot,
    judged_by,
    stale_snapshot,
    unknown_offline,
    unknown_region,
)
from availability.facts.library import SNAPSHOTS, load, newer_than
from availability.facts.snapshot import Snapshot
from availability.input import clock
from availability.input.errors import NAMESPACE, BadInput, Problem
from availability.placement.colocation import together
from availability.placement.endpoints import host
from availability.placement.request import Placement, Refusal
from availability.placement.warnings import Warning
from availability.places.geography import places
from availability.stack.config import Deployment, StackConfig, parse_stack
from availability.stack.google_config import (
    PROJECT,
    REGION,
    missing_project,
    missing_region,
    with_environment,
)

if TYPE_CHECKING:
    from availability.cloud.guardrails.policy import Guardrails
    from availability.cloud.private_access.ways import PrivateHost
    from availability.cloud.publication import Place


@dataclass(frozen=True)
class Unknown:
    """What the engine will know of a stack's configuration, and a reader of its file does not."""

    environment: str | None = None
    """The environments of Pulumi ESC that the stack imports, in words."""
    encrypted: frozenset[str] = frozenset()
    """Of `gcp:project` and `gcp:region`, those that are encrypted."""

    @property
    def texts(self) -> dict[str | None, str]:
        """Each unknown in words, by its key; None is for all that an environment may give."""
        if self.environment is None:
            return {key: f"The value of {key} is encrypted" for key in sorted(self.encrypted)}
        text = f"The environment of this stack (Pulumi ESC: {self.environment}) may give keys"
        return {None: text}


NOTHING_UNKNOWN = Unknown()


@dataclass(frozen=True)
class Plan:
    """Every deployment of a stack with its answer, in the order of their names."""

    stack: str
    config: StackConfig
    snapshot: Snapshot
    today: dt.date
    """The day that it was judged by."""
    answers: tuple[tuple[Deployment, Answer], ...]
    guardrails: Guardrails | None = None
    """The organization policies of the project, where the stack asks for them."""
    private: tuple[PrivateHost, ...] = ()
    """How the stack's network reaches each location, where the stack has private access."""
    publications: Mapping[str, Place] = field(default_factory=dict[str, "Place"])
    """Deployment -> where its configuration is kept, where the stack publishes them."""
    unknown: Unknown = NOTHING_UNKNOWN
    """What of the configuration was not to be known."""

    @property
    def refused(self) -> tuple[tuple[Deployment, Answer], ...]:
        """The deployments that no location is valid for."""
        return tuple(pair for pair in self.answers if isinstance(pair[1].result, Refusal))

    @property
    def features(self) -> tuple[str, ...]:
        """What the stack uses besides its models, of `Feature`: their services are needed."""
        used = [Feature.GUARDRAILS] if self.guardrails else []
        if self.config.keys.private_access is not None:
            from availability.cloud.private_access.ways import features

            used += features(self.config.keys.private_access, self.private)
        if self.config.keys.publish is not None:
            used.append(self.config.keys.publish.feature)
        used += self.config.identity_features
        return tuple(feature.value for feature in used)

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """What holds for the stack as a whole."""
        warnings = () if self.config.pinned else (floating_snapshot(self.snapshot),)
        warnings += stale_snapshot(self.snapshot, self.today, pinned=self.config.pinned)
        warnings += (judged_by(self.today),) if self.config.as_of == self.today else ()
        warnings += self.guardrails.warnings if self.guardrails else ()
        warnings += tuple(_access_warnings(self))
        warnings += tuple(unknown_offline(text, key) for key, text in self.unknown.texts.items())
        region = self.config.region
        return (
            warnings
            if region is None or region in places()
            else (*warnings, unknown_region(region))
        )


def plan_values(
    values: Mapping[str, str],
    stack: str,
    environment: Mapping[str, str],
    *,
    project_name: str = NAMESPACE,
    as_of: dt.date | None = None,
    unknown: Unknown = NOTHING_UNKNOWN,
    file: Path | None = None,
    using: Snapshot | None = None,
) -> Plan:
    """Places all deployments of a stack, from configuration key (with namespace) -> text.

    The program and the offline command line both judge by this. `environment` holds the variables
    that the provider reads, `project_name` is the name of the stack's Pulumi project, and `as_of`
    the day to judge by instead of the configuration's. `file` and `using` are those of `plan`.
    Raises BadInput with every mistake.
    """
    # What an unknown environment may give comes before the variables of this process.
    given = dict(values) if unknown.environment else with_environment(values, environment)
    known = {key: text for key, text in given.items() if key not in unknown.encrypted}
    problems = [] if unknown.environment or PROJECT in given else [missing_project(stack)]
    try:
        config = parse_stack(known, project_name=project_name)
        sets_caching = config.keys.caching is not None
        if sets_caching and not unknown.environment and REGION not in given:
            problems.append(missing_region(stack))
        today = as_of or config.as_of or clock.today()
        made = plan(config, stack, today, file=file, using=using, as_of=as_of)
    except BadInput as error:
        raise BadInput([*problems, *error.problems, *_maybe_elsewhere(unknown)]) from None
    if problems:
        raise BadInput(problems)
    return replace(made, unknown=unknown)


def _maybe_elsewhere(unknown: Unknown) -> Iterator[Problem]:
    """Beside mistakes: what is missing may come from where it is unknown."""
    if unknown.environment:
        message = (
            f"what {unknown.environment} gives (Pulumi ESC) is unknown offline, and may be what is "
            "missing here: `pulumi preview` knows"
        )
        yield Problem("environment", message)


def plan(
    config: StackConfig,
    stack: str,
    today: dt.date,
    snapshots: Path = SNAPSHOTS,
    file: Path | None = None,
    using: Snapshot | None = None,
    as_of: dt.date | None = None,
) -> Plan:
    """Places all deployments of the stack by that day.

    `file` is the stack's, as commands that are printed name it; None for that of the program.
    `using` is a snapshot to judge by instead of the one that the configuration names, and `as_of`
    the day, where a printed command has to give it again.

    Raises BadInput for a corrupt snapshot, and for guardrails, private access and publishing that
    Google would not take.
    """
    if using is None:
        snapshot, newer = load(config.snapshot, snapshots), newer_than(config.snapshot, snapshots)
    else:
        snapshot, newer = using, None
    answers: dict[str, tuple[Deployment, Answer]] = {}
    for names in config.colocate:
        for deployment, joint_answer in _together(
            names, config, StackFixer(stack, "", file, as_of), snapshot, newer, today
        ):
            answers[deployment.name] = (deployment, joint_answer)
    for deployment in config.deployments:
        if deployment.name not in answers:
            fixer = StackFixer(stack, deployment.name, file, as_of)
            answers[deployment.name] = (
                deployment,
                answer(deployment.request, snapshot, today, fixer, newer),
            )
    in_order = tuple(answers[deployment.name] for deployment in config.deployments)
    guardrails = None
    if config.keys.guardrails is not None:
        from availability.cloud.guardrails.decide import decide  # few stacks need it

        results = {deployment.name: answer.result for deployment, answer in in_order}
        caching_region = None if config.keys.caching is None else config.region
        guardrails = decide(config.keys.guardrails, results, snapshot, caching_region)
    return _with_access(Plan(stack, config, snapshot, today, in_order, guardrails))


def _with_access(made: Plan) -> Plan:
    """The plan with what private access and publishing add to it, once nothing is refused.

    Raises BadInput where a network or an area can't have them.
    """
    keys, config = made.config.keys, made.config
    if made.refused or (keys.private_access is None and keys.publish is None):
        return made
    from availability.cloud import publication  # only a stack that has them needs them
    from availability.cloud.private_access import ways

    placed = [(deployment, answer, answer.result) for deployment, answer in made.answers]
    placed = [
        (deployment, answer, placement)
        for deployment, answer, placement in placed
        if isinstance(placement, Placement)
    ]
    if keys.private_access is not None:
        private = ways.private_hosts(
            keys.private_access,
            [placement.location for _, _, placement in placed],
            made.stack,
            config.project,
            config.region,
        )
        other = {
            private_host.location: private_host.host
            for private_host in private
            if private_host.host != host(private_host.location)
        }
        answers = tuple(
            (replace(deployment, host=through), replace(answer, host=through))
            for deployment, answer, placement in placed
            for through in [other.get(placement.location)]
        )
        made = replace(made, private=private, answers=answers)
    if keys.publish is not None:
        wanted = [
            publication.Wanted(deployment.name, placement.location, placement.request.residency)
            for deployment, _, placement in placed
        ]
        places_of = publication.places_of(keys.publish, wanted, made.stack, config.region)
        made = replace(made, publications=places_of)
    return made


def _access_warnings(made: Plan) -> Iterator[Warning]:
    """About the federation, private access, publishing and caching, where the stack has them."""
    keys = made.config.keys
    if keys.federation is not None:
        from availability.cloud.federation.sources import by_name, shared_issuer

        yield from by_name(keys.federation)
        yield from shared_issuer(keys.federation)
    if keys.private_access is not None:
        from availability.cloud.private_access import ways

        yield from ways.warnings(keys.private_access, made.private, made.config.project)
    if keys.publish is not None:
        from availability.cloud import publication

        yield from publication.warnings(keys.publish, made.publications)
    if keys.caching is not None:
        from availability.cloud import caching

        needs = {deployment.name: deployment.request.needs for deployment, _ in made.answers}
        yield from caching.warnings(keys.caching, needs)


def _together(
    names: tuple[str, ...],
    config: StackConfig,
    fixer: StackFixer,
    snapshot: Snapshot,
    newer: Snapshot | None,
    today: dt.date,
) -> Iterator[tuple[Deployment, Answer]]:
    """The members of a group, all placed in one location or all refused.

    Their requests say what they share; of a refused group, the first member in the order of the
    stack tells what would be valid.
    """
    known = {deployment.name: deployment for deployment in config.deployments}
    own = {name: known[name].request for name in names}
    joint = together(own, snapshot, today)
    answers = {name: judged(joint[name], snapshot, today, newer) for name in names}
    if any(isinstance(answer.result, Refusal) for answer in answers.values()):
        # Only a refusal needs them.
        from availability.explanation.alternatives.joint import joint_alternatives

        alternatives = joint_alternatives(own, config.groups, snapshot, today)
        for name, answer in answers.items():
            mine = replace(fixer, deployment=name)
            shared = shown_joint_alternatives(alternatives, own, config.groups, mine, snapshot)
            teller = min(names)
            told_by = None if name == teller else teller
            answers[name] = replace(answer, fixer=mine, shared=shared, told_by=told_by)
    for name, answer in answers.items():
        yield replace(known[name], request=joint[name]), answer
