"""What the engine's file backend has of a stack."""

from pathlib import Path

from sandbox.state import is_known


def test_a_stack_is_known_by_its_project_and_its_name(tmp_path: Path) -> None:
    assert not is_known(tmp_path, "ours", "dev")
    state = tmp_path / ".pulumi" / "stacks" / "ours" / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    assert is_known(tmp_path, "ours", "dev")
    assert not is_known(tmp_path, "ours", "prod")
    assert not is_known(tmp_path, "theirs", "dev")
