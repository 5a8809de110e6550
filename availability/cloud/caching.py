"""Caching: whether Google may keep inputs in memory, which belongs to where data is kept.

Google's "Vertex AI and zero data retention": Gemini models cache inputs for up to 24 hours, in the
memory of the data centre that served the request, for the project and in all its regions. So the
cache lies where requests are processed: it is a matter of how long, and of no other place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from availability.facts.needs import Need
from availability.input.errors import BadInput, Problem, shown
from availability.input.values import switch, truths_meant

if TYPE_CHECKING:
    from availability.placement.warnings import Warning


def warnings(enabled: bool, needs: Mapping[str, Collection[Need]]) -> tuple[Warning, ...]:
    """For a stack that turns caching off and relies on explicit caches.

    `needs` are those of each deployment, by its name.
    Google's "Context caching overview" asks for both against the retention of cached data: to
    disable implicit caching, and to create no explicit caches. It does not say that explicit ones
    stop working.
    """
    names = [name for name, wanted in needs.items() if Need.CONTEXT_CACHING in wanted]
    if enabled or not names:
        return ()
    from availability.placement.warnings import Warning, WarningId

    text = (
        f"caching is off, and {', '.join(names)} needs context-caching: an explicit cache keeps "
        "its contents until it expires all the same. No source here says that it stops working."
    )
    return (Warning(WarningId.EXPLICIT_CACHES, text),)


def read_caching(value: object) -> bool | None:
    """Whether Google may cache inputs; None leaves the project's setting alone. Raises BadInput."""
    if (wanted := switch(value)) is not None:
        return wanted
    message = f"expected on or off, not {shown(value)}"
    raise BadInput([Problem("", message, truths_meant(value, "on", "off"))])
