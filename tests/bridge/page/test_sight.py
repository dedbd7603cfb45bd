"""Who sees the camera picture."""

from typing import Any

import pytest

from bridge.page.sight import is_here, may_see

HERE = ("127.0.0.1", 5)
AWAY = ("192.168.1.7", 5)


@pytest.mark.parametrize(
    ("peer", "here"),
    [
        (HERE, True),
        (("127.9.9.9", 5), True),
        (("::1", 5, 0, 0), True),
        (("::ffff:127.0.0.1", 5, 0, 0), True),
        (("fe80::1%eth0", 5, 0, 2), False),
        (("::ffff:10.0.0.1", 5, 0, 0), False),
        (AWAY, False),
        ((), False),
        (None, False),
        ("/a/unix/socket", False),
    ],
)
def test_only_loopback_is_here(peer: Any, here: bool) -> None:
    assert is_here(peer) is here


@pytest.mark.parametrize(
    ("picture", "near", "far"),
    [("local", True, False), ("everywhere", True, True), ("off", False, False)],
)
def test_the_picture_leaves_loopback_only_if_asked_by_name(
    picture: str, near: bool, far: bool
) -> None:
    assert (may_see(picture, HERE), may_see(picture, AWAY)) == (near, far)
