import pytest

from protocols.channels import ARKIT
from protocols.errors import DecodeError
from protocols.fmv3 import Kind, Message, decode, encode
from protocols.fmv3_phone import ORDER, SCHEMA, Phone
from protocols.fmv3_schema import Wish, decode_frame, decode_schema

from .faces import face
from .fmv3_link import SMILE, numbers


def asked(
    phone: Phone, peer: str, nonce: int = 1, now_s: float = 0.0, **wish: int
) -> None:
    hello = Message(Kind.HELLO, nonce, Wish(**wish).encode())
    phone.hear(encode(hello)[0], peer, now_s)


def said(phone: Phone) -> list[tuple[object, Message]]:
    """What the phone sent: whole messages and first parts."""
    sent = [(peer, decode(data)) for peer, data in phone.outbox]
    phone.outbox.clear()
    return [(peer, part.message) for peer, part in sent if part.index == 0]


def kinds(phone: Phone) -> list[str]:
    return [f"{peer} {message.kind.name}" for peer, message in said(phone)]


def ready(phone: Phone, peer: str, now_s: float = 0.0) -> None:
    number = phone.served[peer].number
    phone.hear(encode(Message(Kind.SCHEMA_ACK, number, schema=1))[0], peer, now_s)


def test_the_table_has_the_52_curves_by_the_alphabet() -> None:
    assert list(SCHEMA.names) == sorted(ARKIT)
    assert [ARKIT[i] for i in ORDER] == list(SCHEMA.names)


def test_frames_follow_only_after_the_table_is_acknowledged() -> None:
    phone = Phone(numbers())
    asked(phone, "a", udp=700, fps=30)
    (peer, schema), *_ = said(phone)
    assert (peer, schema.kind, schema.schema) == ("a", Kind.SCHEMA, 1)
    assert phone.show(SMILE, 0.1) == 0
    ready(phone, "a")
    assert phone.show(SMILE, 0.1) == 1
    ((_, frame),) = said(phone)
    assert (frame.sequence, frame.flags) == (1, 1)
    found = decode_frame(SCHEMA, frame.body, tracked=True)
    assert found.weights[ARKIT.index("jawOpen")] == 0.5
    assert phone.show(face(tracked=False), 1.0) == 1
    assert said(phone)[0][1].flags == 0


def test_it_grants_what_was_asked_for() -> None:
    phone = Phone(numbers(), stream=True)
    asked(phone, "a", nonce=77, udp=700, fps=30)
    start, table = decode_schema(said(phone)[0][1].body)
    assert (start.nonce, start.fps, start.udp) == (77, 30, 700)
    assert table.names == SCHEMA.names


def test_a_lower_rate_gets_fewer_frames() -> None:
    phone = Phone(numbers())
    for name, fps in (("slow", 10), ("fast", 60)):
        asked(phone, name, fps=fps)
        ready(phone, name)
    said(phone)
    for i in range(57):
        phone.show(SMILE, 1.0 + i / 60)
    told = kinds(phone)
    assert (told.count("fast FRAME"), told.count("slow FRAME")) == (57, 10)


def test_the_same_hello_again_sends_the_table_again_but_not_too_often() -> None:
    phone = Phone(numbers())
    asked(phone, "a")
    number = phone.served["a"].number
    said(phone)
    asked(phone, "a", now_s=0.5)
    assert said(phone) == []
    asked(phone, "a", now_s=1.0)
    assert kinds(phone) == ["a SCHEMA"] and phone.served["a"].number == number


def test_a_new_nonce_from_the_same_address_is_a_new_start() -> None:
    phone = Phone(numbers())
    asked(phone, "a", 1)
    number = phone.served["a"].number
    asked(phone, "a", 2)
    assert phone.served["a"].number != number and len(phone.served) == 1


@pytest.mark.parametrize(
    ("wish", "text"),
    [
        ({"revision": 4}, b"UNSUPPORTED_CONTRACT: requires 5"),
        ({"fps": 0}, b"INVALID_HELLO"),
        ({"udp": 1201}, b"INVALID_HELLO"),
    ],
)
def test_hellos_that_are_refused(wish: dict[str, int], text: bytes) -> None:
    phone = Phone(numbers())
    asked(phone, "a", 5, **wish)
    assert said(phone) == [("a", Message(Kind.ERROR, 5, text))]
    assert not phone.served


def test_changed_settings_and_one_receiver_too_many_are_refused() -> None:
    phone = Phone(numbers(), most=1)
    asked(phone, "a", 5)
    said(phone)
    asked(phone, "a", 5, fps=30)
    asked(phone, "b", 6)
    assert [message.body for _, message in said(phone)] == [
        b"HELLO_SETTINGS_CHANGED",
        b"BUSY",
    ]


def test_receivers_are_bounded_however_many_ask() -> None:
    phone = Phone(numbers())
    for i in range(1000):
        asked(phone, f"peer {i}", 1 + i)
        phone.offer(f"offered {i}", 0.0)
    assert len(phone.served) == 4


def test_without_an_acknowledgement_it_gives_up_after_ten_seconds() -> None:
    phone = Phone(numbers())
    phone.offer("a", 0.0)
    first = phone.served["a"].number
    for i in range(1, 100):
        phone.tick(i / 10)
    assert kinds(phone).count("a SCHEMA") == 10
    phone.tick(10.0)
    assert said(phone)[-1][1].body == b"SCHEMA_ACK_TIMEOUT" and not phone.served
    phone.offer("a", 10.1)
    assert phone.served["a"].number != first
    assert decode_schema(b"".join(d[40:] for _, d in phone.outbox))[0].nonce == 0


def test_a_silent_receiver_loses_its_session_after_the_lease() -> None:
    phone = Phone(numbers())
    asked(phone, "a")
    ready(phone, "a", 1.0)
    phone.tick(10.9)
    assert phone.served
    ping = Message(Kind.PING, phone.served["a"].number, sequence=3)
    phone.hear(encode(ping)[0], "a", 10.9)
    assert kinds(phone)[-1] == "a PONG"
    phone.tick(20.8)
    assert phone.served
    phone.tick(21.0)
    assert not phone.served


def test_stop_ends_a_session_and_strangers_cannot() -> None:
    phone = Phone(numbers())
    asked(phone, "a")
    number = phone.served["a"].number
    for message in (Message(Kind.STOP, number + 1), Message(Kind.STOP, number)):
        phone.hear(encode(message)[0], "b", 0.0)
        assert phone.served
    phone.hear(encode(Message(Kind.STOP, number))[0], "a", 0.0)
    assert not phone.served


def test_an_acknowledgement_of_another_table_counts_for_nothing() -> None:
    phone = Phone(numbers())
    asked(phone, "a")
    wrong = Message(Kind.SCHEMA_ACK, phone.served["a"].number, schema=2)
    phone.hear(encode(wrong)[0], "a", 5.0)
    assert not phone.served["a"].ready and phone.served["a"].heard_s == 0.0


def test_what_no_receiver_sends_is_refused() -> None:
    phone = Phone(numbers())
    asked(phone, "a")
    pong = Message(Kind.PONG, phone.served["a"].number)
    with pytest.raises(DecodeError, match="a receiver never sends PONG"):
        phone.hear(encode(pong)[0], "a", 0.0)
