"""What was measured, as it is kept in `bench/results.json`."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from availability import __version__
from bench.figures import FIGURES, Figure
from bench.measured import Failed, Measured, Peak, memory_exponent
from bench.processes import ROOT, CommandFailed, usage

RESULTS = ROOT / "bench" / "results.json"
PACKAGES = ("pulumi", "pulumi-gcp", "pydantic", "pyperf", "pyyaml", "rapidfuzz", "ruamel.yaml")
"""The packages whose versions matter."""

Json = dict[str, Any]
Found = Measured | Failed


def kept(path: Path = RESULTS) -> Json:
    """What was measured before; nothing where there is no such file."""
    document: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {"figures": {}, "answers": {}, **document}


def save(document: Json, path: Path = RESULTS) -> None:
    """Writes the results, a key a line."""
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def merged(before: Json, found: Mapping[str, Found], day: dt.date) -> Json:
    """The results with what was found now; what was not looked at stays, with its day."""
    rows: Json = before["figures"]
    figures = {
        figure.id: row(figure, found[figure.id], day) if figure.id in found else rows[figure.id]
        for figure in FIGURES
        if figure.id in found or figure.id in rows
    }
    return {**before, **circumstances(), "figures": figures, "answers": before["answers"]}


def row(figure: Figure, found: Found, day: dt.date) -> Json:
    """What is kept of a figure."""
    common: Json = {"what": figure.what, "unit": figure.unit.value, "goal": figure.goal}
    if isinstance(found, Failed):
        return {**common, "day": day.isoformat(), "failed": found.why}
    linear = memory_exponent(found.peaks)
    times = {"ours": found.ours, "theirs": found.theirs}
    return {
        **common,
        "day": day.isoformat(),
        "value": _short(found.value),
        "met": figure.is_met(found.value),
        "quartiles": [_short(found.low), _short(found.high)],
        "runs": found.runs,
        **{side: _short(time) for side, time in times.items() if time is not None},
        "memory": [{"size": peak.size, "bytes": peak.memory} for peak in found.peaks],
        **({} if linear is None else {"memoryExponent": round(linear, 2)}),
        **({"note": found.note} if found.note else {}),
    }


def found_in(row: Json) -> Found:
    """What a row says was found: the reverse of `row`."""
    if "failed" in row:
        return Failed(row["failed"])
    return Measured(
        row["value"],
        row["quartiles"][0],
        row["quartiles"][1],
        row["runs"],
        row.get("ours"),
        row.get("theirs"),
        tuple(Peak(peak["size"], peak["bytes"]) for peak in row["memory"]),
        row.get("note", ""),
    )


def failed(error: Exception) -> Failed:
    """What is kept of an error: its words, without the folders of this machine."""
    said = str(error).strip() or type(error).__name__
    for folder in (f"{ROOT}/", f"{tempfile.gettempdir()}/"):
        said = said.replace(folder, "")
    return Failed(said)


def circumstances() -> Json:
    """The machine and the versions, and which snapshots there are.

    They are asked for by commands: a process starts with the memory of the one that makes it, which
    is this one, and is to stay small.
    """
    listed = usage([sys.executable, "-m", "availability", "snapshots", "--json"]).output
    return {
        "machine": {"cpu": _cpu(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": {
            "vertex-residency": __version__,
            "python": platform.python_version(),
            "pulumi engine": _engine(),
            **{name: metadata.version(name) for name in PACKAGES},
            "litellm": _litellm(),
        },
        "snapshots": [snapshot["id"] for snapshot in json.loads(listed)["snapshots"]],
    }


def _short(value: float) -> float:
    """Four digits of it: the rest is noise."""
    return float(f"{value:.4g}")


def _cpu() -> str:
    """The model of the processor, where Linux says it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _engine() -> str | None:
    """The version of the engine; None where there is none."""
    engine = ROOT / ".sandbox" / "bin" / "pulumi"
    try:
        return usage([engine, "version"]).output.strip() if engine.exists() else None
    except CommandFailed:
        return None


def _litellm() -> str | None:
    """The version that is compared with; None where it is not installed."""
    [*folders] = (ROOT / "bench" / ".venv" / "lib").glob("python*/site-packages")
    installed = metadata.distributions(name="litellm", path=[str(folder) for folder in folders])
    return next((one.version for one in installed), None)
