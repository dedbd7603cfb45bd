"""Machines without a card, and with one."""

from pathlib import Path

import pytest

from engines.runtime import runtimes
from engines.runtime.runtimes import Runtime
from engines.runtime.select import AUTO
from tests.bridge.simulated_card import Card
from tests.engines.runtime.nvidia.simulated import SimulatedNvidia


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but ONNX Runtime's processor."""
    for name in (*AUTO[:-1], "openvino"):
        title, install = runtimes.RUNTIMES[name].title, f"pip install {name}"
        absent = Runtime("tensorrt", title, install, ("no_such_module",))
        monkeypatch.setitem(runtimes.RUNTIMES, name, absent)


@pytest.fixture
def card(bare: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Card:
    here = Runtime("tensorrt", "TensorRT", "pip install tensorrt", ("sys",))
    monkeypatch.setitem(runtimes.RUNTIMES, "tensorrt", here)
    return Card(tmp_path / "plans", SimulatedNvidia())
