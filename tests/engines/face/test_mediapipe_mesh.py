"""How MediaPipe's answer is read."""

from dataclasses import dataclass, field

import numpy as np

from engines.face.mediapipe_mesh import parse_landmarks


@dataclass
class Landmark:
    x: float
    y: float
    z: float


@dataclass
class Message:
    """What a NormalizedLandmarkList offers: its bytes, and its landmarks one by one."""

    data: bytes
    landmark: list[Landmark] = field(default_factory=list)

    def SerializeToString(self) -> bytes:
        return self.data


def encoded(points: list[Landmark], visible: bool = False) -> bytes:
    data = b""
    for p in points:
        body = b"".join(
            tag + np.float32(value).tobytes()
            for tag, value in ((b"\x0d", p.x), (b"\x15", p.y), (b"\x1d", p.z))
        )
        if visible:
            body += b"\x25" + np.float32(1.0).tobytes()
        data += b"\x0a" + bytes([len(body)]) + body
    return data


POINTS = [Landmark(0.1 * i, 0.5 - 0.01 * i, -0.02 * i) for i in range(17 * 5)]
PIXELS = np.array([(p.x * 640, p.y * 480, p.z * 640) for p in POINTS], np.float32)


def test_the_bytes_are_read_as_a_table() -> None:
    found = parse_landmarks(Message(encoded(POINTS)), 640, 480)
    np.testing.assert_allclose(found, PIXELS, rtol=1e-6)
    assert found.dtype == np.float32


def test_landmarks_of_another_size_are_read_one_by_one() -> None:
    # 85 messages of 22 bytes are 110 times 17 as well: the tags must tell.
    message = Message(encoded(POINTS, visible=True), POINTS)
    np.testing.assert_allclose(parse_landmarks(message, 640, 480), PIXELS, rtol=1e-6)


def test_no_landmarks_are_no_points() -> None:
    assert parse_landmarks(Message(b""), 640, 480).shape == (0, 3)
