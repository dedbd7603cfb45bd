from dataclasses import replace

import pytest

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.fmv3 import Kind, Message, encode
from protocols.fmv3_schema import Schema, Start, encode_frame, encode_schema
from protocols.fmv3_session import Told

from .fmv3_link import PHONE, SMILE, Link

POSE = (0.0,) * 12


def started(*, stream: bool = False) -> Link:
    link = Link(stream=stream)
    link.run(1.0, SMILE)
    assert link.computer.state == "streaming" and link.told
    return link


def jaw(told: Told) -> float:
    return round(float(told.face.weights[ARKIT.index("jawOpen")]), 4)


def schema(number: int, names: tuple[str, ...], link: Link, nonce: int = 7) -> Message:
    body = encode_schema(Start(nonce), Schema(names))
    return Message(Kind.SCHEMA, session_of(link), body, number)


def session_of(link: Link) -> int:
    return link.computer.session.number if link.computer.session else 5


def test_a_normal_start_over_udp() -> None:
    link = started()
    assert link.sent[:7] == [
        *("pc HELLO", "phone SCHEMA", "phone SCHEMA", "phone SCHEMA"),
        *("pc ACK", "phone FRAME", "phone FRAME"),
    ]
    told = link.told[-1]
    assert (jaw(told), told.app, told.face.tracked) == (0.5, "facewire", True)
    assert told.face.given.all() and told.face.head is not None
    assert told.face.head[1] == pytest.approx(5.7296, abs=1e-3)


def test_over_tcp_nothing_is_cut_or_acknowledged() -> None:
    link = started(stream=True)
    assert link.sent[:3] == ["pc HELLO", "phone SCHEMA", "phone FRAME"]
    assert "pc ACK" not in link.sent and jaw(link.told[-1]) == 0.5


def test_it_asks_five_times_a_second_apart_and_then_more_slowly() -> None:
    link = Link()
    link.up = False
    link.run(5.0)
    assert link.sent.count("pc HELLO") == 5
    link.run(20.0)
    assert link.sent.count("pc HELLO") == 9
    link.up = True
    link.run(6.0, SMILE)
    assert link.computer.state == "streaming"


def test_a_lost_part_of_the_table_comes_again() -> None:
    link = Link()
    lost: list[bytes] = []
    link.loses = lambda data: data[4] == 2 and not lost and not lost.append(data)  # type: ignore[func-returns-value]
    link.run(3.0, SMILE)
    assert len(lost) == 1 and jaw(link.told[-1]) == 0.5


def test_a_lost_acknowledgement_is_sent_again() -> None:
    link = Link()
    lost: list[bytes] = []
    link.loses = lambda data: data[4] == 3 and not lost and not lost.append(data)  # type: ignore[func-returns-value]
    link.run(3.0, SMILE)
    assert link.sent.count("pc ACK") == 2 and link.told


def test_it_pings_so_that_the_phone_keeps_sending() -> None:
    link = started()
    link.run(30.0, SMILE)
    assert 9 <= link.sent.count("pc PING") <= 11
    assert link.sent.count("phone PONG") == link.sent.count("pc PING")
    assert link.phone.served


def test_without_frames_it_repairs_three_times_then_asks_anew() -> None:
    link = started()
    link.sent.clear()
    link.run(11.0)
    assert link.sent.count("pc GET") == 3 and link.sent.count("pc ACK") >= 3
    assert "pc HELLO" not in link.sent
    link.run(2.0)
    assert link.computer.news == ["no frames arrive any more; asking again"]
    assert "pc HELLO" in link.sent
    link.run(2.0, SMILE)
    assert link.computer.state == "streaming"


def test_a_table_may_change_in_the_middle() -> None:
    link = started()
    number = session_of(link)
    first = len(link.told)
    body = encode_frame(Schema(("jawOpen", "x")), [30, 1], POSE)
    frame = Message(Kind.FRAME, number, body, 2, 1000, 1)
    # A frame of a table that has not come is not read; the table is asked for.
    assert link.say(frame) is None
    assert link.computer.outbox and link.computer.outbox[-1][1][4] == Kind.GET_SCHEMA
    assert link.say(schema(2, ("jawOpen", "x"), link)) is None
    assert link.computer.outbox[-1][1][4] == Kind.SCHEMA_ACK
    told = link.say(frame)
    assert told is not None and jaw(told) == 0.3
    assert told.face.given.sum() == 1
    # Frames of the old table, and older frames, are skipped.
    assert link.say(replace(frame, schema=1, sequence=1001)) is None
    assert link.say(frame) is None
    assert link.say(replace(frame, sequence=999)) is None
    assert len(link.told) == first


