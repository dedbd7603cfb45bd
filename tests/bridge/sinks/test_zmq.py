import socket
import time
from collections.abc import Iterator

import pytest
import zmq

from bridge.errors import SinkError
from bridge.sinks.zmq_pub import ZmqSink, is_loopback
from bridge.user_folder import curve_keys
from protocols import native
from protocols.channels import CHANNELS
from protocols.timecode import Timecode
from tests.bridge.faces import face

TIME = Timecode(7, 0.0, 60)


@pytest.fixture
def context() -> Iterator[zmq.Context[zmq.Socket[bytes]]]:
    with zmq.Context() as opened:
        yield opened


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def subscriber(
    context: zmq.Context[zmq.Socket[bytes]], address: str, topic: bytes = b""
) -> zmq.Socket[bytes]:
    opened = context.socket(zmq.SUB)
    opened.setsockopt(zmq.LINGER, 0)
    opened.setsockopt(zmq.RCVTIMEO, 5000)
    opened.setsockopt(zmq.SUBSCRIBE, topic)
    opened.connect(address)
    return opened


def publish_until(
    sink: ZmqSink, subscribed: zmq.Socket[bytes], limit: int = 500
) -> int:
    """Send frames until something arrives, as a daemon would."""
    for i in range(limit):
        sink.send(face(i, jawOpen=0.25), TIME)
        if subscribed.poll(10):
            return i
    raise AssertionError("nothing arrived")


def test_a_late_joiner_gets_the_schema_and_frames(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    sink = ZmqSink("zmq", free := free_address(), curve=False)
    for i in range(10):
        sink.send(face(i), TIME)
    with subscriber(context, free) as late:
        heard: dict[bytes, bytes] = {}
        while set(heard) != {b"schema", b"face.face"}:
            publish_until(sink, late)
            topic, payload = late.recv_multipart()
            heard[topic] = payload
        assert native.decode_schema(heard[b"schema"]).channels == CHANNELS
        payload = heard[b"face.face"]
        packet = native.decode(payload)
        assert packet.time == TIME
        assert packet.frame.vector[17] == 0.25
        assert packet.seq >= 10
    sink.close()
    sink.close()


def test_a_topic_brings_one_subject_only(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    sink = ZmqSink("zmq", free := free_address(), curve=False)
    with subscriber(context, free, b"face.ben") as ben:
        for i in range(500):
            sink.send(face(i, subject="anna"), TIME)
            sink.send(face(i, subject="ben"), TIME)
            if ben.poll(10):
                break
        subjects = {native.decode(ben.recv_multipart()[1]).frame.subject}
        assert subjects == {"ben"}
    sink.close()


def test_a_subscriber_that_never_reads_delays_nobody(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    sink = ZmqSink("zmq", free := free_address(), curve=False)
    with subscriber(context, free) as slow, subscriber(context, free) as quick:
        slow.setsockopt(zmq.RCVHWM, 1)
        publish_until(sink, slow)
        publish_until(sink, quick)
        while quick.poll(0):
            quick.recv_multipart()
        seen = []
        for i in range(3000):
            sink.send(face(i), TIME)
            if i % 3 == 0:
                while quick.poll(1):
                    topic, payload = quick.recv_multipart()
                    if topic != b"schema":
                        seen.append(native.decode(payload).frame.index)
        assert sink.failed == 0
        assert len(seen) > 2000
        assert seen == sorted(seen)
    sink.close()


def test_what_a_stalled_subscriber_missed_is_gone(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    """It stops reading at the TCP level; afterwards the newest frames come soon."""
    sink = ZmqSink("zmq", free := free_address(), curve=False)
    stalled = context.socket(zmq.SUB)
    stalled.setsockopt(zmq.LINGER, 0)
    stalled.setsockopt(zmq.RCVHWM, 2)
    stalled.setsockopt(zmq.RCVBUF, 8192)
    stalled.setsockopt(zmq.SUBSCRIBE, b"")
    stalled.connect(free)
    publish_until(sink, stalled)
    total = 3000
    for i in range(total):
        sink.send(face(i), TIME)
        if i % 50 == 0:
            time.sleep(0.001)  # libzmq's own thread has to get its turn
    read = 0
    while stalled.poll(100):
        stalled.recv_multipart()
        read += 1
    assert read < total / 2
    stalled.close()
    sink.close()


def test_a_taken_port_and_a_foreign_address_are_sentences() -> None:
    first = ZmqSink("zmq", free := free_address(), curve=False)
    with pytest.raises(SinkError, match="is in use; is facewire running already"):
        ZmqSink("zmq", free, curve=False)
    first.close()
    with pytest.raises(SinkError, match=r"cannot bind tcp://192\.0\.2\.1:5"):
        ZmqSink("zmq", "tcp://192.0.2.1:5", curve=False)


def test_with_curve_only_who_knows_the_key_hears_anything(
    context: zmq.Context[zmq.Socket[bytes]],
) -> None:
    sink = ZmqSink("zmq", free := free_address(), curve=True)
    with subscriber(context, free) as stranger, context.socket(zmq.SUB) as friend:
        public, secret = zmq.curve_keypair()
        friend.curve_publickey, friend.curve_secretkey = public, secret
        friend.curve_serverkey = curve_keys()[0].encode()
        friend.setsockopt(zmq.SUBSCRIBE, b"")
        friend.connect(free)
        publish_until(sink, friend)
        assert friend.recv_multipart()[0] in (b"schema", b"face.face")
        assert not stranger.poll(200)
    sink.close()


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("tcp://127.0.0.1:1", True),
        ("tcp://127.3.2.1:1", True),
        ("tcp://[::1]:1", True),
        ("tcp://localhost:1", True),
        ("ipc:///tmp/x", True),
        ("tcp://0.0.0.0:1", False),
        ("tcp://*:1", False),
        ("tcp://eth0:1", False),
        ("tcp://192.168.1.2:1", False),
    ],
)
def test_what_counts_as_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) == loopback
