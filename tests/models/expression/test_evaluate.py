import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the network needs torch")
pytest.importorskip("matplotlib", reason="the pictures need matplotlib")
pytest.importorskip("sklearn", reason="the baselines need scikit-learn")

import typer
from typer.testing import CliRunner

from models.data.photographs.fer2013 import PRIVATE, TRAINING, Faces, majority
from models.expression.baselines import Baseline
from models.expression.calibration import WANTED, Calibration, calibrate
from models.expression.commands import add_commands
from models.expression.evaluate import NEW, NO_TWINS, evaluate, label_agreement
from models.expression.live_faces import as_live
from models.expression.network import ExpressionNet, Shape
from models.expression.report import as_json, write
from models.expression.robustness import CHANGES, changed
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS
from tests.models.faces import made_up, write_csv

pytestmark = pytest.mark.usefixtures("one_thread")
TINY = Shape(widths=(8, 8, 8, 8), depths=(1, 1, 1, 1))


def test_every_table_and_picture(tmp_path: Path) -> None:
    faces = made_up(180)
    # One PrivateTest image stands in Training as well.
    taught = np.flatnonzero(faces.usage == TRAINING)[0]
    asked = np.flatnonzero(faces.usage == PRIVATE)[0]
    faces.group[asked] = faces.group[taught]
    report = evaluate(
        faces,
        ExpressionNet(TINY),
        Calibration(),
        tmp_path,
        baselines=(Baseline("hog_svm", "HOG + SVM", "hog"),),
        other=as_live(faces, np.full((180, 478, 2), np.nan, np.float32)),
    )
    # No face is found in these, so that both forms are the same pictures.
    one, other = (report.ferplus["PrivateTest" + w] for w in ("", ", cut as live"))
    assert (one.accuracy, one.n) == (other.accuracy, other.n)
    assert report.fer2013["PrivateTest"].n == 30
    assert report.fer2013[NO_TWINS].n == 29
    # Made-up faces of a class look alike.
    assert report.fer2013[NEW].n < 29
    headline = report.headline()
    for key in (
        *("fer2013_private", "fer2013_private_dedup", "ferplus_private"),
        *("macro_f1", "hog_svm", "ferplus_private_n"),
    ):
        assert isinstance(headline[key], float), key
    assert set(report.robustness) == set(CHANGES)
    write(report, tmp_path / "out")
    for name in ("confusion_fer2013", "confusion_ferplus", "robustness"):
        assert (tmp_path / "out" / f"{name}.png").stat().st_size > 5000
    again = json.loads((tmp_path / "out" / "expression.json").read_text())
    assert again["headline"] == headline
    assert again["ckplus"].startswith("not run")
    json.dumps(as_json(report), allow_nan=False)


def test_how_often_labels_agree() -> None:
    faces = made_up(42)
    # FER2013 has angry first, FER+ neutral; a made-up face votes for its own number.
    order = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
    expected = np.mean([EXPRESSIONS.index(order[k]) == k for k in faces.label])
    assert label_agreement(faces) == pytest.approx(expected)


def test_calibration_lifts_rare_expressions_and_keeps_the_rest() -> None:
    faces = made_up(700)
    truth = majority(faces.votes)
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 0.5, (700, 8)).astype(np.float32)
    logits[np.arange(700), truth] += 3.0
    which = EXPRESSIONS.index("disgust")
    logits[:, which] -= 6.0  # never said as it stands
    before, after = Calibration(), calibrate(logits, faces, np.zeros(8, np.float32))
    shown = truth == which
    assert (before(logits).argmax(axis=1) == which)[shown].mean() == 0.0
    said = after(logits).argmax(axis=1)
    # A lift that costs nothing is taken as far as it finds more.
    assert (said == which)[shown].mean() > 0.9
    assert (said == truth).mean() > 0.9
    np.testing.assert_allclose(after(logits).sum(axis=1), 1.0, atol=1e-5)


def nearly(faces: Faces, other: str, of: str) -> Floats:
    """Logits that tell all but disgust: it comes second to `other`, by 0.5 to 3. Faces
    of the expression `of` look the same."""
    truth = majority(faces.votes)
    which, first = EXPRESSIONS.index("disgust"), EXPRESSIONS.index(other)
    logits = np.zeros((len(truth), 8), np.float32)
    logits[np.arange(len(truth)), truth] = 9.0
    alike = np.isin(truth, (which, EXPRESSIONS.index(of)))
    logits[alike] = 0.0
    logits[alike, first] = 9.0
    gap = np.random.default_rng(0).uniform(0.5, 3.0, int(alike.sum()))
    logits[alike, which] = 9.0 - gap
    return logits


