"""What a killed engine leaves behind, and what is done about it: without an engine."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from sandbox import state
from sandbox.advice import of_the_sandbox
from sandbox.cli import main
from sandbox.engine import SWITCH
from sandbox.events import read_events
from sandbox.files import sweep
from sandbox.interruption import ENDING, Interrupted, Interruption
from sandbox.running import end, is_engine
from sandbox.state import BrokenState, StackInUse, clear_stale_locks, interrupted_operations, mend

WHOLE = '{"version": 3, "checkpoint": {"latest": {"resources": [1]}}}'
OLDER = '{"version": 3, "checkpoint": {"latest": {"resources": []}}}'


def engine_like(script: str) -> subprocess.Popen[str]:
    """A process that goes by the engine's name; it has set its traps once it has printed."""
    # A shell can't trap what it was started to ignore, as in the background of another one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            ["pulumi", "-c", f"{script}; echo ready; read line; read line"],
            executable="/bin/sh",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.fixture
def at_work() -> Generator[subprocess.Popen[str]]:
    with engine_like(":") as process:
        yield process
        process.kill()


@pytest.fixture
def backend(tmp_path: Path) -> Path:
    return tmp_path / ".sandbox" / "state"


def lock(backend: Path, content: str, stack: str = "dev") -> Path:
    path = backend / ".pulumi" / "locks" / "organization" / "tiny" / stack / "id.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    return path


def by(pid: int, host: str | None = None) -> str:
    return json.dumps({"pid": pid, "username": "me", "hostname": host or socket.gethostname()})


