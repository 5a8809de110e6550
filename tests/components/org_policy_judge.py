"""What Google's organization policies do with a call, from Google's documentation of them.

Nothing here knows how the project makes its policies. A policy is what the provider is given:
`{name, spec, dryRunSpec}` with the names of the API. The sources, by the page's title:

- list constraints: an explicit deny precedes an allow; with allowed values all others are denied,
  with denied values all others are allowed ("Control access to Model Garden models")
- `publishers/PUBLISHER/models/MODEL_NAME:ACTION`, ACTION one of predict (online and batch
  predictions), deploy, tune; each model by itself, at most 500 values (the same page)
- `gcp.restrictEndpointUsage` is a denylist of hosts; what it does not name is allowed ("Restrict
  endpoint usage")
- `is:` before a value means the value (Resource Manager reference, Policy)
- 500 values and 32 KB a policy ("Quotas and system limits" of Organization Policy)
- `inheritFromParent` merges the parents' rules with these, without it they are gone
  ("Understanding hierarchy evaluation")
- dry-run mode: managed and custom constraints, and restrictServiceUsage, restrictEndpointUsage,
  restrictTLSVersion, restrictTLSCipherSuites; nothing is denied in it ("Creating organization
  policies in dry-run mode")
- value groups of locations: `in:eu-locations`, `in:us-locations`, `in:REGION-locations`
  ("Restricting resource locations")
"""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REGIONS = Path(__file__).resolve().parents[2] / "availability" / "data" / "regions.csv"
DRY_RUN = {
    "gcp.restrictServiceUsage",
    "gcp.restrictEndpointUsage",
    "gcp.restrictTLSVersion",
    "gcp.restrictTLSCipherSuites",
}
BOOLEAN = {
    "iam.managed.disableServiceAccountKeyCreation",
    "iam.managed.disableServiceAccountKeyUpload",
}


@cache
def regions() -> dict[str, dict[str, str]]:
    """Region -> its row: `country_iso2`, `geography`, `in_eu`."""
    lines = [line for line in REGIONS.read_text().splitlines() if not line.startswith("#")]
    return {row["code"]: row for row in csv.DictReader(lines) if row["kind"] == "region"}


def hosts(location: str) -> set[str]:
    """Every host under which Vertex AI is documented for a location."""
    if location == "global":
        return {"aiplatform.googleapis.com", "aiplatform.mtls.googleapis.com"}
    if location in ("us", "eu"):
        return {
            f"aiplatform.{location}.rep.googleapis.com",
            f"aiplatform.{location}.rep.mtls.googleapis.com",
        }
    return {
        f"{location}-aiplatform.googleapis.com",
        f"{location}-aiplatform.mtls.googleapis.com",
        f"aiplatform.{location}.rep.googleapis.com",
        f"aiplatform.{location}.rep.mtls.googleapis.com",
        f"aiplatform.{location}.p.rep.googleapis.com",
    }


def locations() -> set[str]:
    return {*regions(), "us", "eu", "global"}


def inside(location: str, within: Iterable[str], excluding: Iterable[str] = ()) -> bool:
    """Whether an endpoint lies in these terms, as the project's design words it."""
    out = set(excluding)
    if location == "global":
        return "any" in within and not out
    if location in ("us", "eu"):
        holding = {"us": {"any", "us"}, "eu": {"any", "eu", "eea", "europe"}}[location]
        mine = [code for code, row in regions().items() if _is_in(row, code, location)]
        touched = any(_is_in(regions()[code], code, term) for code in mine for term in out)
        return bool(holding & set(within)) and not touched
    row = regions()[location]
    return any(_is_in(row, location, term) for term in within) and not any(
        _is_in(row, location, term) for term in out
    )


def _is_in(row: Mapping[str, str], code: str, term: str) -> bool:
    if term in ("eu", "eea"):
        return row["in_eu"] == "yes"
    return term in ("any", code, row["country_iso2"].lower(), row["geography"].lower())


