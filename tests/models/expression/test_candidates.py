import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the networks need torch")

import typer
from rich.console import Console
from rich.table import Table
from typer.testing import CliRunner, Result

from models.data.photographs.fer2013 import FER2013, PUBLIC, Faces, targets
from models.expression import candidates_report as report
from models.expression.calibration import Calibration
from models.expression.candidates import (
    Answers,
    Candidate,
    ask,
    judge,
    read,
    spread,
)
from models.expression.candidates_command import add_command
from models.expression.live_faces import Forms
from models.expression.metrics import wilson
from models.expression.network import ExpressionNet, Shape
from models.expression.packed import pack
from protocols.channels import EXPRESSIONS
from tests.models.faces import made_up, write_csv

pytestmark = pytest.mark.usefixtures("one_thread")
TINY = Shape(widths=(8, 8, 8, 8), depths=(1, 1, 1, 1))


def candidate(name: str) -> Candidate:
    return Candidate(name, ExpressionNet(TINY), Calibration(temperature=1.5), 2.0)


def asked(folder: Path, faces: Faces, *more: str) -> Result:
    """Run the command with a small network on these faces; found.json is written."""
    write_csv(folder, faces)
    pack(folder / "tiny.npz", ExpressionNet(TINY), Calibration())
    app = typer.Typer()
    app.callback()(lambda: None)
    add_command(app)
    words = ["expressions", str(folder / "tiny.npz"), "--data", str(folder)]
    words += ["--cache", str(folder), "--no-robust", "--no-both"]
    words += ["--json", str(folder / "found.json"), *more]
    return CliRunner().invoke(app, words)


def told(table: Table) -> str:
    console = Console(width=160, record=True, quiet=False, file=None)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_the_interval_is_wilsons() -> None:
    # Newcombe (1998), table I: 15 of 148 gives 0.0624 to 0.1605.
    low, high = wilson(15, 148)
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    assert wilson(0, 20)[0] == 0.0 and wilson(20, 20)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_spread_is_the_deviation_of_a_sample() -> None:
    np.testing.assert_allclose(spread([0.7, 0.72, 0.74]), (0.72, 0.02))
    mean, deviation = spread([0.7])
    assert mean == 0.7 and np.isnan(deviation)


def test_networks_stand_side_by_side_with_mean_and_spread() -> None:
    part = made_up(120).split(PUBLIC)
    found = [judge(candidate(name), part) for name in ("one", "two", "three")]
    for head, names in report.HEADS:
        text = told(report.scores(found, head, "PublicTest"))
        assert all(name in text for name in ("one", "two", "three", "mean", "spread"))
        rows = report.recall_rows(found, head, names)
        assert rows
        for row in rows.values():
            assert row["low"] <= row["recall"] <= row["high"]
        assert "0.00" in told(report.recalls(found, head, names, "PublicTest"))
        assert "PublicTest" in told(report.confusion(found, head, names, "PublicTest"))
    assert "mean" not in told(report.scores(found[:1], "fer2013", "PublicTest"))


def test_the_temperature_alone_differs_without_it() -> None:
    part = made_up(120).split(PUBLIC)
    cool = Candidate("cool", ExpressionNet(TINY), Calibration(), 1.0)
    one = judge(cool, part)
    assert one.plain == (one.fer2013.calibration, one.ferplus.calibration)


def test_the_order_of_faces_needs_no_threshold() -> None:
    """All answers are neutral. What counts is who has more of an expression."""
    part = made_up(240).split(PUBLIC)
    votes = targets(part.votes)
    seven = np.zeros((len(part), 7), np.float32)
    eight = votes.copy()
    eight[:, 0] = 9.0
    found = judge(candidate("best"), part, Answers(seven, eight)).order
    turned = judge(candidate("worst"), part, Answers(seven, -eight)).order
    for at, name in enumerate(EXPRESSIONS[1:], start=1):
        wanted = int((votes[:, at] >= 0.3).sum())
        assert found[name][1:] == (wanted, len(part))
        if 0 < wanted < len(part):
            assert found[name][0] == 1.0 and turned[name][0] < 0.5
        else:
            assert np.isnan(found[name][0])
    # Of one face wanted that comes second of all, half of those up to it are.
    some = part.part(np.arange(len(part)) < 2)
    second = np.zeros((2, 8), np.float32)
    some.votes[:] = 0
    some.votes[0, 1], some.votes[1, 2] = 10, 10
    second[1, 1] = 1.0
    assert judge(candidate("half"), some, Answers(seven[:2], second)).order[
        "happiness"
    ] == (0.5, 1, 2)


