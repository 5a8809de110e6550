"""`python -m availability`: answers without Pulumi, cloud or credentials."""

import os
import sys

# Looking for pydantic's plugins reads the metadata of every installed package, at each start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from availability.cli import main

sys.exit(main())
