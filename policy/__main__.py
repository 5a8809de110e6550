"""The policy pack: what the engine starts to judge a stack's resources."""

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

FOLDER = Path(__file__).resolve().parent
# The rules are the project's: it lies around the pack, and the engine knows of neither folder.
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

from residency_policies.policies import policies  # noqa: E402 - found by what is above

PolicyPack("vertex-residency", policies(), enforcement_level=EnforcementLevel.MANDATORY)
