"""Real sockets where this system has them, and a stand-in for those of Windows."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Self

import pytest
import zmq

from bridge.binding import EXCLUSIVE, Address, is_taken, listen_on

V4 = socket.AF_INET
PORT = 39539
ANY, LOOPBACK, CARD = ("0.0.0.0", PORT), ("127.0.0.1", PORT), ("192.168.1.5", PORT)


class Winsock:
    """Windows' rules for sockets of one user, as Microsoft's tables have them."""

    def __init__(self) -> None:
        self.bound: list[FakeSocket] = []

    def make(self, family: socket.AddressFamily, kind: socket.SocketKind) -> FakeSocket:
        return FakeSocket(self)

    def check(self, new: FakeSocket, address: Address) -> None:
        for old in self.bound:
            if old.address is None or old.address[1] != address[1]:
                continue
            wild = {old.address[0], address[0]} & {"0.0.0.0", "::"}
            if old.address == address:
                raise OSError(errno.EADDRINUSE, "")
            if not wild:
                continue  # two addresses of this machine
            if new.exclusive and address[0] in wild:
                raise OSError(errno.EADDRINUSE, "")
            if old.exclusive and old.address[0] in wild:
                raise OSError(errno.EACCES, "")


class FakeSocket:
    def __init__(self, system: Winsock) -> None:
        self._system = system
        self.address: Address | None = None
        self.exclusive = False
        self.closed = False

    def setsockopt(self, level: int, option: int, value: int) -> None:
        assert (level, option, value) == (socket.SOL_SOCKET, EXCLUSIVE, 1)
        self.exclusive = True

    def bind(self, address: Address) -> None:
        self._system.check(self, address)
        self.address = address
        self._system.bound.append(self)

    def close(self) -> None:
        self.closed = True
        if self in self._system.bound:
            self._system.bound.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def windows(*receivers: Address) -> Winsock:
    """Windows with programs that listen without any option."""
    system = Winsock()
    for address in receivers:
        system.make(V4, socket.SOCK_DGRAM).bind(address)
    return system


def listen(system: Winsock, address: Address = LOOPBACK) -> FakeSocket:
    make: Callable[..., socket.socket] = system.make  # type: ignore[assignment]
    return listen_on(V4, address, platform="win32", make=make)  # type: ignore[return-value]


def taken(system: Winsock, kind: socket.SocketKind = socket.SOCK_DGRAM) -> bool:
    make: Callable[..., socket.socket] = system.make  # type: ignore[assignment]
    return is_taken(V4, LOOPBACK, kind, platform="win32", make=make)


def test_the_stand_in_lets_packets_be_taken_as_windows_does() -> None:
    system = windows(ANY)
    system.make(V4, socket.SOCK_DGRAM).bind(LOOPBACK)
    assert len(system.bound) == 2


@pytest.mark.parametrize("receiver", [ANY, LOOPBACK])
def test_on_windows_a_receiver_is_seen_whatever_it_has_bound(receiver: Address) -> None:
    system = windows(receiver)
    assert taken(system)
    with pytest.raises(OSError) as raised:
        listen(system)
    assert raised.value.errno == errno.EADDRINUSE
    assert [one.address for one in system.bound] == [receiver], "nothing is left open"


def test_on_windows_nobody_can_take_what_we_listen_to() -> None:
    system = windows()
    ours = listen(system, ANY)
    assert ours.exclusive
    for address in (ANY, LOOPBACK, CARD):
        with pytest.raises(OSError):
            system.make(V4, socket.SOCK_DGRAM).bind(address)


def test_on_windows_a_free_port_is_free() -> None:
    system = windows(("0.0.0.0", PORT + 1))
    assert not taken(system)
    assert listen(system).address == LOOPBACK
    assert taken(system)


def test_on_windows_tcp_is_asked_for_as_zeromq_would() -> None:
    assert taken(windows(LOOPBACK), socket.SOCK_STREAM)
    assert not taken(windows(ANY), socket.SOCK_STREAM), "ZeroMQ could bind"


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_here_a_receiver_is_seen_whatever_it_has_bound(host: str) -> None:
    with socket.socket(V4, socket.SOCK_DGRAM) as receiver:
        receiver.bind((host, 0))
        address = ("127.0.0.1", receiver.getsockname()[1])
        assert is_taken(V4, address, socket.SOCK_DGRAM)
        with pytest.raises(OSError) as raised:
            listen_on(V4, address)
        assert raised.value.errno == errno.EADDRINUSE
    assert not is_taken(V4, address, socket.SOCK_DGRAM)
    listen_on(V4, address).close()


def test_connections_that_have_just_ended_do_not_take_a_port() -> None:
    """The publisher closes first, so that its end lingers in TIME_WAIT."""
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.setsockopt(zmq.LINGER, 0)
        port = publisher.bind_to_random_port("tcp://127.0.0.1")
        address = ("127.0.0.1", port)
        with socket.create_connection(address, timeout=10.0) as subscriber:
            assert is_taken(V4, address, socket.SOCK_STREAM)
            assert subscriber.recv(1), "the handshake has begun"
            publisher.close(0)
            while subscriber.recv(4096):
                pass
    assert not is_taken(V4, address, socket.SOCK_STREAM)
