"""A bounded mailbox: any thread adds orders, the pipeline's thread executes them.

Every order gets exactly one answer, in the order of posting. If the mailbox is full or
closed, an order is rejected at once and changes nothing.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from bridge.errors import BridgeError

from .order import Answer, FaceOrder

logger = logging.getLogger(__name__)

ROOM: Final = 32
"""Maximum number of waiting orders. The pipeline empties the mailbox after each image.
"""

FULL: Final = f"nothing was changed: {ROOM} other orders are waiting; try again"
ENDING: Final = "nothing was changed: facewire is ending"


class Mailbox:
    """Passes orders to the pipeline's thread."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[FaceOrder, Future[Answer]]] = deque()
        self._lock = threading.Lock()
        self._closed = False

    def post(self, order: FaceOrder) -> Future[Answer]:
        """Add an order and return its future answer. Never blocks. From any thread.

        The future can be cancelled until the pipeline starts the order.
        """
        answer: Future[Answer] = Future()
        with self._lock:
            refused = ENDING if self._closed else ""
            if not refused and len(self._waiting) >= ROOM:
                refused = FULL
            if not refused:
                self._waiting.append((order, answer))
        if refused:
            answer.set_result(Answer(False, refused))
        return answer

    def empty(self, apply: Callable[[FaceOrder], str]) -> None:
        """Execute the orders that are waiting now, oldest first, and answer each.

        Args:
            apply: executes an order and returns a sentence. If it raises BridgeError,
                that is the answer. Any other error is logged and answered, but not
                raised, because an order must not end the stream.
        """
        # Only the orders that are waiting now: a flood of orders must not delay images.
        # No lock is needed, because only this thread removes orders.
        for _ in range(len(self._waiting)):
            order, answer = self._waiting.popleft()
            if answer.set_running_or_notify_cancel():
                answer.set_result(_carried_out(apply, order))

    def close(self) -> None:
        """Reject all waiting and later orders. Safe to call twice."""
        with self._lock:
            self._closed = True
            left = list(self._waiting)
            self._waiting.clear()
        for _, answer in left:
            if answer.set_running_or_notify_cancel():
                answer.set_result(Answer(False, ENDING))


def _carried_out(apply: Callable[[FaceOrder], str], order: FaceOrder) -> Answer:
    try:
        return Answer(True, apply(order))
    except BridgeError as error:
        return Answer(False, str(error))
    except Exception as error:
        logger.exception("x an order failed: %s", type(order).__name__)
        return Answer(False, f"it failed: {error or type(error).__name__}")
