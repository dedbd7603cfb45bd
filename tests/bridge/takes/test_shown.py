"""What a take says of itself was written by whoever made it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bridge.commands.take import MOST_LINES, take
from bridge.commands.take_exchange import export_takes
from bridge.takes.take import About
from bridge.takes.write import write_recording
from protocols.channels import ARKIT

from . import made

ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egpj"
SHOWN = "�]0;owned��[2J�31m�gpj"
TEXTS = ("slate", "software", "source", "settings", "profile", "origin", "notes")


def command(*arguments: str) -> str:
    done = CliRunner().invoke(take, list(arguments))
    if done.exception is not None:
        raise done.exception
    return done.output


def acting(text: str) -> set[str]:
    """What is in a text besides letters and line ends."""
    return {letter for letter in text if letter != "\n" and not letter.isprintable()}


@pytest.fixture
def crafted(tmp_path: Path) -> Path:
    texts = dict.fromkeys(TEXTS, ATTACK)
    about = replace(About(), started=ATTACK[:12], **texts)  # type: ignore[arg-type]
    path = tmp_path / "crafted.mcap"
    write_recording(path, made.recording(made.take(ATTACK, 9), about=about))
    return path


def test_a_crafted_take_is_listed_and_told_of(crafted: Path) -> None:
    for told in (
        command("list", str(crafted.parent)),
        command("info", str(crafted), "--settings"),
    ):
        assert SHOWN in told and not acting(told)


def test_json_keeps_the_crafted_name_and_prints_nothing_that_acts(
    crafted: Path,
) -> None:
    for told in (
        command("list", str(crafted.parent), "--json"),
        command("info", str(crafted), "--json"),
    ):
        assert not acting(told)
    assert json.loads(told)["faces"][0]["subject"] == ATTACK


def test_a_crafted_take_is_played_and_exported(
    crafted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = command("play", str(crafted), "--to", "osc=127.0.0.1:9", "--speed", "100")
    assert f"({SHOWN})" in told and not acting(told)
    export_takes(crafted, "csv", to=crafted.parent / "out.csv")
    told = capsys.readouterr().out
    assert f"out.csv: {SHOWN}, 9 frames" in told and not acting(told)


def test_long_texts_are_bounded(tmp_path: Path) -> None:
    about = About(notes="\n".join(["x" * 9000] * (MOST_LINES + 7)), slate="y" * 9000)
    path = tmp_path / "long.mcap"
    write_recording(path, made.recording(made.take("z" * 256), about=about))
    told = command("info", str(path))
    assert max(map(len, told.splitlines())) < 600
    assert len(told.splitlines()) < MOST_LINES + 10
    assert "and 7 more lines; --json has all" in told


def test_notes_of_several_lines_stand_below_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, made.recording())
    assert "notes     a\n          b\n" in command("info", str(path))


def test_one_frame_has_no_plural_no_length_and_no_rate(tmp_path: Path) -> None:
    path = tmp_path / "one.mcap"
    write_recording(path, made.recording(made.take("anna", 1)))
    told = command("info", str(path))
    assert "anna: 1 frame, tracked 100.0 %, 0 frames missing" in told
    assert "fps" not in told


def test_the_mean_doubt_is_told_where_it_is_known(tmp_path: Path) -> None:
    known, unknown = tmp_path / "known.mcap", tmp_path / "unknown.mcap"
    made_take = made.doubting("anna", 20)
    assert made_take.doubts is not None
    made_take.doubts[:] = 0.125
    made_take.doubts[:, ARKIT.index("cheekPuff")] = 0.25
    made_take.doubts[::7] = np.nan
    write_recording(known, made.recording(made_take))
    write_recording(unknown, made.recording(made.take("anna", 20)))
    told = command("info", str(known))
    assert "missing, mean doubt 0.13 (most of cheekPuff)" in told
    assert "doubt" not in command("info", str(unknown))
    (face,) = json.loads(command("info", str(known), "--json"))["faces"]
    assert face["doubt"] == pytest.approx(0.127, abs=1e-3)
    (face,) = json.loads(command("info", str(unknown), "--json"))["faces"]
    assert face["doubt"] is None and face["doubted"] == ""


def test_markup_in_a_name_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / "[red]a[.mcap"
    write_recording(path, made.recording(made.take("[/bold]", 2)))
    told = command("list", str(tmp_path))
    assert "[red]a[.mcap" in told and "[/bold]" in told
