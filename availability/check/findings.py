"""What is found in resources: a broken rule, or what is not known."""

from __future__ import annotations

from dataclasses import dataclass

from availability.placement.rules import Rule

UNKNOWN_RULE = "unknown"
"""The rule of a finding that says neither yes nor no, because something is not known yet."""

RULES: dict[str, str] = {
    Rule.RESIDENCY: "What is there, or what it leads to, lies outside the area.",
    Rule.ML_PROCESSING: Rule.ML_PROCESSING.meaning,
    Rule.NOT_SERVED: "What is called is not served in this location.",
    Rule.UNKNOWN_MODEL: Rule.UNKNOWN_MODEL.meaning,
    Rule.UNKNOWN_LOCATION: Rule.UNKNOWN_LOCATION.meaning,
    Rule.RETIRED: Rule.RETIRED.meaning,
    Rule.DATA_SHARING: Rule.DATA_SHARING.meaning,
    UNKNOWN_RULE: "It cannot be said whether it lies in the area: something is not known.",
}
"""Every rule by its id, with its meaning. Those of `placement.rules` that are not here need what
no plan says: whether previews are allowed, which needs there are, and whether a project used the
model before."""


@dataclass(frozen=True)
class Finding:
    """One thing that is to be said of a resource."""

    address: str
    type: str
    rule: str
    """A key of `RULES`."""
    text: str
    fix: str
    """What would make it valid, or known."""
    written_at: tuple[str, int] | None = None
    """The program's file and line, where they are known."""

    @property
    def is_unknown(self) -> bool:
        """Whether it says neither yes nor no."""
        return self.rule == UNKNOWN_RULE

    def as_json(self) -> dict[str, str]:
        """`{address, type, rule, text, fix}`."""
        return {
            "address": self.address,
            "type": self.type,
            "rule": self.rule,
            "text": self.text,
            "fix": self.fix,
        }
