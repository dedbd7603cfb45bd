"""A mapping that pages edit: on pages and wires at once, with undo, and saved."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bridge.characters.builtin import builtin_character, builtin_file
from bridge.characters.mapping_file import load_mapping
from bridge.orders.order import SetCharacter
from bridge.page.desk import PageDesk
from bridge.page.mapping_edits import changed, opened, redone, undone, with_drive
from bridge.page.mapping_verbs import MappingVerbs
from bridge.page.on_stage import OnStage
from bridge.page.stage import Stage
from bridge.sinks.open import open_routes
from bridge.wires.vmc import Vmc
from engines.character.curve_words import WORDS
from engines.character.mapping import Drive, Gaze, Lids, Mapping
from protocols.page_posture import TESTED, decode_posture
from tests.bridge.faces import face
from tests.bridge.orders.test_character import heard
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon
from tests.bridge.page.test_desk import Uploads
from tests.bridge.page.test_stage import FILE, MAPPING, ME


@dataclass
class Clock:
    """Stands still, or goes on by a step whenever it is read."""

    now_ns: int = 0
    step_ns: int = 0

    def __call__(self) -> int:
        self.now_ns += self.step_ns
        return self.now_ns


@dataclass
class Scene:
    """A desk with one character on stage."""

    running: FakeDaemon
    stage: Stage
    on: OnStage
    desk: PageDesk
    clock: Clock
    page: Page = field(default_factory=Page)
    told: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, do: str, **arguments: Any) -> Any:
        return ask(self.desk, self.page, do, **arguments)

    def weights(self, **channels: float) -> list[float]:
        data = self.stage.posture(face(0, "face", **channels), 0)
        assert data is not None
        return [round(float(one), 3) for one in decode_posture(data).weights]

    def row(self, source: str) -> dict[str, Any]:
        rows = self.told[-1]["rows"]
        found: dict[str, Any] = next(row for row in rows if row["source"] == source)
        return found


def scene(folder: Path, *, wires: bool = False, file: Path | None = None) -> Scene:
    running, stage, told = daemon(folder), Stage(ME, MAPPING, FILE), list[Any]()
    on = OnStage(stage, running, told.append, file=file, on_wires=wires)
    clock = Clock()
    desk = PageDesk([MappingVerbs(on, clock)], Uploads())
    return Scene(running, stage, on, desk, clock, told=told)


def test_the_message_has_a_row_for_each_source(tmp_path: Path) -> None:
    reply = scene(tmp_path).ask("mapping get")
    message = reply.data
    assert message["type"] == "mapping"
    rows = {row["source"]: row for row in message["rows"]}
    assert len(rows) == 63
    assert rows["jawOpen"] == {
        "source": "jawOpen",
        "part": "Jaw",
        "words": WORDS["jawOpen"],
        "to": ["jawOpen"],
        "unknown": [],
        "gain": 0.5,
        "low": 0.0,
        "high": 1.0,
        "solo": False,
        "acts": True,
    }
    assert rows["cheekPuff"]["to"] == []
    assert message["targets"] == ["jawOpen", "smile", "happy"]
    assert (message["undo"], message["redo"], message["unsaved"]) == (False,) * 3


def test_a_change_moves_the_character_at_once_and_is_told(tmp_path: Path) -> None:
    made = scene(tmp_path)
    assert made.weights(jawOpen=1.0) == [0.5, 0.0, 0.0]
    reply = made.ask("mapping set", source="jawOpen", to=["smile"], gain=0.8, high=0.6)
    assert reply.ok and reply.sentence == "jawOpen moves smile"
    assert made.weights(jawOpen=1.0) == [0.0, 0.6, 0.0]
    assert made.row("jawOpen")["to"] == ["smile"]
    kinds = [message["type"] for message in made.told]
    assert kinds == ["character", "mapping"]
    gets = {row["curve"]: row["to"] for row in made.told[0]["gets"]}
    assert gets["jawOpen"] == ["smile"]
    assert made.told[-1]["unsaved"] and made.told[-1]["undo"]
    made.ask("mapping set", source="jawOpen", gain=-1.0, low=-1.0)
    assert made.weights(jawOpen=0.5) == [0.0, -0.5, 0.0]
    made.ask("mapping set", source="jawOpen", to=[])
    assert made.weights(jawOpen=1.0) == [0.0, 0.0, 0.0]
    assert made.row("jawOpen")["to"] == []
    assert made.running.orders.given == []


def test_changes_are_taken_back_and_made_again(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.ask("mapping set", source="jawOpen", gain=1.0)
    made.ask("mapping set", source="mouthSmileLeft", gain=0.25)
    assert made.weights(jawOpen=1.0, mouthSmileLeft=1.0) == [1.0, 0.25, 0.0]
    assert made.ask("mapping undo").ok
    assert made.weights(jawOpen=1.0, mouthSmileLeft=1.0) == [1.0, 1.0, 0.0]
    assert made.ask("mapping undo").ok
    assert made.weights(jawOpen=1.0) == [0.5, 0.0, 0.0]
    assert not made.told[-1]["undo"] and made.told[-1]["redo"]
    assert "nothing has been changed" in made.ask("mapping undo").sentence
    assert made.ask("mapping redo").ok and made.ask("mapping redo").ok
    assert made.weights(mouthSmileLeft=1.0) == [0.0, 0.25, 0.0]
    assert "nothing was taken back" in made.ask("mapping redo").sentence
    assert made.ask("mapping reset").ok
    assert made.on.edits.now == MAPPING and not made.told[-1]["unsaved"]
    made.ask("mapping undo")
    assert made.weights(mouthSmileLeft=1.0) == [0.0, 0.25, 0.0]


def test_a_slider_is_one_change(tmp_path: Path) -> None:
    made = scene(tmp_path)
    for step in range(10):
        made.clock.now_ns += 30_000_000
        made.ask("mapping set", source="jawOpen", gain=0.6 + step / 100)
    made.clock.now_ns += 2_000_000_000
    made.ask("mapping set", source="jawOpen", gain=0.9)
    assert [one.drives[0].gain for one in made.on.edits.past] == [0.5, 0.69]
    made.ask("mapping undo")
    made.ask("mapping set", source="jawOpen", gain=0.2)
    made.ask("mapping undo")
    assert made.on.edits.now.drives[0].gain == 0.69


def test_solo_and_a_test_act_on_pages_alone(tmp_path: Path) -> None:
    made = scene(tmp_path, wires=True)
    assert made.ask("mapping solo", source="mouthSmileLeft").ok
    assert made.weights(jawOpen=1.0, mouthSmileLeft=1.0) == [0.0, 1.0, 0.0]
    assert made.row("mouthSmileLeft")["solo"]
    assert made.ask("mapping test", source="jawOpen", value=1.0).ok
    assert made.weights(mouthSmileLeft=1.0) == [0.5, 0.0, 0.0]
    assert made.ask("mapping test").ok
    made.ask("mapping solo", source="mouthSmileLeft", value=False)
    assert made.weights(jawOpen=1.0, mouthSmileLeft=1.0) == [0.5, 1.0, 0.0]
    assert made.running.orders.given == []


def test_a_test_ends_with_the_page_that_began_it(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.ask("mapping test", source="jawOpen", value=1.0)
    made.desk.left(Page())
    data = made.stage.posture(face(0), 0)
    assert data is not None and decode_posture(data).flags == TESTED
    made.desk.left(made.page)
    data = made.stage.posture(face(0), 0)
    assert data is not None and decode_posture(data).flags == 0


@pytest.mark.parametrize(
    ("do", "arguments", "told"),
    [
        ("set", {"source": "jaw?"}, "'jaw?' is no source; expected a curve"),
        ("set", {"source": "jawOpen", "to": ["Gone"]}, "me has no 'Gone'; choose one"),
        ("set", {"source": "jawOpen", "to": "jawOpen"}, "expected a list of at most"),
        ("set", {"source": "jawOpen", "to": ["a"] * 33}, "a list of at most 32 texts"),
        ("set", {"source": "jawOpen", "gain": 11}, "gain is 11, expected a number"),
        ("set", {"source": "jawOpen", "gain": float("nan")}, "gain is nan, expected"),
        ("set", {"source": "jawOpen", "low": 0.5, "high": 0.1}, "low 0.5 is above"),
        ("set", {"source": "jawOpen", "loud": 1}, "unknown argument loud"),
        ("set", {"emotions": "maybe"}, "expected auto, on, off"),
        ("set", {}, "source is missing"),
        ("solo", {"source": "x"}, "'x' is no source"),
        ("test", {"source": "jawOpen", "value": 2}, "value is 2, expected a number"),
        ("save", {}, "the built-in head has no file"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(
    tmp_path: Path, do: str, arguments: dict[str, Any], told: str
) -> None:
    made = scene(tmp_path)
    reply = made.ask(f"mapping {do}", **arguments)
    assert not reply.ok and told in reply.sentence
    assert made.on.edits == opened(MAPPING)
    assert made.weights(jawOpen=1.0) == [0.5, 0.0, 0.0]


def test_emotions_are_switched(tmp_path: Path) -> None:
    made = scene(tmp_path)
    assert made.ask("mapping set", emotions="off").ok
    assert made.told[-1]["emotions"] == "off" and not made.row("happy")["acts"]


def test_a_mapping_is_saved_and_what_others_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "me.character.toml"
    made = scene(tmp_path, file=path)
    made.ask("mapping set", source="jawOpen", gain=1.25)
    reply = made.ask("mapping save")
    assert reply.ok and reply.data == {"file": str(path)}
    assert load_mapping(path).drives[0] == Drive("jawOpen", ("jawOpen",), 1.25)
    assert not made.told[-1]["unsaved"]
    made.ask("mapping set", source="jawOpen", gain=1.5)
    assert made.ask("mapping save").ok
    path.write_text("# by hand\n[drives]\n")
    made.ask("mapping set", source="jawOpen", gain=1.75)
    reply = made.ask("mapping save")
    assert not reply.ok and "was changed by another program" in reply.sentence
    assert path.read_text() == "# by hand\n[drives]\n"
    assert made.told[-1]["unsaved"]


def test_the_wires_follow_a_character_that_is_on_them(
    tmp_path: Path, port: socket.socket
) -> None:
    target = Vmc(port=port.getsockname()[1])
    routes = open_routes([target], ["face"])
    made = scene(tmp_path, wires=True)
    made.running.routes = routes
    applied: list[str] = []

    def carry(order: Any) -> Any:
        for route, fitting in zip(routes, order.fittings, strict=True):
            route.wear(fitting)
        applied.append(order.name)
        return ask_of(order)

    ask_of: Callable[[Any], Any] = made.running.orders.ask
    made.running.orders.ask = carry  # type: ignore[method-assign]
    made.ask("mapping set", source="jawOpen", to=["smile"], gain=1.0)
    assert heard("vmc", routes[0], port)["smile"] == pytest.approx(0.8)
    # Solo is for pages.
    made.ask("mapping solo", source="mouthSmileLeft")
    assert heard("vmc", routes[0], port)["smile"] == pytest.approx(0.8)
    assert made.ask("character builtin").ok
    assert heard("vmc", routes[0], port)["jawOpen"] == pytest.approx(0.8)
    assert applied == ["me", ""]
    assert made.stage.number == 2 and made.stage.file() == builtin_file()
    routes[0].close()


def test_another_character_is_on_the_wires_when_a_page_says_so(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.on.show(*builtin_character(), builtin_file(), None)
    assert [message["type"] for message in made.told] == ["mapping"]
    assert made.stage.message()["name"] == "the built-in head"
    assert made.running.orders.given == [] and not made.told[-1]["wires"]
    reply = made.ask("character use")
    assert reply.ok and "the wires send for the built-in head" in reply.sentence
    (order,) = made.running.orders.given
    assert isinstance(order, SetCharacter) and order.name == "the built-in head"
    assert made.told[-1]["wires"]
    made.ask("mapping set", source="jawOpen", gain=0.5)
    assert len(made.running.orders.given) == 2


def test_what_the_daemon_refuses_is_told(tmp_path: Path) -> None:
    made = scene(tmp_path, wires=True)
    made.running.orders.refuses = "facewire is ending"
    reply = made.ask("mapping set", source="jawOpen", gain=1.0)
    assert "the wires were not changed: facewire is ending" in reply.sentence
    assert not made.ask("character use").ok
    assert not made.ask("character builtin").ok
    assert made.stage.number == 1


def test_edits_are_values() -> None:
    first = Mapping((Drive("jawOpen", ("a",)),), {}, Gaze("none"), Lids())
    second = with_drive(first, Drive("jawOpen", ("b",)))
    third = with_drive(second, Drive("cheekPuff", ("c",)))
    edits = changed(changed(opened(first), second), third)
    assert changed(edits, third) is edits
    assert undone(undone(edits)).now == first and undone(opened(first)) == opened(first)
    assert redone(undone(edits)).now == third and redone(edits) is edits
    assert changed(undone(edits), first).future == ()
    assert with_drive(third, Drive("jawOpen", ())).drives == third.drives[1:]
    many = opened(first)
    for gain in range(300):
        many = changed(many, with_drive(first, Drive("jawOpen", ("a",), gain / 100)))
    assert len(many.past) == 200
