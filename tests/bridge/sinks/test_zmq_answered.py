"""Whether anybody subscribes to the stream."""

from __future__ import annotations

import zmq

from bridge.sinks.zmq_pub import ZmqSink
from tests.bridge.faces import face
from tests.bridge.fakes import until

from .test_refusals import TIME
from .test_zmq import context as context  # a fixture
from .test_zmq import free_address, subscriber


def test_subscribers_are_known_while_they_are_there(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    sink = ZmqSink("zmq", free := free_address(), curve=False)

    def is_answered(expected: bool) -> bool:
        sink.send(face(1), TIME)
        return sink.answered is expected

    try:
        assert sink.answered is False
        with subscriber(context, free), subscriber(context, free):
            until(lambda: is_answered(True))
            with subscriber(context, free, b"face.x"):
                until(lambda: is_answered(True))
            assert is_answered(True)
        until(lambda: is_answered(False))
    finally:
        sink.close()
