"""`facewire-models` in a checkout, and in a wheel that has no training."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from bridge.models_command import main


def test_a_wheel_says_where_training_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'models'", name="models")

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "make train" in told and "Traceback" not in told


def test_what_training_itself_lacks_is_not_taken_for_a_wheel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> ModuleType:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(ModuleNotFoundError, match="torch"):
        main()


def test_a_checkout_runs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["facewire-models", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "evaluate" in capsys.readouterr().out
