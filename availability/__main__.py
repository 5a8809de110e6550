"""`python -m availability`: answers without Pulumi, cloud or credentials."""

import sys

from availability.cli import main

sys.exit(main())
