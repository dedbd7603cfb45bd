import math

import numpy as np

from protocols.channels import BONES, INDEX
from protocols.outgoing import outgoing

from .faces import broken, doubting, face


def test_it_is_worked_out_once_a_frame() -> None:
    one, other = face(jawOpen=0.5), face(jawOpen=0.5)
    assert outgoing(one) is outgoing(one)
    assert outgoing(one) is not outgoing(other)


def test_it_is_fit_to_send_and_cannot_be_changed() -> None:
    ready = outgoing(face(jawOpen=1.5, head__y=math.pi / 2, neck__x=math.nan))
    assert ready.vector[INDEX["jawOpen"]] == 1.0
    assert np.isfinite(ready.vector).all() and not ready.vector.flags.writeable
    x, y, z, w = ready.turns[BONES.index("head")]
    assert (x, z) == (0.0, 0.0) and math.isclose(y, w, rel_tol=1e-6)
    assert ready.turns[BONES.index("neck")] == (0.0, 0.0, 0.0, 1.0)


def test_a_doubt_is_within_0_to_1_and_what_is_no_number_is_1() -> None:
    assert outgoing(face()).doubt is None
    ready = outgoing(doubting()).doubt
    assert ready is not None and ready[16] == 0.25 and not ready.flags.writeable
    ready = outgoing(broken()).doubt
    assert ready is not None
    assert ready.tolist() == [1.0, 0.0, 0.0] + [1.0] * 49