def test_a_table_with_its_number_but_other_contents_is_refused() -> None:
    link = started()
    with pytest.raises(DecodeError, match="another SCHEMA with number 1"):
        link.say(schema(1, ("jawOpen",), link))
    with pytest.raises(DecodeError, match="settings of a session have changed"):
        link.say(schema(2, ("jawOpen",), link, nonce=9))
    assert link.say(schema(2, ("jawOpen",), link)) is None


def test_frame_numbers_wrap() -> None:
    link = started()
    session = link.computer.session
    assert session is not None
    assert link.say(schema(2, (), link)) is None
    frame = Message(Kind.FRAME, session.number, encode_frame(Schema(()), [], POSE), 2)
    session._sequence = 2**32 - 1
    assert link.say(frame) is not None
    assert link.say(replace(frame, sequence=2**32 - 1)) is None


def test_nobody_can_take_over_a_stream() -> None:
    link = started()
    other = Message(Kind.SCHEMA, 99, encode_schema(Start(0), Schema(())), 1)
    for data in encode(other, 1200):
        assert link.computer.hear(data, "another", link.now_s) is None
        assert link.computer.hear(data, PHONE, link.now_s) is None
    assert session_of(link) != 99


def test_the_start_may_come_from_the_phone() -> None:
    link = Link(asks=False)
    link.run(2.0, SMILE)
    assert link.sent == []
    link.phone.offer("pc", link.now_s)
    link.run(1.0, SMILE)
    assert jaw(link.told[-1]) == 0.5


def test_an_answer_to_another_hello_begins_nothing() -> None:
    link = Link()
    link.up = False
    link.run(0.1)
    link.say(schema(1, (), link, nonce=8))
    assert link.computer.session is None
    link.say(schema(1, (), link, nonce=7))
    assert link.computer.session is not None


@pytest.mark.parametrize("text", ["BUSY", "NOT_ALLOWED", "APP_INACTIVE"])
def test_a_refusal_is_told_and_it_asks_later(text: str) -> None:
    link = Link()
    link.up = False
    link.run(0.1)
    link.say(Message(Kind.ERROR, 8, b"of another"))
    assert link.computer.news == []
    link.say(Message(Kind.ERROR, 7, text.encode()))
    assert link.computer.news == [f"the phone refuses: {text}"]
    link.sent.clear()
    link.run(29.0)
    assert link.sent == []
    link.up = True
    link.run(2.0, SMILE)
    assert link.computer.state == "streaming"


def test_an_end_by_the_phone_is_told() -> None:
    link = started()
    link.say(Message(Kind.ERROR, session_of(link), b"NOT_ALLOWED"))
    assert link.computer.news == ["the phone has ended the stream: NOT_ALLOWED"]
    assert link.computer.state == "waiting"
    # Late frames of the ended session are not used.
    count = len(link.told)
    link.phone.show(SMILE, link.now_s + 1.0)
    link.carry()
    assert len(link.told) == count


def test_at_the_end_it_stops_the_phone() -> None:
    link = started()
    link.computer.stop()
    link.carry()
    assert link.sent[-1] == "pc STOP" and not link.phone.served
    link.computer.stop()
    assert link.computer.outbox == []


def test_a_closed_connection_ends_its_session() -> None:
    link = started(stream=True)
    link.computer.connected(link.now_s)
    assert link.computer.session is None
    link.sent.clear()
    link.run(0.1)
    assert link.sent[0] == "pc HELLO"


@pytest.mark.parametrize("kind", [Kind.HELLO, Kind.STOP, Kind.PING, Kind.GET_SCHEMA])
def test_what_no_phone_sends_is_refused(kind: Kind) -> None:
    link = started()
    body = bytes(8) if kind is Kind.HELLO else b""
    with pytest.raises(DecodeError, match=f"a phone never sends {kind.name}"):
        link.say(Message(kind, session_of(link), body))
