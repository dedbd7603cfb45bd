"""Logging in to a VTube Studio, over real WebSockets."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from bridge.user_folder import plugin_token
from tests.bridge.faces import face

from .server import Studio, StudioServer
from .sinks import SECOND, TIME, Sinks, Told, deliver


def test_a_face_moves_our_parameters_after_the_user_allowed_it_once(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    sink = sinks()
    deliver(sink, face(0, jawOpen=0.25, head__y=-0.1))
    assert sink.sent == 1 and sink.answered is True
    assert len(studio.custom) == 70
    values = studio.values()
    assert len(values) == 70 and all(name.startswith("Facewire") for name in values)
    assert values["FacewireJawOpen"] == 0.25
    assert values["FacewireHeadYaw"] == pytest.approx(5.7296, abs=1e-3)
    assert studio.injected[-1]["faceFound"] is True
    (sentence,) = told()
    assert sentence == (
        f'· vts=127.0.0.1:{sinks.port}: click "Allow" in VTube Studio, which asks '
        "about facewire"
    )


def test_the_token_is_kept_with_private_rights_and_used_again(
    studio: Studio, sinks: Sinks, home: Path
) -> None:
    deliver(sinks(), face(0))
    path = home / "vtube_studio.json"
    assert json.loads(path.read_text("utf-8")) == {
        f"127.0.0.1:{sinks.port}": "adcd-123-0"
    }
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    deliver(sinks(), face(0))
    assert studio.asked.count("AuthenticationTokenRequest") == 1
    assert studio.asked.count("ParameterCreationRequest") == 70
    assert studio.asked.count("AuthenticationRequest") == 2


def test_a_folder_that_keeps_nothing_does_not_ask_at_each_connection(
    studio: Studio,
    sinks: Sinks,
    server: StudioServer,
    home: Path,
    told: Told,
) -> None:
    (home / "vtube_studio.json").write_text("[]", "utf-8")
    sink = sinks()
    deliver(sink, face(0))
    server.drop()
    deliver(sink, face(1))
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 2
    assert studio.asked.count("AuthenticationTokenRequest") == 1
    assert len([one for one in told() if "delete it to make a new one" in one]) == 1


def test_denied_is_told_once_and_never_asked_again(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    studio.allow = False
    sink = sinks()
    for index in range(0, 20 * SECOND, 2 * SECOND):
        deliver(sink, face(index))
    assert sink.sent == 0 and sink.answered is False
    assert studio.asked.count("AuthenticationTokenRequest") == 1
    assert studio.connections > 1
    assert len(told()) == 2 and 'start facewire again and click "Allow"' in told()[1]


def test_after_another_question_it_asks_again(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    studio.busy = True
    sink = sinks()
    deliver(sink, face(0))
    assert "asking about another plugin; answer that question first" in told()[-1]
    studio.busy = False
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 1


def test_a_revoked_token_is_forgotten_and_asked_for_again(
    studio: Studio, sinks: Sinks, server: StudioServer
) -> None:
    sink = sinks()
    deliver(sink, face(0))
    studio.tokens.clear()
    studio.custom.clear()
    server.drop()
    deliver(sink, face(1))
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 2 and len(studio.custom) == 70
    assert studio.asked.count("AuthenticationTokenRequest") == 2
    assert plugin_token(f"127.0.0.1:{sinks.port}") == "adcd-123-0"


def test_it_reconnects_after_vtube_studio_was_closed_and_started(
    studio: Studio, sinks: Sinks, server: StudioServer, told: Told
) -> None:
    sink = sinks()
    deliver(sink, face(0))
    server.close()
    deliver(sink, face(1))
    deliver(sink, face(2 * SECOND))
    again = StudioServer(studio, server.port)
    try:
        deliver(sink, face(9 * SECOND))
        assert sink.sent == 2 and studio.values()["FacewireJawOpen"] == 0
    finally:
        again.close()
    words = " ".join(told())
    assert "closed the connection" in words and "does not answer at" in words
    assert words.endswith("sending again")


def test_an_api_that_is_off_and_then_on(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    studio.active = False
    sink = sinks()
    deliver(sink, face(0))
    assert 'switch on "Start API (allow plugins)"' in told()[-1]
    studio.active = True
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 1


@pytest.mark.parametrize(
    "instead", ["no JSON", b"\xff", "[]", "{}", '{"messageType":1}']
)
def test_a_liar_is_a_sentence_and_nothing_breaks(
    studio: Studio, sinks: Sinks, told: Told, instead: str | bytes
) -> None:
    studio.instead = instead
    sink = sinks()
    deliver(sink, face(0))
    assert sink.failed == 1 and "is it VTube Studio that listens?" in told()[-1]
    studio.instead = None
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 1


def test_it_closes_while_the_user_thinks(studio: Studio, sinks: Sinks) -> None:
    studio.allow = None
    sink = sinks()
    sink.send(face(0), TIME)
    studio.told(lambda: "AuthenticationTokenRequest" in studio.asked)
    sink.close()
    assert not sink._thread.is_alive() and sink.sent == 0


def test_nobody_there_is_a_sentence(told: Told) -> None:
    server = StudioServer(Studio())
    server.close()
    sink = Sinks(server.port)()
    deliver(sink, face(0))
    sink.close()
    assert told() == [
        f"x vts=127.0.0.1:{server.port}: VTube Studio does not answer at "
        f"127.0.0.1:{server.port}; start it, and switch on "
        '"Start API (allow plugins)" in its settings; trying again'
    ]
