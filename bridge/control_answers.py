"""What a daemon answers on its control socket: questions at once, orders when done."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from protocols.control import LONGEST, LONGEST_REPLY, Reply, Request

from .orders.order import Answer, StartTake, StopTake
from .orders.reading import read_order
from .snapshot import snapshot
from .takes.commanded import take_status

if TYPE_CHECKING:
    from .daemon import Daemon

logger = logging.getLogger(__name__)


def answer(daemon: Daemon, request: Request) -> Reply:
    """Carry out a request. On the control socket's thread: it may wait for a disk.

    Raises:
        BridgeError: the request asks for something that cannot be read as an order.
    """
    match request.do:
        case "status":
            return _status(daemon)
        case "take status":
            return _reply(take_status(daemon.recorder))
    order = read_order(request.do, request.arguments)
    done = daemon.orders.ask(order)
    if done.ok and not isinstance(order, StartTake | StopTake):
        # The recorder logs its own.
        logger.info("- control: %s", done.sentence)
    return _reply(done)


def _status(daemon: Daemon) -> Reply:
    now = snapshot(daemon)
    report = json.dumps(now.as_json())
    if len(report) > LONGEST_REPLY - LONGEST:
        return Reply(False, f"status: {len(report)} bytes, which is too long to send")
    return Reply(True, now.sentence(), report=report)


def _reply(done: Answer) -> Reply:
    return Reply(done.ok, done.sentence, dict(done.state))
