"""Accepts orders from the settings file and the control socket.

Face orders go through the mailbox to the pipeline's thread. Take orders are executed in
the calling thread, because starting or stopping a take may wait seconds for a disk. The
recorder has its own lock for that.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import Final

from bridge.errors import BridgeError
from bridge.shape.profile import Profile
from bridge.takes.commanded import carry_out
from bridge.takes.recorder import Recorder

from .face import FaceSettings
from .handler import OrderHandler
from .mailbox import Mailbox
from .order import Answer, FaceOrder, Order, StartTake, StopTake

PATIENCE_S: Final = 5.0
"""How long a face order may wait. The pipeline normally takes orders every tenth of a
second; on a busy machine, solving an image may take longer."""

LATE: Final = (
    f"nothing was changed: solving an image has taken over {PATIENCE_S:g} s; try again"
)


class OrderDesk:
    """Accepts orders from any thread; `apply` executes them."""

    def __init__(self, handler: OrderHandler, recorder: Recorder) -> None:
        self._handler = handler
        self._recorder = recorder
        self._mailbox = Mailbox()

    @property
    def settings(self) -> tuple[FaceSettings, ...]:
        """The live settings of every face. From any thread."""
        return self._handler.settings

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profile of every face, with the gains in use. From any thread."""
        return self._handler.profiles

    def post(self, order: FaceOrder) -> Future[Answer]:
        """Add an order, without waiting for its answer."""
        return self._mailbox.post(order)

    def ask(self, order: Order, patience_s: float = PATIENCE_S) -> Answer:
        """Add an order and wait for its answer. Not on the pipeline's thread.

        Args:
            order: a take order is executed here; it may wait for a disk.
            patience_s: how long a face order may wait; then it is cancelled.
        """
        if isinstance(order, StartTake | StopTake):
            try:
                return carry_out(self._recorder, order)
            except BridgeError as error:
                return Answer(False, str(error))
        answer = self.post(order)
        try:
            return answer.result(patience_s)
        except (TimeoutError, CancelledError):
            if answer.cancel():
                return Answer(False, LATE)
            # The pipeline has started the order, and no order takes long.
            return answer.result()

    def apply(self) -> None:
        """Execute the waiting orders. On the pipeline's thread, between images."""
        self._mailbox.empty(self._handler.apply)

    def close(self) -> None:
        """Reject all waiting and later orders. Safe to call twice."""
        self._mailbox.close()
