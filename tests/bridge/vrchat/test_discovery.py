"""Finding VRChat and the worn avatar, with a VRChat of our own over HTTP."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.vrchat.avatar_files import MOST_USERS, find_avatar, osc_folder
from bridge.vrchat.change_listener import ChangeListener
from bridge.vrchat.discovery import PATIENCE, Discovery, Found
from bridge.vrchat.services import Service, Services, fetch, is_at
from protocols.errors import DecodeError
from protocols.osc import Message, encode
from protocols.oscquery import LONGEST
from protocols.unified import NAMES
from protocols.vrcft import Plan
from tests.bridge.fakes import PATIENCE_S, until

from .game import Game, Near

NOTHING = Found(Plan(), 9000)
Told = Callable[[], list[str]]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    logging.getLogger("bridge").propagate = True
    caplog.set_level(logging.WARNING, "bridge")
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.fixture
def game() -> Iterator[Game]:
    made = Game(v2__JawOpen=float, FT__v2__JawX1=bool, VRCEmote=int)
    yield made
    made.close()


def discovery_of(near: Services | None, **more: object) -> Discovery:
    return Discovery(
        "vrchat=127.0.0.1:9000",
        "127.0.0.1",
        NOTHING,
        services=None if near is None else lambda: near,
        every_s=0.01,
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def discovery(game: Game) -> Iterator[Discovery]:
    made = discovery_of(Near(game.service))
    yield made
    made.close()


def says(words: str, told: Told) -> bool:
    return any(words in sentence for sentence in told())


def addresses(discovery: Discovery) -> set[str]:
    return {address for address, _ in discovery.found.plan.floats}


def test_the_avatars_parameters_and_the_port_are_found(
    game: Game, discovery: Discovery, told: Told
) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    assert discovery.found.port == game.port
    assert addresses(discovery) == {"/avatar/parameters/v2/JawOpen"}
    assert len(discovery.found.plan.bits) == 1
    until(lambda: bool(told()), PATIENCE_S)
    assert told() == [
        "· vrchat=127.0.0.1:9000: the avatar has 2 parameters for a face, on UDP port "
        f"{game.port}"
    ]


def test_another_avatar_is_another_plan(game: Game, discovery: Discovery) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    game.parameters = {"v2/MouthX": float}
    game.worn = "avtr_b"
    until(lambda: addresses(discovery) == {"/avatar/parameters/v2/MouthX"}, PATIENCE_S)


def test_parameters_that_appear_late_are_found(
    game: Game, discovery: Discovery
) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    before = discovery.found
    never = threading.Event()
    never.wait(0.0)
    assert discovery.found is before
    game.parameters["v2/TongueOut"] = float
    until(lambda: len(addresses(discovery)) == 2, PATIENCE_S)


def test_an_avatar_with_all_keys_gets_everything(
    game: Game, discovery: Discovery
) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    game.all_keys, game.worn = True, "avtr_c"
    until(lambda: len(discovery.found.plan.floats) == len(NAMES), PATIENCE_S)


def test_an_avatar_without_a_face_is_told(
    game: Game, discovery: Discovery, told: Told
) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    game.parameters, game.worn = {}, "avtr_d"
    until(
        lambda: any("no parameters of VRCFaceTracking" in t for t in told()), PATIENCE_S
    )


@pytest.mark.parametrize(
    "instead", [b"", b"no JSON", b"[]", b"{}" * 3, b'{"CONTENTS": 5}', b"\xff\xfe"]
)
def test_a_liar_changes_nothing_and_truth_is_found_again(
    game: Game, discovery: Discovery, instead: bytes
) -> None:
    until(lambda: discovery.found != NOTHING, PATIENCE_S)
    before, game.instead = discovery.found, instead
    asked = len(game.asked)
    until(lambda: len(game.asked) > asked + 3, PATIENCE_S)
    assert discovery.found.port in (before.port, 9000)
    game.instead, game.parameters, game.worn = None, {"v2/JawZ": float}, "avtr_e"
    until(lambda: addresses(discovery) == {"/avatar/parameters/v2/JawZ"}, PATIENCE_S)


def test_a_game_that_ends_and_starts_on_another_port_is_found(told: Told) -> None:
    first, near = Game(v2__JawOpen=float), Near()
    near.services = [first.service]
    discovery = discovery_of(near)
    try:
        until(lambda: discovery.found != NOTHING, PATIENCE_S)
        first.close()
        second = Game(v2__JawX=float)
        near.services = [first.service, second.service]
        near.services.reverse()
        until(
            lambda: addresses(discovery) == {"/avatar/parameters/v2/JawX"}, PATIENCE_S
        )
        second.close()
    finally:
        discovery.close()
    assert near.closed


def test_nobody_there_is_told_once(told: Told) -> None:
    discovery = discovery_of(Near())
    until(lambda: discovery._vain > 3 * PATIENCE, PATIENCE_S)
    discovery.close()
    (sentence,) = told()
    assert "VRChat is not found; start it and switch on OSC" in sentence


def test_a_machine_without_a_network_is_a_sentence(told: Told) -> None:
    def fails() -> Services:
        raise OSError("no such device")

    discovery = Discovery("vrchat", "127.0.0.1", NOTHING, services=fails, every_s=0.01)
    until(lambda: bool(told()), PATIENCE_S)
    discovery.close()
    assert "mDNS cannot be used (no such device)" in told()[0]
    assert not discovery._thread.is_alive()


@pytest.mark.parametrize(
    ("address", "host", "fits"),
    [
        *(("127.0.0.1", "127.0.0.1", True), ("127.0.0.5", "127.0.0.1", True)),
        *(("10.0.0.5", "10.0.0.5", True), ("10.0.0.6", "10.0.0.5", False)),
        *(("192.0.2.1", "127.0.0.1", False), ("::1", "::1", True)),
        *(("nonsense", "127.0.0.1", False), ("127.0.0.1", "10.0.0.5", False)),
    ],
)
def test_only_services_on_the_named_machine_count(
    address: str, host: str, fits: bool
) -> None:
    assert is_at(Service(address, 1), host) is fits


def test_a_service_on_another_machine_is_never_asked(game: Game) -> None:
    discovery = discovery_of(Near(Service("192.0.2.1", game.service.port)))
    until(lambda: discovery._vain > 3, PATIENCE_S)
    discovery.close()
    assert not game.asked and discovery.found == NOTHING


def test_an_answer_is_read_only_so_far(game: Game) -> None:
    game.instead = b" " * (LONGEST + 10)
    with pytest.raises(DecodeError, match="an answer of more than"):
        fetch(game.service, "/")
    game.instead, game.status = b"{}", 404
    with pytest.raises(OSError, match="status 404"):
        fetch(game.service, "/")


def test_what_is_no_web_server_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            visitor, _ = server.accept()
            with visitor:
                visitor.recv(4096)
                visitor.sendall(b"\x00\x01garbage\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises((OSError, DecodeError)):
            fetch(Service("127.0.0.1", server.getsockname()[1]), "/")
        thread.join(PATIENCE_S)


def avatar_in(folder: Path, name: str, *addresses: str) -> None:
    path = folder / "usr_1" / "Avatars" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"name": "x", "input": {"address": a, "type": "Float"}} for a in addresses]
    path.write_text(json.dumps({"id": name, "parameters": rows}), "utf-8")


def test_an_avatar_that_is_heard_of_is_found_in_its_file(
    tmp_path: Path, told: Told
) -> None:
    avatar_in(tmp_path, "avtr_a", "/avatar/parameters/v2/JawOpen")
    listener = ChangeListener(0)
    discovery = discovery_of(None, listener=listener, folder=tmp_path)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as game:
            there = ("127.0.0.1", listener.port)
            for data in (
                b"noise",
                encode(Message("/avatar/parameters/VelocityX", (0.5,))),
                encode(Message("/avatar/change", ("../../etc/passwd",))),
                encode(Message("/avatar/change", ("avtr_unknown",))),
            ):
                game.sendto(data, there)
            until(
                lambda: any("no file for the avatar" in t for t in told()), PATIENCE_S
            )
            game.sendto(encode(Message("/avatar/change", ("avtr_a",))), there)
            until(lambda: discovery.found != NOTHING, PATIENCE_S)
    finally:
        discovery.close()
    assert addresses(discovery) == {"/avatar/parameters/v2/JawOpen"}
    assert discovery.found.port == 9000


def test_what_vrchat_sends_all_the_time_causes_no_looks(tmp_path: Path) -> None:
    avatar_in(tmp_path, "avtr_a", "/avatar/parameters/v2/JawOpen")
    listener, near = ChangeListener(0), Near()
    discovery = Discovery(
        "vrchat",
        "127.0.0.1",
        NOTHING,
        services=lambda: near,
        listener=listener,
        folder=tmp_path,
        every_s=PATIENCE_S,
    )
    noise = encode(Message("/avatar/parameters/VelocityX", (0.5,)))
    change = encode(Message("/avatar/change", ("avtr_a",)))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as game:

        def send() -> bool:
            for data in (*[noise] * 50, change):
                game.sendto(data, ("127.0.0.1", listener.port))
            return discovery.found != NOTHING

        until(send, PATIENCE_S)
    discovery.close()
    assert near.looks == 1


def test_files_are_looked_for_only_where_they_belong(tmp_path: Path) -> None:
    avatar_in(tmp_path, "avtr_a", "/avatar/parameters/v2/JawOpen")
    (tmp_path / "secret.json").write_text('{"parameters": []}', "utf-8")
    assert find_avatar("avtr_a", tmp_path) is not None
    assert find_avatar("../../secret", tmp_path) is None
    assert find_avatar("avtr_b", tmp_path) is None
    assert find_avatar("avtr_a", tmp_path / "absent") is None
    (tmp_path / "usr_1" / "Avatars" / "avtr_c.json").write_bytes(b"{")
    assert find_avatar("avtr_c", tmp_path) is None
    assert MOST_USERS > 1


def test_the_folder_of_windows_and_of_proton() -> None:
    home = Path("/home/anna")
    assert osc_folder(home, "win32") == home / "AppData/LocalLow/VRChat/VRChat/OSC"
    linux = osc_folder(home, "linux").as_posix()
    assert "compatdata/438100/pfx" in linux and linux.endswith("VRChat/VRChat/OSC")
