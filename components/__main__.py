"""The plugin of the package, as Pulumi starts it by `PulumiPlugin.yaml` beside this file."""

import sys
from pathlib import Path

# Python puts this folder first, and the components are a package of the folder above it.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from components.package.server import main  # noqa: E402

if __name__ == "__main__":
    main()