def lifted(faces: Faces, logits: Floats) -> tuple[float, float]:
    """Recall of disgust, and how many of those called so are so."""
    truth, which = majority(faces.votes), EXPRESSIONS.index("disgust")
    after = calibrate(logits, faces, np.zeros(8, np.float32))
    said = after(logits).argmax(axis=1) == which
    shown = truth == which
    return float(said[shown].mean()), float(shown[said].mean())


def test_calibration_lifts_no_further_than_asked_where_that_costs() -> None:
    """Neutral faces that look like disgust are called disgust for each one found."""
    faces = made_up(1400)
    recall, _ = lifted(faces, nearly(faces, "neutral", "neutral"))
    assert WANTED["disgust"] <= recall <= WANTED["disgust"] + 0.15


def test_calibration_lifts_no_further_than_asked_where_it_is_mostly_wrong() -> None:
    """It costs nothing: what is called disgust wrongly was called neutral wrongly."""
    faces = made_up(1400)
    # Two faces of surprise to each of disgust.
    truth = majority(faces.votes)
    kept = np.flatnonzero(truth == EXPRESSIONS.index("disgust"))[::2]
    keep = (truth != EXPRESSIONS.index("disgust")) | np.isin(np.arange(1400), kept)
    some = faces.part(keep)
    recall, right = lifted(some, nearly(some, "neutral", "surprise"))
    assert WANTED["disgust"] <= recall <= WANTED["disgust"] + 0.15
    assert right < 0.5
    # With as many of both it is right often enough, and all are found.
    few = faces.part(keep & (truth != EXPRESSIONS.index("surprise")))
    recall, right = lifted(few, nearly(few, "neutral", "surprise"))
    assert recall > 0.95 and right == 1.0


def test_the_temperature_says_how_often_the_answer_is_right() -> None:
    faces = made_up(700)
    truth = majority(faces.votes)
    said = np.where(np.arange(700) % 5 == 0, (truth + 1) % 8, truth)
    sharp = np.full((700, 8), -3.0, np.float32)
    sharp[np.arange(700), said] = 3.0
    found = calibrate(sharp, faces, np.zeros(8, np.float32))
    # It is 98 % sure, and right 4 times of 5.
    assert Calibration()(sharp).max(axis=1).mean() > 0.97
    sure = found(sharp).max(axis=1).mean()
    assert found.temperature > 1.2 and 0.75 < sure < 0.85


@pytest.mark.parametrize("name", CHANGES)
def test_changes_are_seeded_and_grow(name: str) -> None:
    images = made_up(12).images
    levels = CHANGES[name][2]
    gaps = []
    for level in levels:
        once, again = changed(images, name, level), changed(images, name, level)
        np.testing.assert_array_equal(once, again)
        assert once.shape == images.shape
        assert once.dtype == np.uint8
        gaps.append(np.abs(once.astype(int) - images).mean())
    assert min(gaps) > 0
    if name != "gamma":
        assert gaps[-1] > gaps[0]


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    groups = [typer.Typer() for _ in range(3)]
    for name, group in zip(("train", "export", "evaluate"), groups, strict=True):
        group.callback()(lambda: None)
        made.add_typer(group, name=name)
    add_commands(*groups)
    return made


def test_the_three_commands(tmp_path: Path, app: typer.Typer) -> None:
    write_csv(tmp_path, made_up(96))
    run, shipped = str(tmp_path / "run"), str(tmp_path / "weights")
    data = ["--data", str(tmp_path)]
    runner = CliRunner()
    small = ["--epochs", "1", "--batch", "32", "--threads", "1", "--out", run]
    cache = ["--cache", str(tmp_path / "cache")]
    small += cache
    found = runner.invoke(app, ["train", "expression", *data, *small])
    assert found.exit_code == 0, found.output
    # After one epoch eight bits may cost more than they may: a sentence, no traceback.
    found = runner.invoke(
        app, ["export", "expression", *data, "--run", run, "--out", shipped, *cache]
    )
    assert found.exit_code in (0, 1)
    assert "Traceback" not in found.output
    found = runner.invoke(app, ["export", "expression", *data, "--run", shipped])
    assert found.exit_code == 1
    assert "run.json" in found.output


def test_missing_data_is_one_sentence(tmp_path: Path, app: typer.Typer) -> None:
    found = CliRunner().invoke(app, ["train", "expression", "--data", str(tmp_path)])
    assert found.exit_code == 1
    assert "neither fer2013*.npz" in found.output
