"""Where the engine comes from, and the command line around it."""

import fcntl
import json
import os
import pty
import re
import shutil
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import progress
from sandbox.cli import main
from sandbox.engine import (
    GO_MODULE,
    INSTALLATION,
    SWITCH,
    EngineUnavailable,
    find_engine,
    pinned_version,
)
from sandbox.workspace import Sandbox

ProgramSandbox = Callable[..., Sandbox]

# A small GO stands for the real one: it writes a pulumi that knows its version, and a log.
GO = """#!/bin/sh
echo "$CGO_ENABLED $GOWORK $@" >> "$LOG"
if [ "$1" = list ]; then echo go: downloading a thing >&2; echo a; exit; fi
sleep 0.3
while [ $# -gt 0 ]; do
  case "$1" in
    -ldflags) version="${2##*Version=}"; shift ;;
    -o) out="$2"; shift ;;
  esac
  shift
done
echo compiling a thing >&2
printf '#!/bin/sh\\necho %s\\n' "$version" > "$out"
chmod 755 "$out"
"""


def executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def read_to_end(terminal: int) -> str:
    """Everything written to a terminal until its other side is closed, which reads as an error."""
    chunks: list[bytes] = []
    try:
        while chunk := os.read(terminal, 65_536):
            chunks.append(chunk)
    except OSError:
        pass
    finally:
        os.close(terminal)
    return b"".join(chunks).decode(errors="replace")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a shell and nothing else."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "mkdir", "chmod", "sleep"):
        (folder / name).symlink_to(shutil.which(name) or "")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.delenv(SWITCH, raising=False)
    return folder


