import pytest

from protocols.errors import DecodeError
from protocols.vts_phone import decode, request
from protocols.vts_phone_side import MOST, VtsPhoneSide

from .faces import face

SMILE = face(jawOpen=0.5)


def side() -> VtsPhoneSide:
    return VtsPhoneSide(lambda now_s: 1_000_000 + round(1000 * now_s))


def test_frames_go_to_the_ports_that_were_named_for_as_long_as_asked() -> None:
    phone = side()
    assert phone.show(SMILE, 0.0) == 0 and phone.answered() is None
    phone.hear(request([5, 6], seconds=2.0), ("10.0.0.1", 999), 0.0)
    assert phone.show(SMILE, 1.0) == 1 and phone.answered() is True
    assert [peer for peer, _ in phone.outbox] == [("10.0.0.1", 5), ("10.0.0.1", 6)]
    packet = decode(phone.outbox[0][1])
    assert packet.timestamp_ms == 1_001_000 and packet.face.tracked is True
    phone.outbox.clear()
    phone.tick(2.0)
    assert phone.show(SMILE, 2.0) == 0 and phone.outbox == []


def test_hosts_are_bounded_and_make_room_again() -> None:
    phone = side()
    for i in range(MOST):
        phone.hear(request([5]), (f"10.0.0.{i}", 9), 0.0)
    with pytest.raises(DecodeError, match="4 others are served already"):
        phone.hear(request([5]), ("10.0.1.1", 9), 0.0)
    phone.hear(request([7]), ("10.0.0.0", 9), 4.0)
    phone.tick(6.0)
    assert list(phone.asked) == ["10.0.0.0"]
    phone.hear(request([5]), ("10.0.1.1", 9), 6.0)


@pytest.mark.parametrize("data", [b"", b"{}", request([]), request(range(1, 18))])
def test_other_messages_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match="no iOSTrackingDataRequest"):
        side().hear(data, ("10.0.0.1", 9), 0.0)