def test_the_order_stands_in_a_table_and_in_json() -> None:
    part = made_up(240).split(PUBLIC)
    one, other = judge(candidate("one"), part), judge(candidate("other"), part)
    text = told(report.order([one, other], "PublicTest"))
    assert "one" in text and "other" in text and "chance" in text
    (row,) = report.as_json([one])
    assert set(row["order"]) == set(EXPRESSIONS)


def test_answers_are_judged_as_if_asked_again() -> None:
    part, one = made_up(120).split(PUBLIC), candidate("one")
    keep = np.arange(len(part)) % 2 == 0
    some = judge(one, part.part(keep), ask(one, part).part(keep))
    again = judge(one, part.part(keep))
    assert some.fer2013.accuracy == again.fer2013.accuracy
    np.testing.assert_array_equal(some.ferplus.confusion, again.ferplus.confusion)
    np.testing.assert_allclose(
        list(some.order.values()), list(again.order.values()), rtol=1e-6
    )


def test_robustness_stands_beside_another_network() -> None:
    part = made_up(60).split(PUBLIC)
    one, other = (judge(candidate(name), part, robust=True) for name in ("a", "b"))
    text = told(report.robustness([one], other))
    assert all(name in text for name in ("gamma", "blur", "noise", "rotation"))
    (row,) = report.as_json([one])
    assert set(row["fer2013"]["recall"]) == set(FER2013)
    assert set(row["ferplus"]["recall"]) == set(EXPRESSIONS)


def test_a_packed_network_is_read(tmp_path: Path) -> None:
    pack(tmp_path / "tiny.npz", ExpressionNet(TINY), Calibration())
    one = read(tmp_path / "tiny.npz", Forms(made_up(120), tmp_path, print))
    assert one.name == "tiny" and 0.3 <= one.warmth <= 2.0


def test_new_faces_have_tables_of_their_own(tmp_path: Path) -> None:
    faces = made_up(120)
    # Every second face of PublicTest is like none of Training.
    strange = np.flatnonzero(faces.usage == PUBLIC)[::2]
    noise = np.random.default_rng(3).integers(0, 255, (len(strange), 6, 6))
    faces.images[strange] = noise.repeat(8, axis=1).repeat(8, axis=2)
    run = asked(tmp_path, faces)
    assert run.exit_code == 0, run.output
    said = " ".join(run.output.split())
    title = r"FER2013 labels, PublicTest( without photographs of Training)?, n = (\d+)"
    counts = [int(n) for _, n in re.findall(title, said)]
    assert counts[0] == np.sum(faces.usage == PUBLIC)
    assert len(strange) <= counts[1] < counts[0]
    assert "Recall, FER+ labels, majority, PublicTest without" in said
    found = json.loads((tmp_path / "found.json").read_text())
    assert [one["name"] for one in found["new"]] == ["tiny"]


def test_the_command_asks_public_test_unless_told_otherwise(tmp_path: Path) -> None:
    run = asked(tmp_path, made_up(120))
    assert run.exit_code == 0, run.output
    assert "PublicTest" in run.output and "PrivateTest" not in run.output
    found = json.loads((tmp_path / "found.json").read_text())
    assert len(found["networks"]) == 1
    wrong = asked(tmp_path, made_up(120), "--passage", "1:2=joy")
    assert wrong.exit_code != 0 and "expected START:END=NAME" in wrong.output