class TestFindingTheEngine:
    def test_one_on_the_path_is_taken(self, tools: Path, tmp_path: Path) -> None:
        executable(tools / "pulumi", "#!/bin/sh\necho v3.300.1\n")

        found = find_engine(tmp_path / ".sandbox")

        assert (found.path, found.version) == (tools / "pulumi", "3.300.1")
        assert not (tmp_path / ".sandbox").exists()

    def test_asking_for_the_version_leaves_the_user_s_home_alone(
        self, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PULUMI_HOME", "the user's own")
        executable(tools / "pulumi", '#!/bin/sh\necho "$PULUMI_HOME" > "$LOG"\necho v3.300.1\n')

        find_engine(tmp_path / ".sandbox")

        assert (tmp_path / "log").read_text() == f"{tmp_path / '.sandbox' / 'home'}\n"
        assert os.environ["PULUMI_HOME"] == "the user's own"

    @pytest.mark.parametrize("version", ["v2.9.0", "v4.0.0", "nonsense"])
    def test_one_that_the_sdk_does_not_accept_is_not(
        self, tools: Path, tmp_path: Path, version: str
    ) -> None:
        executable(tools / "pulumi", f"#!/bin/sh\necho {version}\n")

        with pytest.raises(EngineUnavailable) as nothing:
            find_engine(tmp_path / ".sandbox")

        assert nothing.value.reasons[0].startswith("pulumi on PATH: ")
        assert "can't be used" in nothing.value.reasons[0]

    def test_without_anything_every_attempt_has_its_reason(
        self, tools: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(EngineUnavailable) as nothing:
            find_engine(tmp_path / ".sandbox")

        names = [reason.split(": ", 1)[0] for reason in nothing.value.reasons]
        assert names == ["pulumi on PATH", ".sandbox/bin", "the Go module"]
        assert nothing.value.reasons[2].endswith(f"or install the CLI: {INSTALLATION}")

    def test_nothing_but_go_is_asked_for_what_comes_from_the_network(
        self, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("curl", "wget", "bash"):
            executable(tools / name, '#!/bin/sh\necho "$0" >> "$LOG"\n')

        def connect(*_: object) -> None:
            pytest.fail("what comes from there has no pinned hash")

        monkeypatch.setattr(socket.socket, "connect", connect)
        executable(tools / "go", GO)
        find_engine(tmp_path / "with-go", say=lambda _: None)
        (tools / "go").unlink()
        with pytest.raises(EngineUnavailable):
            find_engine(tmp_path / "without")

        calls = (tmp_path / "log").read_text().splitlines()
        assert [call.split()[:3] for call in calls] == [["0", "off", "list"], ["0", "off", "build"]]

    def test_a_folder_that_cannot_be_made_is_a_reason(self, tools: Path, tmp_path: Path) -> None:
        executable(tools / "go", GO)
        (tmp_path / "file").touch()

        with pytest.raises(EngineUnavailable, match=r"nothing can be written to .*Not a directory"):
            find_engine(tmp_path / "file" / ".sandbox")

    def test_go_builds_it_once_as_the_module_pins_it(self, tools: Path, tmp_path: Path) -> None:
        executable(tools / "go", GO)
        pinned = [(GO_MODULE / name).read_bytes() for name in ("go.mod", "go.sum")]

        first = find_engine(tmp_path / ".sandbox", say=lambda _: None)
        second = find_engine(tmp_path / ".sandbox", say=lambda _: None)

        _, call = (tmp_path / "log").read_text().splitlines()
        assert call.startswith("0 off build -v -mod=readonly -ldflags -s -w -X ")
        assert call.endswith("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
        assert f"v{first.version}" == pinned_version((GO_MODULE / "go.mod").read_text())
        assert second.path == first.path == tmp_path / ".sandbox" / "bin" / "pulumi"
        assert [p.name for p in first.path.parent.iterdir()] == ["pulumi"]
        assert [(GO_MODULE / name).read_bytes() for name in ("go.mod", "go.sum")] == pinned

    def test_a_failed_build_says_why_and_leaves_nothing(self, tools: Path, tmp_path: Path) -> None:
        executable(tools / "go", "#!/bin/sh\necho go: disk is full >&2; exit 1\n")

        with pytest.raises(EngineUnavailable, match="go list failed: go: disk is full"):
            find_engine(tmp_path / ".sandbox", say=lambda _: None)

        assert list((tmp_path / ".sandbox" / "bin").iterdir()) == []

    def test_those_who_ask_at_once_share_one_build(self, tools: Path, tmp_path: Path) -> None:
        executable(tools / "go", GO)

        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(find_engine, tmp_path / ".sandbox", print) for _ in range(3)]
            found = {asking.result().path for asking in asked}

        assert len(found) == 1
        assert (tmp_path / "log").read_text().count(" build ") == 1

    def test_the_switch_refuses_every_attempt(
        self, tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        executable(tools / "pulumi", "#!/bin/sh\necho v3.300.1\n")
        monkeypatch.setenv(SWITCH, "none")

        with pytest.raises(EngineUnavailable) as nothing:
            find_engine(tmp_path / ".sandbox")

        assert len(nothing.value.reasons) == 3
        assert all(f"{SWITCH}=none" in reason for reason in nothing.value.reasons)

    def test_a_go_mod_without_the_cli_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="does not require"):
            pinned_version("module x\n")

    def test_the_module_pins_a_version(self) -> None:
        assert re.fullmatch(r"v3\.\d+\.\d+", pinned_version((GO_MODULE / "go.mod").read_text()))


def test_progress_says_how_long_it_took_and_what_it_is_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_PLAIN_INTERVAL", 0.05)
    lines: list[str] = []
    heard = tmp_path / "heard"
    code = f"""\
import time, pathlib
print('compiling x', flush=True)
while not pathlib.Path({str(heard)!r}).exists():
    time.sleep(0.01)
print('linking')"""

    def say(line: str) -> None:
        lines.append(line)
        if "compiling x" in line:
            heard.touch()

    with progress.Progress("building", say) as task:
        status, output = task.watch([sys.executable, "-c", code], "making it", 3, timeout=60.0)

    assert (status, output) == (0, "compiling x\nlinking")
    assert lines[0].startswith("building")
    assert any(re.search(r"0:\d\d min, making it, 1 of 3: compiling x", line) for line in lines)
    assert re.fullmatch(r"building: took 0:\d\d min", lines[-1])


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose offline plan names its arguments and ends with status 1; no engine."""
    monkeypatch.setenv(SWITCH, "none")
    project = tmp_path / "project"
    (project / "stacks").mkdir(parents=True)
    (project / "availability").mkdir()
    (project / "availability" / "__main__.py").write_text(
        "import sys\nprint('PLAN', *sys.argv[1:])\nsys.exit(1)\n"
    )
    (project / "Pulumi.yaml").write_text("name: tiny\nruntime: python\nstackConfigDir: stacks\n")
    for stack in ("dev", "prod"):
        (project / "stacks" / f"Pulumi.{stack}.yaml").write_text("")
    return project


class TestWithoutAnEngine:
    def test_a_preview_says_why_and_ends_in_the_offline_plan(
        self, planned: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        status = main(["preview", "--project", str(planned)])

        printed = capfd.readouterr().out
        assert status == 1
        assert f"refused by {SWITCH}=none" in printed
        plans = [line for line in printed.splitlines() if line.startswith("PLAN")]
        assert plans == ["PLAN plan stacks/Pulumi.dev.yaml", "PLAN plan stacks/Pulumi.prod.yaml"]

    def test_the_fixes_of_the_offline_plan_need_no_pulumi(
        self, planned: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        fix = "     pulumi config set --path a:b.c de --stack dev"
        plan = f"import sys\nprint({fix!r})\nprint('bad', file=sys.stderr)\n"
        (planned / "availability" / "__main__.py").write_text(plan)
        assert main(["preview", "dev", "--project", str(planned)]) == 0
        printed = capfd.readouterr()
        ours = f"     python -m sandbox config set --project {planned} --path a:b.c de --stack dev"
        assert ours in printed.out.splitlines()
        assert printed.err == "bad\n"

    @pytest.mark.parametrize("command", ["up", "refresh", "destroy", "outputs"])
    def test_anything_else_fails_with_the_reasons(
        self, planned: Path, capfd: pytest.CaptureFixture[str], command: str
    ) -> None:
        status = main([command, "dev", "--project", str(planned)])

        printed = capfd.readouterr()
        assert status == 1
        assert f"refused by {SWITCH}=none" in printed.err
        assert "PLAN" not in printed.out

    def test_asking_for_the_engine_is_no_failure_but_stands_out(
        self, planned: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["engine", "--project", str(planned)]) == 0
        assert "NO PULUMI ENGINE" in capfd.readouterr().out


class TestArguments:
    def test_an_unknown_stack_is_named_with_those_there_are(
        self, planned: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["preview", "dev", "nope", "--project", str(planned)]) == 2
        printed = capfd.readouterr()
        assert printed.err == (
            "error: there is no stack 'nope'; the project's stacks are: dev, prod. "
            "A new one is a new file, stacks/Pulumi.NAME.yaml\n"
        )
        assert printed.out == ""

    @pytest.mark.parametrize(
        "words",
        [
            *([verb, "prd"] for verb in ("preview", "up", "refresh", "destroy")),
            *([verb, "prd"] for verb in ("outputs", "cancel", "pulumi")),
            ["config", "set", "a:b", "c", "--stack", "prd"],
        ],
        ids=lambda words: words[0],
    )
    def test_a_stack_that_is_misspelt_is_answered_with_the_one_that_is_meant(
        self, planned: Path, capfd: pytest.CaptureFixture[str], words: list[str]
    ) -> None:
        assert main([words[0], "--project", str(planned), *words[1:]]) == 2
        assert capfd.readouterr().err == (
            "error: there is no stack 'prd' (did you mean prod?); "
            "the project's stacks are: dev, prod. "
            "A new one is a new file, stacks/Pulumi.NAME.yaml\n"
        )

    def test_a_folder_without_a_project_is_a_mistake(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["preview", "--project", str(tmp_path)]) == 2
        assert "there is no Pulumi.yaml" in capfd.readouterr().err


def test_the_emulator_needs_a_cloud() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "VERTEX_RESIDENCY_CLOUD"}
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.emulator"],
        env=environment,
        cwd=GO_MODULE.parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "VERTEX_RESIDENCY_CLOUD" in done.stderr


@pytest.mark.engine
class TestTheCommandLine:
    @staticmethod
    def run(sandbox: Sandbox, *arguments: str) -> subprocess.CompletedProcess[str]:
        # The project's own .sandbox would build an engine of its own: it is given the one here.
        target = sandbox.project / ".sandbox" / "bin"
        target.mkdir(parents=True, exist_ok=True)
        if not (target / "pulumi").exists():
            (target / "pulumi").symlink_to(sandbox.engine.path)
        return subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments, "--project", str(sandbox.project)],
            cwd=GO_MODULE.parents[1],
            capture_output=True,
            text=True,
        )

    def test_a_stack_s_life(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(
            "import pulumi, pulumi_gcp as gcp\n"
            "s = gcp.projects.Service('s', service='iam.googleapis.com')\n"
            "pulumi.export('service', s.service)\n"
        )
        preview = self.run(sandbox, "preview")
        whole = self.run(sandbox, "preview", "--verbose")
        up = self.run(sandbox, "up", "dev")
        outputs = self.run(sandbox, "outputs", "dev", "--json")
        destroy = self.run(sandbox, "destroy", "dev")

        assert preview.returncode == 0, preview.stderr
        assert preview.stdout.startswith("dev: 2 to create\n")
        doing, full = preview.stderr.splitlines()
        assert doing == "previewing dev …"
        assert full.endswith(f" -m sandbox preview --verbose --project {sandbox.project} dev")
        assert "1 gcp:projects:Service" in preview.stdout
        assert "  outputs: service" in preview.stdout
        assert "gcp:projects:Service s create" in whole.stdout
        assert "\x1b" not in preview.stdout + whole.stdout
        assert up.returncode == 0, up.stderr
        assert json.loads(outputs.stdout) == {"service": "iam.googleapis.com"}
        assert destroy.returncode == 0, destroy.stderr
        assert self.run(sandbox, "outputs", "dev").stdout == "dev: no outputs; is it up?\n"

    def test_a_refusal_ends_with_status_1_and_is_told_once(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox("import pulumi\nraise pulumi.RunError('chat:\\n  no place')\n")

        refused = self.run(sandbox, "preview", "dev")

        assert refused.returncode == 1
        assert (refused.stdout + refused.stderr).count("no place") == 1
        assert "Traceback" not in refused.stdout + refused.stderr

    def test_which_stack_has_no_preview_is_told_last(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(
            "import pulumi\n"
            "if pulumi.get_stack() == 'dev':\n"
            "    raise pulumi.RunError('no place')\n"
            "pulumi.info('all placed')\n"
        )
        stacks = sandbox.project / "stacks"
        shutil.copy(stacks / "Pulumi.dev.yaml", stacks / "Pulumi.prod.yaml")
        done = self.run(sandbox, "preview")
        assert done.returncode == 1
        assert done.stdout.splitlines()[-1] == "  all placed"
        last = "error: no preview of dev: what failed is told above"
        assert done.stderr.splitlines()[-1] == last

    def test_a_terminal_gets_the_engine_s_live_tree(self, program_sandbox: ProgramSandbox) -> None:
        sandbox = program_sandbox(
            "import pulumi, pulumi_gcp as gcp\n"
            "gcp.projects.Service('s', service='iam.googleapis.com')\n"
        )
        self.run(sandbox, "engine")
        words = ["preview", "--verbose", "--project", str(sandbox.project)]
        command = [sys.executable, "-m", "sandbox", *words]
        ours, theirs = pty.openpty()
        rows_and_columns = struct.pack("HHHH", 40, 120, 0, 0)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, rows_and_columns)
        with subprocess.Popen(
            command,
            cwd=GO_MODULE.parents[1],
            env=os.environ | {"TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            shown = read_to_end(ours)

        assert process.returncode == 0, shown
        assert "\x1b[" in shown
        assert "└─ gcp:projects:Service" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)

    @pytest.mark.soak
    def test_two_stacks_at_once_share_the_cloud_and_leave_each_other_whole(
        self, program_sandbox: ProgramSandbox
    ) -> None:
        sandbox = program_sandbox(
            "import pulumi, pulumi_gcp as gcp\n"
            "s = gcp.projects.Service('s', service='iam.googleapis.com')\n"
            "gcp.serviceaccount.Account('a', account_id=f'caller-{pulumi.get_stack()}',\n"
            "    opts=pulumi.ResourceOptions(depends_on=[s]))\n"
        )
        stacks = sandbox.project / "stacks"
        shutil.copy(stacks / "Pulumi.dev.yaml", stacks / "Pulumi.prod.yaml")
        self.run(sandbox, "engine")

        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(self.run, sandbox, "up", stack) for stack in ("dev", "prod")]
            ups = [run.result() for run in running]
        destroyed = self.run(sandbox, "destroy", "dev")
        again = self.run(sandbox, "refresh", "prod")

        assert [up.returncode for up in ups] == [0, 0], [up.stdout + up.stderr for up in ups]
        assert destroyed.returncode == 0
        assert again.returncode == 0
        assert re.search(r"Resources:\s+\d+ unchanged\n", again.stdout), again.stdout
