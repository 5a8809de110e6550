"""What ends a preview and an update: who is bound to what, and one table of the deployments."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pulumi

from availability.report.bindings import binding_lines
from availability.report.summary import summary_lines
from availability.stack.plan import Plan
from components.registration.bindings import bindings


@contextmanager
def concluded(plan: Plan) -> Generator[None]:
    """Registers within it what the plan asks for, and tells at the end what came of it.

    The engine shows the messages of a resource in the order in which they come, and the resources
    in no order. So both are messages of the stack itself, and the table is the last of them.
    """
    made = bindings()
    made.gathered = True
    yield
    if pulumi.runtime.is_dry_run() and made.awaited:
        # Of an update that fails they may never come.
        pulumi.Output.all(*made.awaited).apply(lambda _: _conclude(plan), run_with_unknowns=True)
    else:
        _conclude(plan)


def _conclude(plan: Plan) -> None:
    made = bindings()
    lines = binding_lines(made.known, made.unknown) if pulumi.runtime.is_dry_run() else []
    for message in (lines, summary_lines(plan)):
        if message:
            pulumi.log.info("\n".join(message))
