from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

pytest.importorskip("scipy", reason="models need SciPy")

from models.animation.evaluate import CLIPS, STILLS, Report, judge_clip, judge_still
from models.animation.methods import OURS, SOLVED
from models.animation.report import headline, parts, show, write_text
from models.animation.sheet import most_different, write_sheets
from models.animation.summary import MEASURES, ahead, lost, mean
from models.animation.tuning import LINEAR, SPLINE, UNTUNED

from .made import acted, generator, graph, head, signals

TIMES = np.arange(91) / 30.0


def no_one(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A clip and a still on two characters, all methods."""
    picture = tmp_path_factory.mktemp("still") / "smile.png"
    cv2.imwrite(str(picture), np.full((320, 320, 3), 120, dtype=np.uint8))
    heads = [head("one"), head("two")]
    clip = acted(signals(91, jawOpen=0.5 + 0.5 * np.sin(9.0 * TIMES)))
    still = replace(acted(signals(1, jawOpen=0.7)), path=picture)
    found = Report()
    found.judged += judge_clip(clip, heads, UNTUNED, generator, graph(), 30, no_one)
    found.judged += judge_still(still, heads, UNTUNED, generator, graph(), no_one)
    return found


def test_every_method_is_judged_on_every_character(report: Report) -> None:
    assert report.heads == ["one", "two"]
    for kind, methods in (
        (CLIPS, [OURS, SOLVED, LINEAR, SPLINE]),
        (STILLS, [OURS, LINEAR, SPLINE]),
    ):
        judged = report.of(kind)
        assert [each.head for each in judged] == ["one", "two"]
        assert all(list(each.takes) == methods for each in judged)


def test_a_tracker_that_sees_rest_everywhere_measures_no_distance(
    report: Report,
) -> None:
    for each in report.of(CLIPS):
        assert each.fidelity[OURS].pictures == 4
        assert each.fidelity[OURS].distance == pytest.approx(0.0, abs=1e-5)


def test_keyframes_that_hold_a_still_are_dead_and_ours_is_not(report: Report) -> None:
    dead = next(m for m in MEASURES if m.key == "dead")
    assert mean(report.of(STILLS), dead, LINEAR) > 50.0
    assert mean(report.of(STILLS), dead, OURS) < mean(report.of(STILLS), dead, LINEAR)
    assert ahead(report.of(STILLS), dead, LINEAR) == (2, 2)


def test_tables_and_json_hold_every_method(report: Report, tmp_path: Path) -> None:
    console = Console(record=True, width=160)
    show(report, console)
    told = console.export_text()
    assert "1 clip on 2 characters" in told and "1 still on 2 characters" in told
    found = parts(report)
    assert set(found["clips"]["means"]) == {OURS, SOLVED, LINEAR, SPLINE}
    assert set(found["stills"]["by_character"]) == {"one", "two"}
    assert f"stills, {LINEAR}: dead time" in headline(report)
    write_text(report, tmp_path / "animation.txt")
    assert LINEAR in (tmp_path / "animation.txt").read_text(encoding="utf-8")


def test_sheets_show_the_actor_above_each_method(
    report: Report, tmp_path: Path
) -> None:
    stills = Report(judged=report.of(STILLS))
    written = write_sheets(
        tmp_path, stills, [head("one"), head("two")], graph(), no_one
    )
    assert [path.name for path in written] == ["stills_1_1.png", "stills_2_1.png"]
    page = cv2.imread(str(written[0]))
    # The actor and three methods, 192 pixels each, with gaps and captions.
    assert 4 * 192 < page.shape[0] < 5 * 192


def test_pictures_of_a_sheet_are_apart(report: Report) -> None:
    clip = report.of(CLIPS)[0]
    rows = most_different(clip, 9)
    seconds = clip.times[clip.kept[rows]]
    assert len(rows) > 1 and (np.diff(seconds) >= 0.8).all()


def test_what_is_lost_is_said_with_both_numbers(report: Report) -> None:
    told = lost(report.of(STILLS))
    breaks = next(m for m in MEASURES if m.key == "breaks")
    ours, splines = (mean(report.of(STILLS), breaks, n) for n in (OURS, SPLINE))
    assert (f"{SPLINE} {splines:.1f}" in " ".join(told)) == (splines < ours)
    assert not [each for each in told if each.startswith("dead time")]
