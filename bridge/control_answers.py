"""Answers a daemon's control requests: questions at once, orders when executed."""

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
    """Execute a request, on the control socket's thread. It may wait for a disk.

    Raises:
        BridgeError: the request is not a valid order.
    """
    match request.do:
        case "status":
            return _status(daemon)
        case "take status":
            return _reply(take_status(daemon.recorder))
    order = read_order(request.do, request.arguments)
    done = daemon.orders.ask(order)
    if done.ok and not isinstance(order, StartTake | StopTake):
        # The recorder itself logs take orders.
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
