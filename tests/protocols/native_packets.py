"""Packets of the native stream, changed by a field, and frames compared."""

import msgpack
import numpy as np

from protocols.frame import FaceFrame

from .golden import golden

WHOLE = golden("native_ramp.bin")


def fields(data: bytes = WHOLE) -> dict[str, object]:
    found: dict[str, object] = msgpack.unpackb(data)
    return found


def changed(name: str, value: object) -> bytes:
    packed: bytes = msgpack.packb({**fields(), name: value})
    return packed


def same(a: FaceFrame, b: FaceFrame) -> None:
    for name in ("index", "captured_ns", "subject", "confidence", "tracked"):
        assert getattr(a, name) == getattr(b, name)
    np.testing.assert_array_equal(a.vector, b.vector)
    np.testing.assert_array_equal(a.expression, b.expression)
    assert (a.doubt is None) == (b.doubt is None)
    if a.doubt is not None and b.doubt is not None:
        np.testing.assert_array_equal(a.doubt, b.doubt)