@dataclass(frozen=True)
class Judge:
    """The policies of one project, those that are enforced or (with `dry`) those in dry run."""

    policies: tuple[Mapping[str, Any], ...]
    dry: bool = False

    def __post_init__(self) -> None:
        names = [policy["name"] for policy in self.policies]
        assert len(names) == len(set(names)), "Google holds one policy a constraint"
        for policy in self.policies:
            well_formed(policy)

    def model(self, publisher: str, model: str, action: str) -> bool:
        """Whether this can be done with the model."""
        value = f"publishers/{publisher}/models/{model}:{action}"
        return self._allows("vertexai.allowedModels", {value})

    def host(self, host: str) -> bool:
        """Whether requests to this host are answered."""
        return self._allows("gcp.restrictEndpointUsage", {host})

    def service(self, service: str) -> bool:
        return self._allows("gcp.restrictServiceUsage", {service})

    def feature(self, publisher: str, model: str, feature: str) -> bool:
        """Denied in an organization where no policy allows it."""
        name = f"publishers/{publisher}/models/{model}"
        values = {f"publishers/{publisher}", name, f"{name}:{feature}"}
        spec = self._spec("vertexai.allowedPartnerModelFeatures")
        return spec is not None and self._allows("vertexai.allowedPartnerModelFeatures", values)

    def resource(self, location: str) -> bool:
        """Whether a resource can be created there."""
        groups = {location, f"in:{location}-locations"}
        if location in ("us", "eu"):
            groups = {location, f"in:{location}-locations"}
        else:
            row = regions()[location]
            groups |= {"in:eu-locations"} if row["in_eu"] == "yes" else set()
            groups |= {"in:us-locations"} if row["country_iso2"] == "US" else set()
        return self._allows("gcp.resourceLocations", groups)

    def enforces(self, constraint: str) -> bool:
        spec = self._spec(constraint)
        return spec is not None and spec["rules"] == [{"enforce": "TRUE"}]

    def keeps_the_parents_denials(self, constraint: str) -> bool:
        """Whether what an organization denies stays denied in the project."""
        spec = self._spec(constraint)
        return spec is None or spec.get("inheritFromParent") is True

    def _spec(self, constraint: str) -> Mapping[str, Any] | None:
        for policy in self.policies:
            if policy["name"].endswith(f"/policies/{constraint}"):
                return policy.get("dryRunSpec" if self.dry else "spec")
        return None

    def _allows(self, constraint: str, values: set[str]) -> bool:
        spec = self._spec(constraint)
        if spec is None:
            return True
        [rule] = spec["rules"]
        if rule.get("denyAll"):
            return False
        allowed = {one.removeprefix("is:") for one in rule["values"].get("allowedValues", [])}
        denied = {one.removeprefix("is:") for one in rule["values"].get("deniedValues", [])}
        if values & denied:
            return False
        return bool(values & allowed) if allowed else True


def well_formed(policy: Mapping[str, Any]) -> None:
    """Fails for what Google would not take."""
    match = re.fullmatch(r"(projects/[a-z0-9-]+)/policies/([\w.]+)", policy["name"])
    assert match, policy["name"]
    assert policy["parent"] == match[1]
    constraint = match[2]
    assert bool(policy.get("spec")) != bool(policy.get("dryRunSpec"))
    if policy.get("dryRunSpec"):
        assert constraint in DRY_RUN or ".managed." in constraint
    spec = policy.get("spec") or policy["dryRunSpec"]
    [rule] = spec["rules"]
    if constraint in BOOLEAN:
        assert spec == {"rules": [{"enforce": "TRUE"}]}
        return
    values = [v for some in rule.get("values", {}).values() for v in some]
    assert values or rule == {"denyAll": "TRUE"}
    assert len(values) == len(set(values)) <= 500
    assert len(json.dumps(spec)) < 32 * 1024
    forms = {
        "vertexai.allowedModels": r"publishers/[\w.-]+/models/[\w.@-]+:(predict|deploy|tune)",
        "vertexai.allowedPartnerModelFeatures": (
            r"publishers/[\w.-]+(/models/[\w.@-]+(:(web_search|structured_outputs))?)?"
        ),
        "gcp.restrictEndpointUsage": r"[a-z0-9-]+(\.[a-z0-9-]+)*\.googleapis\.com",
        "gcp.restrictServiceUsage": r"[a-z0-9-]+\.googleapis\.com",
        "gcp.resourceLocations": r"in:[a-z0-9-]+-locations|us|eu",
    }
    for value in values:
        assert re.fullmatch(forms[constraint], value), value
    if constraint == "gcp.resourceLocations":
        groups = {f"in:{one}-locations" for one in (*regions(), "us", "eu")}
        assert set(values) <= groups | {"us", "eu"}
    if constraint == "gcp.restrictEndpointUsage":
        assert not rule["values"].get("allowedValues")
