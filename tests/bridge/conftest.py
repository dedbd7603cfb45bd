"""Machines without a card and with one, a UDP port, and a recorder."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.control import Control
from bridge.control_answers import answer
from bridge.orders.desk import OrderDesk
from bridge.orders.handler import OrderHandler
from bridge.takes.recorder import Recorder, TakeSettings
from bridge.takes.take import About
from engines.runtime import runtimes
from engines.runtime.runtimes import Runtime
from engines.runtime.select import AUTO
from tests.bridge.fakes import PATIENCE_S
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


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.bind(("127.0.0.1", 0))
        end.settimeout(PATIENCE_S)
        yield end


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    made = Recorder(TakeSettings(tmp_path / "takes"), About())
    desk = OrderDesk(OrderHandler([], Lock(), solver="none", motion="off"), made)
    daemon: Any = SimpleNamespace(recorder=made, orders=desk)
    control = Control(partial(answer, daemon))
    yield made
    control.close()
    made.close()
