"""Places a stack's models where they are served and its residency allows, with what they need.

A refused deployment fails the preview before anything is registered.
"""

from components.program import plan_stack
from components.registration.diagnostics import warn
from components.registration.exports import export
from components.stack import provision

plan = plan_stack()
warn(plan.warnings)
# Exported last, because the engine keeps what was exported before an exception.
for name, value in provision(plan).items():
    export(name, value)
