"""In every test: no project and no region of Google Cloud from the environment."""

import pytest

from availability.stack.google_config import VARIABLES


@pytest.fixture(autouse=True)
def nothing_of_google(monkeypatch: pytest.MonkeyPatch) -> None:
    for names in VARIABLES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
