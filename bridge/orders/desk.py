"""Where orders are given: by the settings file, the control socket, pages, stages.

Face orders go through the mailbox to the pipeline's thread. Take orders do not, because
to start or stop a take may mean to wait for a disk for seconds; the recorder has a lock
of its own for that. The thread that asks carries them out and waits.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from typing import Final

from bridge.errors import BridgeError
from bridge.takes.commanded import carry_out
from bridge.takes.recorder import Recorder

from .handler import FaceSettings, OrderHandler
from .mailbox import Mailbox
from .order import Answer, FaceOrder, Order, StartTake, StopTake

PATIENCE_S: Final = 5.0
"""The pipeline takes orders every tenth of a second; an image that is being solved, on
a machine that is busy, may take longer."""

LATE: Final = (
    f"nothing was changed: an image has been worked on for {PATIENCE_S:g} s; try again"
)


class OrderDesk:
    """Takes orders from any thread; `apply` carries them out."""

    def __init__(self, handler: OrderHandler, recorder: Recorder) -> None:
        self._handler = handler
        self._recorder = recorder
        self._mailbox = Mailbox()

    @property
    def settings(self) -> tuple[FaceSettings, ...]:
        """The live settings of every face. From any thread."""
        return self._handler.settings

    def post(self, order: FaceOrder) -> Future[Answer]:
        """Give an order and do not wait for its answer."""
        return self._mailbox.post(order)

    def ask(self, order: Order, patience_s: float = PATIENCE_S) -> Answer:
        """Give an order and wait for its answer. Not on the pipeline's thread.

        Args:
            order: a take order is carried out here, however long its disk takes.
            patience_s: how long a face order may wait; then it is withdrawn.
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
            # The pipeline has begun with it, and no order takes long.
            return answer.result()

    def apply(self) -> None:
        """Carry out the orders that wait. On the pipeline's thread, between images."""
        self._mailbox.empty(self._handler.apply)

    def close(self) -> None:
        """Refuse orders from now on: nobody carries them out. Safe to call twice."""
        self._mailbox.close()