def ended() -> int:
    """The id of a process that there is no more."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


class TestLocks:
    @pytest.mark.parametrize("content", ["", '{"pid": 1', "[]", "{}"])
    def test_one_that_is_cut_off_is_cleared(self, backend: Path, content: str) -> None:
        path = lock(backend, content)
        assert clear_stale_locks(backend, "dev") == []
        assert not path.exists()

    def test_one_whose_process_is_gone_is_cleared(self, backend: Path) -> None:
        path = lock(backend, by(ended()))
        assert clear_stale_locks(backend, "dev") == []
        assert not path.exists()

    def test_one_whose_number_another_program_has_by_now_is_cleared(self, backend: Path) -> None:
        path = lock(backend, by(os.getpid()))
        assert clear_stale_locks(backend, "dev") == []
        assert not path.exists()

    def test_one_of_an_engine_at_work_stays(
        self, backend: Path, at_work: subprocess.Popen[str]
    ) -> None:
        path = lock(backend, by(at_work.pid))
        [kept] = clear_stale_locks(backend, "dev")
        assert (kept.path, kept.pid) == (path, at_work.pid)
        assert path.exists()

    def test_one_of_a_dead_engine_that_nobody_has_waited_for_is_cleared(
        self, backend: Path, at_work: subprocess.Popen[str]
    ) -> None:
        path = lock(backend, by(at_work.pid))
        at_work.kill()
        until = time.monotonic() + 60.0
        while is_engine(at_work.pid):
            assert time.monotonic() < until
            time.sleep(0.01)
        clear_stale_locks(backend, "dev")
        assert not path.exists()

    def test_one_of_another_host_stays_because_nothing_is_known_of_it(self, backend: Path) -> None:
        path = lock(backend, by(ended(), "elsewhere"))
        assert [kept.host for kept in clear_stale_locks(backend, "dev")] == ["elsewhere"]
        assert path.exists()

    def test_those_of_other_stacks_are_left_alone(self, backend: Path) -> None:
        path = lock(backend, by(ended()), stack="development")
        clear_stale_locks(backend, "dev")
        assert path.exists()

    def test_who_is_at_work_is_named_with_the_command_that_ends_it(self, backend: Path) -> None:
        text = str(StackInUse("dev", state.Lock(backend, 12, "here")))
        assert "process 12 on here" in text
        assert "`pulumi cancel`" in text


class TestCancelling:
    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv(SWITCH, "none")
        (tmp_path / "stacks").mkdir()
        (tmp_path / "stacks" / "Pulumi.dev.yaml").touch()
        (tmp_path / "Pulumi.yaml").write_text("name: tiny\n")
        return tmp_path

    def test_it_ends_the_run_in_order_and_clears_its_lock(
        self, project: Path, backend: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        script = "trap 'echo in order; exit 3' INT"
        with engine_like(script) as process:
            path = lock(backend, by(process.pid))
            assert main(["cancel", "dev", "--project", str(project)]) == 0
            assert process.wait(60.0) == 3
        assert f"the run on dev has ended (process {process.pid})" in capfd.readouterr().out
        assert not path.exists()

    def test_it_clears_what_another_host_holds_and_says_so(
        self, project: Path, backend: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        path = lock(backend, by(7, "elsewhere"))
        assert main(["cancel", "dev", "--project", str(project)]) == 0
        assert "elsewhere (process 7), which may still be at work" in capfd.readouterr().out
        assert not path.exists()

    def test_where_nothing_is_at_work_it_says_so(
        self, project: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["cancel", "dev", "--project", str(project)]) == 0
        assert capfd.readouterr().out == "no run is at work on dev\n"

    def test_an_unknown_stack_is_bad_input(self, project: Path) -> None:
        assert main(["cancel", "prod", "--project", str(project)]) == 2

    def test_an_engine_that_does_not_heed_is_killed(self) -> None:
        with engine_like("trap '' INT TERM") as process:
            end(process.pid, grace=0.2)
            assert process.wait(60.0) == -signal.SIGKILL


class TestFilesThatAreCutOff:
    @pytest.fixture
    def path(self, backend: Path) -> Path:
        path = backend / ".pulumi" / "stacks" / "tiny" / "dev.json"
        path.parent.mkdir(parents=True)
        return path

    @staticmethod
    def backup(backend: Path, content: str, age: float) -> None:
        path = backend / ".pulumi" / "backups" / "tiny" / "dev" / f"dev.{age}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        os.utime(path, (time.time() - age, time.time() - age))

    @pytest.mark.parametrize("content", ["", WHOLE[:20], "\0\0\0"])
    def test_a_state_is_what_it_was_before_the_last_write(
        self, backend: Path, path: Path, content: str
    ) -> None:
        path.write_text(content)
        path.with_name("dev.json.bak").write_text(WHOLE)
        self.backup(backend, OLDER, age=60.0)
        note = mend(backend, backend.parent / "home", "dev")
        assert path.read_text() == WHOLE
        assert path.with_name("dev.json.broken").read_text() == content
        assert note is not None
        assert "dev was cut off" in note
        assert "dev.json.broken" in note

    def test_a_copy_that_is_cut_off_itself_is_passed_over(self, backend: Path, path: Path) -> None:
        path.write_text("")
        path.with_name("dev.json.bak").write_text("")
        self.backup(backend, OLDER, age=60.0)
        self.backup(backend, WHOLE, age=30.0)
        mend(backend, backend.parent / "home", "dev")
        assert path.read_text() == WHOLE

    def test_without_a_whole_copy_the_file_is_named_and_what_to_do(
        self, backend: Path, path: Path
    ) -> None:
        path.write_text("")
        with pytest.raises(BrokenState, match="Delete that file and run `up` again") as broken:
            mend(backend, backend.parent / "home", "dev")
        assert str(path) in str(broken.value)
        assert path.exists()

    def test_a_whole_state_is_left_as_it_is(self, backend: Path, path: Path) -> None:
        path.write_text(WHOLE)
        path.with_name("dev.json.bak").write_text(OLDER)
        assert mend(backend, backend.parent / "home", "dev") is None
        assert path.read_text() == WHOLE

    def test_empty_descriptions_and_settings_go_and_whole_ones_stay(
        self, backend: Path, path: Path
    ) -> None:
        settings = backend.parent / "home" / "workspaces"
        settings.mkdir(parents=True)
        for folder, suffix in ((path.parent, "attrs"), (settings, "json")):
            (folder / f"empty.{suffix}").touch()
            (folder / f"whole.{suffix}").write_text("{}")
        mend(backend, backend.parent / "home", "dev")
        left = [p.name for p in (*path.parent.iterdir(), *settings.iterdir())]
        assert left == ["whole.attrs", "whole.json"]

    @pytest.mark.parametrize(("content", "stays"), [("", False), ("version: 1\n", True)])
    def test_an_empty_description_of_the_backend_is_left_to_the_engine_to_write_again(
        self, backend: Path, content: str, stays: bool
    ) -> None:
        meta = backend / ".pulumi" / "meta.yaml"
        meta.parent.mkdir(parents=True)
        meta.write_text(content)
        mend(backend, backend.parent / "home", "dev")
        assert meta.exists() == stays

    def test_what_was_being_done_is_named(self, backend: Path, path: Path) -> None:
        resource = {"urn": "urn:pulumi:dev::tiny::gcp:x:Y::chat", "type": "gcp:x:Y"}
        operation = {"resource": resource, "type": "creating"}
        state = {"checkpoint": {"latest": {"pending_operations": [operation]}}}
        path.write_text(json.dumps(state))
        assert interrupted_operations(backend, "dev") == ["creating chat (gcp:x:Y)"]
        path.write_text(WHOLE)
        assert interrupted_operations(backend, "dev") == []

    def test_folders_of_commands_that_were_killed_are_deleted(self, tmp_path: Path) -> None:
        for pid in (ended(), os.getpid()):
            (tmp_path / f"events-{pid}-x").mkdir()
        sweep(tmp_path, "events-")
        assert [path.name for path in tmp_path.iterdir()] == [f"events-{os.getpid()}-x"]


class TestEvents:
    def test_a_last_line_that_is_cut_off_is_left_out(self, tmp_path: Path) -> None:
        path = tmp_path / "events.json"
        path.write_text('{"summaryEvent": {"resourceChanges": {"same": 2}}}\n{"resourcePre')
        assert dict(read_events(path).changes) == {"same": 2}

    def test_an_engine_that_was_asked_to_stop_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "events.json"
        message = "^C received; cancelling. If you would like to terminate immediately, …"
        path.write_text(json.dumps({"stdoutEvent": {"message": message}}) + "\n")
        assert read_events(path).canceled
        path.write_text(json.dumps({"stdoutEvent": {"message": "something else"}}) + "\n")
        assert not read_events(path).canceled


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "either wait … or delete the lock file with `pulumi cancel`.",
            "either wait … or delete the lock file with `python -m sandbox cancel dev`.",
        ),
        ("Note that `pulumi refresh` will", "Note that `python -m sandbox refresh dev` will"),
        ("  pulumi up --stack dev", "  python -m sandbox up dev"),
        ("`pulumi stack --stack dev`", "`python -m sandbox pulumi dev stack --stack dev`"),
        ("program and run `pulumi up`, or", "program and run `python -m sandbox up dev`, or"),
        (
            "`pulumi state unprotect 'urn:x'`",
            "`python -m sandbox pulumi dev state unprotect 'urn:x'`",
        ),
        (
            "completely, run `pulumi stack rm dev`.",
            "completely, run `python -m sandbox pulumi dev stack rm dev`.",
        ),
        (
            "  pulumi import x --stack dev && pulumi up",
            "  python -m sandbox pulumi dev import x --stack dev && python -m sandbox up dev",
        ),
        (
            "pulumi config rm --path a:b.c --stack dev && pulumi up",
            "python -m sandbox config rm --path a:b.c --stack dev && python -m sandbox up dev",
        ),
        (
            "run `pulumi config set gcp:project acme`",
            "run `python -m sandbox config set --stack dev gcp:project acme`",
        ),
    ],
)
def test_advice_is_about_the_sandbox(line: str, shown: str) -> None:
    assert of_the_sandbox(line, "dev") == shown


def test_advice_names_a_project_that_is_another_one() -> None:
    line = "  pulumi config rm a:b --stack dev && pulumi up && pulumi import x:y z"
    assert of_the_sandbox(line, "dev", Path("/a b")) == (
        "  python -m sandbox config rm --project '/a b' a:b --stack dev"
        " && python -m sandbox up --project '/a b' dev"
        " && python -m sandbox pulumi --project '/a b' dev import x:y z"
    )


@pytest.mark.parametrize(
    "line",
    [
        "pulumi config get gcp:project --stack dev",
        " +  pulumi:pulumi:Stack tiny-dev creating (0s)",
        'description: "made by pulumi stack dev"',
        "pulumi-state-bucket",
    ],
)
def test_what_is_no_command_about_a_stack_is_printed_as_it_is(line: str) -> None:
    assert of_the_sandbox(line, "dev") == line


class TestSignals:
    @pytest.fixture
    def interruption(self) -> Generator[Interruption]:
        before = {number: signal.getsignal(number) for number in ENDING}
        # What the starter of the tests ignores would stay ignored.
        for number in ENDING:
            default = number is signal.SIGINT
            signal.signal(number, signal.default_int_handler if default else signal.SIG_DFL)
        interruption = Interruption()
        interruption.listen()
        yield interruption
        for number, handler in before.items():
            signal.signal(number, handler)

    @pytest.mark.parametrize(
        ("number", "known"),
        [
            (signal.SIGINT, "INT"),
            (signal.SIGTERM, "TERM"),
            (signal.SIGHUP, "TERM"),
        ],
    )
    def test_an_engine_hears_it_and_is_waited_for(
        self, interruption: Interruption, number: signal.Signals, known: str
    ) -> None:
        traps = "; ".join(f"trap 'echo {name}; exit 0' {name}" for name in ("INT", "TERM", "HUP"))

        def work() -> None:
            with interruption.over(lambda: engine_like(traps)) as process:
                signal.raise_signal(number)
                assert process.wait(60.0) == 0
                assert process.stdout is not None
                assert process.stdout.read() == f"{known}\n"

        with pytest.raises(Interrupted) as interrupted:
            work()
        assert interrupted.value.signal is number

    def test_one_that_comes_while_the_engine_starts_is_passed_on(
        self, interruption: Interruption
    ) -> None:
        def start() -> subprocess.Popen[str]:
            signal.raise_signal(signal.SIGTERM)
            return engine_like("trap 'exit 7' TERM")

        with pytest.raises(Interrupted), interruption.over(start) as process:
            assert process.wait(60.0) == 7

    def test_the_third_one_kills_an_engine_that_does_not_end(
        self, interruption: Interruption
    ) -> None:
        def work() -> None:
            with interruption.over(lambda: engine_like("trap '' INT TERM")) as process:
                for _ in range(3):
                    assert process.poll() is None
                    signal.raise_signal(signal.SIGINT)
                assert process.wait(60.0) == -signal.SIGKILL

        with pytest.raises(Interrupted):
            work()

    def test_without_an_engine_it_ends_what_is_going_on_once(
        self, interruption: Interruption
    ) -> None:
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)  # what cleans up is left to it

    def test_what_the_process_was_started_to_ignore_stays_ignored(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        others = {number: signal.getsignal(number) for number in ENDING}
        try:
            Interruption().listen()
            signal.raise_signal(signal.SIGHUP)
        finally:
            for number, handler in others.items():
                signal.signal(number, handler)
            signal.signal(signal.SIGHUP, before)
