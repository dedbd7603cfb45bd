"""Sending faces to a VTube Studio, over real WebSockets."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bridge.vtube_studio.line import MOST_EVENTS
from bridge.vtube_studio.sending import YIELD_NS
from tests.bridge.faces import face
from tests.bridge.fakes import PATIENCE_S, until

from .server import Studio
from .sinks import SECOND, TIME, Sinks, Told, deliver


def test_a_face_that_is_lost_says_so(studio: Studio, sinks: Sinks) -> None:
    deliver(sinks(), replace(face(0), tracked=False))
    assert studio.injected[-1]["faceFound"] is False


def test_own_parameters_alone_unless_the_defaults_are_wanted(
    studio: Studio, sinks: Sinks
) -> None:
    deliver(sinks(defaults=True), face(0, jawOpen=0.5, mouthSmileLeft=1.0))
    assert len(studio.values(-2)) == 70
    values = studio.values()
    # Only what this VTube Studio lists and a face moves, within its ranges.
    assert values == {
        **{"FaceAngleX": 0, "FaceAngleY": 0, "FaceAngleZ": 0, "FacePositionX": 0},
        **{"MouthOpen": 0.6, "MouthSmile": 0.75, "EyeOpenLeft": 1, "EyeLeftX": 0},
        "TongueOut": 0,
    }


@pytest.mark.parametrize("named", [True, False])
def test_what_another_plugin_controls_is_left_to_it(
    studio: Studio, sinks: Sinks, told: Told, named: bool
) -> None:
    studio.others, studio.names_in_errors = {"FaceAngleX"}, named
    sink = sinks(defaults=True)
    deliver(sink, face(0))
    deliver(sink, face(1))
    assert sink.failed == 0
    last = studio.values()
    assert "FaceAngleX" not in last
    assert ("FaceAngleY" in last) is named
    sentences = [one for one in told() if "another plugin controls" in one]
    assert len(sentences) == 1 and ("FaceAngleX" in sentences[0]) is named
    studio.others = set()
    deliver(sink, face(YIELD_NS // 33_333_333 + 3))
    assert "FaceAngleX" in studio.values()
    assert [one for one in told() if "another plugin controls" in one] == sentences


def test_a_name_that_another_plugin_has_is_left_out(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    row = {"name": "FacewireJawOpen", "addedBy": "Other", "min": 0, "max": 1}
    studio.custom["FacewireJawOpen"] = {**row, "value": 0, "defaultValue": 0}
    sink = sinks()
    deliver(sink, face(0))
    assert sink.sent == 1 and len(studio.values()) == 69
    assert (
        "another plugin has a parameter FacewireJawOpen; ours is left out" in told()[-1]
    )


def test_without_room_for_all_it_sends_those_that_fit(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    studio.room = 52
    sink = sinks()
    deliver(sink, face(0))
    assert sink.sent == 1 and len(studio.values()) == 52
    assert len([one for one in told() if "has no room for more parameters" in one]) == 1


def test_a_parameter_that_was_removed_is_made_again(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    sink = sinks()
    deliver(sink, face(0))
    del studio.custom["FacewireJawOpen"]
    deliver(sink, face(1))
    assert sink.failed == 1 and "a parameter was removed" in told()[-1]
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 2 and "FacewireJawOpen" in studio.values()


def test_events_between_the_answers_do_no_harm(studio: Studio, sinks: Sinks) -> None:
    studio.events = 3
    sink = sinks(defaults=True)
    for index in range(50):
        deliver(sink, face(index))
    assert (sink.sent, sink.failed) == (50, 0)


def test_it_closes_while_no_answer_comes_and_says_nothing(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    studio.silent = True
    sink = sinks()
    sink.send(face(0), TIME)
    studio.told(lambda: studio.injected)
    before = told()
    sink.close()
    assert not sink._thread.is_alive() and told() == before


def test_events_without_end_end_the_connection(
    studio: Studio, sinks: Sinks, told: Told
) -> None:
    sink = sinks()
    deliver(sink, face(0))
    studio.events = MOST_EVENTS + 1
    deliver(sink, face(1))
    assert sink.failed == 1 and "messages but no answer" in told()[-1]
    studio.events = 0
    deliver(sink, face(2 * SECOND))
    assert sink.sent == 2


def test_a_slow_vtube_studio_gets_the_newest_face(studio: Studio, sinks: Sinks) -> None:
    studio.answers = threading.Semaphore(0)
    sink = sinks()
    sink.send(face(0, jawOpen=0.0), TIME)
    studio.told(lambda: len(studio.injected) == 1)
    for index in range(1, 101):
        sink.send(face(index, jawOpen=index / 100), TIME)
    studio.answers.release()
    studio.told(lambda: len(studio.injected) == 2)
    assert studio.values()["FacewireJawOpen"] == 1.0
    studio.answers.release()
    until(lambda: sink.sent == 2, PATIENCE_S)
    assert (sink.dropped, sink.failed) == (99, 0)
