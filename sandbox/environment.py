"""What the engine is told of the sandbox: its home, its backend, its cloud, and the emulator."""

import shlex
import sys
from importlib import metadata
from pathlib import Path
from typing import Final

from availability import __version__
from availability.input.errors import NAMESPACE as PACKAGE

from .files import write_executable
from .language_host import VERSION

PASSPHRASE: Final = "sandbox"  # noqa: S105
"""No secret: it encrypts what the sandbox's own state holds, on this machine only."""
SALT: Final = "v1:brw0Ys4b6yI=:v1:ImKQYZV/zjMNrZH5:0c/ipAok3FPMcbpZPyyZAYbJSo/PEQ=="
"""What the engine derives from that passphrase and else writes into a stack file by itself.

Always the same, so that a fresh copy of a stack file still reads the state of an earlier run.
"""


def variables(directory: Path) -> dict[str, str]:
    """The environment of an engine that works on the sandbox in this folder, and nowhere else."""
    return {
        "PULUMI_HOME": str(directory / "home"),
        # Not Path.as_uri: the engine takes what follows the scheme as it is. A file's metadata
        # would be written beside it in place, and left empty by a kill or a full disk, after
        # which the file can't be read.
        "PULUMI_BACKEND_URL": f"file://{backend(directory)}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_CONFIG_PASSPHRASE_FILE": "",
        "PULUMI_DEBUG_COMMANDS": "true",  # for --event-log
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # A real provider on PATH, or one that a debugger attached, would reach a real cloud.
        "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
        "PULUMI_DEBUG_PROVIDERS": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Else each failed try is printed as an error, those too that a later one makes good.
        "TF_LOG": "off",
        "VERTEX_RESIDENCY_CLOUD": str(cloud_file(directory)),
    }


def backend(directory: Path) -> Path:
    """The folder that holds the stacks' states and locks."""
    return directory / "state"


def cloud_file(directory: Path) -> Path:
    """The SQLite file that holds the emulated cloud."""
    return directory / "cloud.sqlite"


def install_plugins(directory: Path) -> None:
    """Put plugins where the engine looks for them.

    The emulator stands where the provider of the installed `pulumi_gcp` would, and beside it are
    what `pulumi import` asks for and the components, for programs in other languages.
    """
    plugins = directory / "home" / "plugins"
    for schema in plugins.glob("schema-*.json"):  # the engine keeps those of an earlier source
        schema.unlink(missing_ok=True)
    provider = plugins / f"resource-gcp-v{metadata.version('pulumi-gcp')}"
    write_executable(provider / "pulumi-resource-gcp", _script("sandbox.emulator"))
    package = plugins / f"resource-{PACKAGE}-v{__version__}"
    write_executable(package / f"pulumi-resource-{PACKAGE}", _script("components"))
    language = plugins / f"language-python-v{VERSION}"
    write_executable(language / "pulumi-language-python", _script("sandbox.language_host"))


def _script(module: str) -> str:
    root = shlex.quote(str(Path(__file__).resolve().parents[1]))
    python = shlex.quote(sys.executable)
    return f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m {module} "$@"\n'
