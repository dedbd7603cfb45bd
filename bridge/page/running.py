"""The parts of a running daemon that the desk of the pages uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bridge.config import Config
from bridge.orders.character import Wears
from bridge.orders.face import FaceSettings
from bridge.orders.order import Answer, Order
from bridge.shape.profile import Profile
from bridge.takes.status import Status

from .arguments import Arguments
from .visitor import Reply, Visitor

Verb = Callable[[Arguments, Visitor], Reply]
"""Does what a request asks for; raises BridgeError with the reason if it cannot."""

Verbs = Mapping[str, Verb]

Tell = Callable[[dict[str, Any]], None]
"""Sends a text message to every page. Never blocks."""


class Orders(Protocol):
    """Executes orders. Implemented by `bridge.orders.desk.OrderDesk`."""

    @property
    def settings(self) -> tuple[FaceSettings, ...]:
        """The live settings of every face."""

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profile of every face, with the gains in use."""

    def ask(self, order: Order) -> Answer:
        """Execute an order and wait for its answer."""


class Records(Protocol):
    """Records takes. Implemented by `bridge.takes.recorder.Recorder`."""

    def status(self) -> Status:
        """Return the current take, or the last one."""


class Running(Protocol):
    """Implemented by `bridge.daemon.Daemon`."""

    @property
    def config(self) -> Config:
        """The settings of the run."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of the faces."""

    @property
    def orders(self) -> Orders:
        """Executes orders."""

    @property
    def recorder(self) -> Records:
        """Records takes."""

    @property
    def routes(self) -> Sequence[Wears]:
        """Send the frames."""
