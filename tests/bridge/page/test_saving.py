"""Saving: live values reach the files, and other lines stay."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.config_file import load_config
from bridge.orders.order import SetGain, SetProfile
from bridge.page.desk import PageDesk
from bridge.page.saving import Saving
from bridge.shape.gains import range_of
from bridge.shape.profile import load_profile
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon
from tests.bridge.page.test_desk import Uploads

FILE = """\
# mine
[capture]
source = "demo" # for a try

[shape]
steadiness = 0.2 # calm
mirror = false
"""


@pytest.fixture
def running(tmp_path: Path) -> FakeDaemon:
    return daemon(tmp_path)


def desk(running: FakeDaemon, settings: Path | None) -> PageDesk:
    return PageDesk([Saving(running, settings)], Uploads())


def change(running: FakeDaemon, **values: object) -> None:
    first, *rest = running.orders.settings
    running.orders.settings = (replace(first, **values), *rest)  # type: ignore[arg-type]


def test_live_settings_are_written_and_all_other_lines_stay(
    running: FakeDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "me.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    change(running, steadiness=0.5, style="toon", mirror=True, lead_ms=25.0)
    reply = ask(desk(running, path), Page(), "save settings")
    assert reply.ok, reply.sentence
    assert reply.sentence == f"wrote steadiness, lead_ms, style, mirror into {path}"
    assert reply.data == {"file": str(path)}
    assert path.read_text() == FILE.replace("0.2 # calm", "0.5 # calm").replace(
        "mirror = false\n", 'mirror = true\nlead_ms = 25.0\nstyle = "toon"\n'
    )
    assert path.stat().st_mode & 0o777 == 0o640
    shape = load_config(path).shape
    assert (shape.steadiness, shape.lead_ms, shape.style) == (0.5, 25.0, "toon")
    again = ask(desk(running, path), Page(), "save settings")
    assert again.sentence == f"{path} has these settings already"


def test_the_face_that_the_page_watches_is_saved(
    running: FakeDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "me.toml"
    path.write_text("")
    change(running, steadiness=0.1)
    page = Page()
    page.face = 1
    assert "already" in ask(desk(running, path), page, "save settings").sentence
    page.face = 0
    assert ask(desk(running, path), page, "save settings").ok
    assert path.read_text() == "[shape]\nsteadiness = 0.1\n"


def test_without_the_motion_network_its_settings_stay_as_they_are(
    running: FakeDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "me.toml"
    path.write_text(FILE)
    change(running, steadiness=None, lead_ms=None, style=None, idle=None)
    assert "already" in ask(desk(running, path), Page(), "save settings").sentence
    assert path.read_text() == FILE


def test_without_a_settings_file_the_answer_names_the_one_that_is_made(
    running: FakeDaemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    change(running, idle=False)
    made = desk(running, None)
    reply = ask(made, Page(), "save settings")
    assert reply.sentence == "wrote idle into facewire.toml"
    assert reply.data == {"file": str(tmp_path / "facewire.toml")}
    assert Path("facewire.toml").read_text() == "[shape]\nidle = false\n"
    change(running, mirror=True)
    assert ask(made, Page(), "save settings").ok
    assert load_config(Path("facewire.toml")).shape.mirror
    # Another run does not know this file, and leaves it alone.
    reply = ask(desk(running, None), Page(), "save settings")
    assert not reply.ok and "exists already" in reply.sentence


@pytest.mark.parametrize(
    "name",
    ["../a.toml", "/a.toml", "a.txt", ".toml", ".a.toml", "a\\b.toml", "a:b.toml"],
)
def test_a_name_with_folders_is_refused(
    running: FakeDaemon, tmp_path: Path, name: str
) -> None:
    made = desk(running, tmp_path / "me.toml")
    for verb in ("save settings", "save profile"):
        reply = ask(made, Page(), verb, name=name)
        assert not reply.ok and "expected a file name without folders" in reply.sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[shape\n", "cannot be changed, because it has a mistake"),
        ("[shape]\nloud = 1\n", "cannot be changed, because it has a mistake"),
        ("shape = { mirror = false }\n", "set steadiness in it by hand"),
    ],
)
def test_a_file_that_cannot_be_changed_stays(
    running: FakeDaemon, tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "me.toml"
    path.write_text(text)
    change(running, steadiness=0.5)
    reply = ask(desk(running, path), Page(), "save settings")
    assert not reply.ok and told in reply.sentence
    assert path.read_text() == text


PROFILE = """\
# Anna at her desk
name = "Anna"

[curves]
jawOpen = { gain = 1.2 } # wide
"brow*" = { gain = 1.5 }

[curves.cheekPuff]
gain = 2.0 # much
offset = -0.1
"""


def test_gains_reach_the_profile_and_its_comments_stay(
    running: FakeDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "anna.toml"
    path.write_text(PROFILE)
    running.orders.ask(SetProfile(load_profile(path), str(path)))
    for curve, gain in (("jawOpen", 0.8), ("cheekPuff", 1.5), ("browInnerUp", 2.5)):
        running.orders.ask(SetGain(curve, gain))
    reply = ask(desk(running, None), Page(), "save profile")
    assert reply.ok, reply.sentence
    assert reply.data == {"file": str(path), "name": "anna.toml"}
    assert path.read_text() == PROFILE.replace(
        "{ gain = 1.2 } # wide", "{ gain = 0.8 } # wide"
    ).replace("gain = 2.0 # much", "gain = 1.5 # much").replace(
        '"brow*" = { gain = 1.5 }\n',
        '"brow*" = { gain = 1.5 }\nbrowInnerUp = { gain = 2.5 }\n',
    )
    assert load_profile(path).curves["browInnerUp"].gain == 2.5


def test_a_profile_whose_rows_would_be_hidden_is_written_anew(
    running: FakeDaemon, tmp_path: Path
) -> None:
    path = tmp_path / "anna.toml"
    path.write_text('[curves]\njawOpen = { gain = 1.2 }\n"jaw*" = { gain = 1.5 }\n')
    running.orders.ask(SetProfile(load_profile(path), str(path)))
    running.orders.ask(SetGain("jawOpen", 0.5))
    assert ask(desk(running, None), Page(), "save profile").ok
    found = load_profile(path)
    assert range_of(found, "jawOpen").gain == 0.5
    assert range_of(found, "jawLeft").gain == 1.5


def test_without_a_profile_one_is_made_and_used(
    running: FakeDaemon, tmp_path: Path
) -> None:
    running.orders.ask(SetGain("jawOpen", 0.5, "ben"))
    page = Page()
    page.face = 1
    made = desk(running, tmp_path / "facewire.toml")
    reply = ask(made, page, "save profile")
    path = tmp_path / "me.toml"
    assert reply.sentence == f"wrote {path}"
    tables = tomllib.loads(path.read_text())
    assert tables == {"curves": {"jawOpen": {"gain": 0.5}}}
    last = running.orders.given[-1]
    assert isinstance(last, SetProfile)
    assert (last.file, last.subject) == (str(path), "ben")
    # The first face has no profile, and does not take over another's.
    reply = ask(made, Page(), "save profile")
    assert not reply.ok and "exists already" in reply.sentence
    assert ask(made, Page(), "save profile", name="anna.toml").ok
    assert (tmp_path / "anna.toml").exists()
