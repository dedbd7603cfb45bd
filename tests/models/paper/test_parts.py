from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.paper import expression, motion
from models.paper.animation import animation
from models.paper.collect import Source, find, gather
from models.paper.part import Part, Results, ResultsError, Table, read_results

from .results import ANIMATION, EXPRESSION, MOTION, REFINER, SPEED

RESULTS = {
    "expression": EXPRESSION,
    "motion": MOTION,
    "refiner": REFINER,
    "animation": ANIMATION,
    "speed": SPEED,
}


def row(table: Table, name: str) -> tuple[str, ...]:
    return next(each for each in table.rows if each[0] == name)


def sources(folder: Path, results: dict[str, Results]) -> dict[str, Source]:
    found = {}
    for name in RESULTS:
        path = None
        if name in results:
            path = folder / f"{name}.json"
            path.write_text(json.dumps(results[name]), encoding="utf-8")
        found[name] = Source(f"--{name}", path, folder / name, None, f"no {name}.")
    return found


def test_svms_stand_below_the_network() -> None:
    table = expression.identification(EXPRESSION).tables[0]
    assert row(table, "this network")[1:3] == ("69.4 %", "67.9 % to 70.9 %")
    assert row(table, "Haar + SVM")[1] == "43.2 %"


def test_ck_is_said_to_be_missing_until_it_was_run() -> None:
    assert expression.CK in expression.identification(EXPRESSION).caveats
    run = {**EXPRESSION, "ckplus": {"network": [0.95, 0.02]}}
    part = expression.identification(run)
    assert expression.CK not in part.caveats
    assert part.tables[-1].rows == (("network", "95.0 %", "2.0 %"),)


def test_robustness_says_if_it_was_not_measured() -> None:
    assert expression.robustness(EXPRESSION).tables[0].rows == (
        ("gamma (exponent)", "0.5: 66.0 %, 2: 60.0 %"),
    )
    assert expression.robustness({}).left_out


def test_figures_have_a_column_for_each_kind_of_data() -> None:
    headline = {
        "lag_ratio_synthetic": 0.424,
        "lag_ratio_real": 0.39,
        "unmatched_real": 0,
        "some_figure": 2.0,
    }
    (table,) = motion.generator({"headline": headline}).tables
    assert table.head == ("figure", "synthetic", "real", "all")
    assert table.rows == (
        ("lag", "0.42", "0.39", "-"),
        ("levels at which the network trembles more, count", "-", "0", "-"),
        ("some figure", "-", "-", "2.00"),
    )


def test_sheets_are_named_by_their_character(tmp_path: Path) -> None:
    (tmp_path / "stills_1_1.png").write_bytes(b"picture")
    (tmp_path / "clips_9_1.png").write_bytes(b"picture")
    titles = [each.title for each in animation(ANIMATION, tmp_path).pictures]
    name = ANIMATION["stills"]["characters"][0]
    assert titles == [
        "Clips: moments in which the methods differ most",
        f"Stills on {name}: moments in which the methods differ most",
    ]


def test_what_was_not_measured_is_a_dash() -> None:
    table = motion.generator(MOTION).tables[1]
    assert row(table, "network, low") == ("network, low", "4.10", "8.00", "30.40", "-")


def test_time_has_a_row_for_each_stage_and_for_the_tracker_alone() -> None:
    table = motion.speed(SPEED).tables[0]
    assert row(table, "capture to send")[1:] == ("6.90", "8.00", "8.60")
    assert row(table, "MediaPipe alone")[1] == "3.40"


def test_losses_come_first_among_the_caveats(tmp_path: Path) -> None:
    part = animation(ANIMATION, tmp_path)
    assert part.caveats[0].startswith("Ours is behind on stills in distance, 2")
    assert row(part.tables[-1], "linear keys")[1:] == ("0 of 2", "2 of 2")


def test_sheets_beside_the_results_are_shown(tmp_path: Path) -> None:
    (tmp_path / "stills_1_1.png").write_bytes(b"picture")
    (tmp_path / "other.png").write_bytes(b"another")
    assert [each.png for each in animation(ANIMATION, tmp_path).pictures] == [
        b"picture"
    ]


def test_every_part_is_there_with_results_and_without(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="figures of styles come with training")
    told: list[str] = []
    parts = gather(sources(tmp_path, RESULTS), quick=True, tell=told.append)
    bare = gather(sources(tmp_path, {}), quick=True, tell=told.append)
    assert [part.figure for part in parts] == [part.figure for part in bare]
    assert [part.title for part in parts if part.left_out] == [
        "Accuracy of the combined system, by expression"
    ]
    assert {part.left_out for part in bare} >= {f"no {name}." for name in RESULTS}
    assert told[:2] == ["expression", "motion"]


def test_styles_differ_and_a_seed_repeats_itself() -> None:
    pytest.importorskip("matplotlib", reason="the part draws figures")
    from models.paper.style import style

    part: Part = style()
    sizes = {name: float(size) for name, size, *_ in part.tables[0].rows}
    assert sizes["calm"] < sizes["natural"] < sizes["toon"]
    assert row(part.tables[0], "held")[3] == "12"
    variety = [float(value) for _, value in part.tables[1].rows]
    assert variety[0] > variety[1] > variety[2] == 0.0


def test_quick_leaves_out_what_would_have_to_run(tmp_path: Path) -> None:
    ran: list[Path] = []
    source = Source("--motion", None, tmp_path / "motion", ran.append)
    assert "--motion FILE" in find(source, quick=True).why
    assert not ran


def test_an_evaluation_runs_once_and_is_read(tmp_path: Path) -> None:
    def evaluate(path: Path) -> None:
        path.write_text(json.dumps(MOTION), encoding="utf-8")

    source = Source("--motion", None, tmp_path / "motion", evaluate)
    assert find(source, quick=False).results == MOTION


def test_an_evaluation_that_fails_does_not_end_the_report(tmp_path: Path) -> None:
    def evaluate(path: Path) -> None:
        raise ValueError("no data")

    source = Source("--motion", None, tmp_path / "motion", evaluate)
    assert find(source, quick=False).why == "the evaluation failed: no data"


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00"])
def test_a_file_without_results_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "results.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match=r"results\.json: "):
        read_results(path)


@pytest.mark.parametrize("name", ["expression", "motion", "refiner", "animation"])
def test_results_of_another_kind_are_one_sentence(tmp_path: Path, name: str) -> None:
    odd: Results = {"headline": 3, "fer2013": 4, "stills": 5, "no_lead": 6}
    with pytest.raises(ResultsError, match="no results of that evaluation"):
        gather(sources(tmp_path, {name: odd}), quick=True, tell=lambda _: None)


@pytest.mark.parametrize(
    "name", ["expression", "motion", "refiner", "animation", "speed"]
)
def test_results_without_figures_are_one_sentence(tmp_path: Path, name: str) -> None:
    other: Results = {"headline": {}, "remarks": [], "clips": []}
    with pytest.raises(ResultsError, match="no results of that evaluation"):
        gather(sources(tmp_path, {name: other}), quick=True, tell=lambda _: None)
