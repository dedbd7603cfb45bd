import json
import re
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.errors import ModelError, TakeError
from bridge.refine.job import attempt, refine_file
from bridge.refine.locks import Locks
from bridge.takes.read import read_contents, read_recording
from bridge.takes.take import About, Recording
from bridge.takes.write import write_recording
from protocols.take import Picture

from .takes import broken, job, recorded, refine, take, weights


def test_what_the_reference_video_shows_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "shot.mcap"
    shown = tuple(Picture(k, 40_000_000 * k, k) for k in range(30))
    write_recording(path, Recording(About(video="shot.mp4"), (broken(),)), shown)

    outcome = refine(job(path))

    assert outcome.output is not None
    contents = read_contents(outcome.output)
    assert contents.pictures == shown
    assert contents.recording.about.video == "shot.mp4"


def test_a_take_is_written_anew_with_its_report(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", broken(), take(300, subject="ben", seed=2))
    before = path.read_bytes()
    parts: list[float] = []

    outcome = refine_file(job(path), parts.append)

    assert outcome.state == "refined" and outcome.frames == 1200
    assert outcome.output == tmp_path / "shot_refined.mcap"
    assert sum(parts) == pytest.approx(1.0)
    assert path.read_bytes() == before
    was, now = read_recording(path), read_recording(outcome.output)
    assert [t.subject for t in now.takes] == ["anna", "ben"]
    for old, new in zip(was.takes, now.takes, strict=True):
        assert new.captured_ns.tolist() == old.captured_ns.tolist()
        assert new.timecodes == old.timecodes
        assert (new.tracked == old.tracked).all() and (new.vectors != old.vectors).any()
    assert (now.about.slate, now.about.source) == ("12A", "a test")
    assert re.fullmatch(
        r"refined from shot\.mcap, amount 1, network [0-9a-f]{12}", now.about.origin
    )
    names = {p.name for p in tmp_path.iterdir() if p.is_file()}
    assert names == {"shot.mcap"} | {
        f"shot_refined.{s}" for s in ("mcap", "html", "json")
    }


def test_amount_nothing_writes_the_very_take(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", broken())

    outcome = refine(job(path, amount=0.0))

    assert outcome.state == "left" and outcome.output is not None
    was, now = read_recording(path), read_recording(outcome.output)
    assert now.takes[0].vectors.tobytes() == was.takes[0].vectors.tobytes()
    assert now.about.origin.startswith("copied from shot.mcap, amount 0")


def test_nothing_is_made_twice_nor_overwritten(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", take(200))
    first = refine(job(path))

    again = refine(job(path))
    half = refine(job(path, amount=0.5))
    locked = refine(job(path, locks=Locks(((0.0, 1.0),))))

    assert (again.state, again.output) == ("skipped", first.output)
    assert [each.output and each.output.name for each in (first, half, locked)] == [
        *("shot_refined.mcap", "shot_refined_2.mcap", "shot_refined_3.mcap")
    ]
    assert refine(job(path, amount=0.5)).state == "skipped"
    (tmp_path / "shot_refined_2.json").write_text("{half")
    fresh = refine(job(path, amount=0.5)).output
    assert fresh is not None and fresh.name == "shot_refined_4.mcap"


def test_another_network_or_input_is_another_refinement(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", take(200))
    refine(job(path))
    path.unlink()
    recorded(path, take(200, seed=9))

    outcome = refine(job(path))

    assert outcome.output is not None and outcome.output.name == "shot_refined_2.mcap"


@pytest.mark.parametrize("damage", ["none", "changed", "no graph"])
def test_without_good_weights_there_is_one_sentence(
    tmp_path: Path, damage: str
) -> None:
    path = recorded(tmp_path / "shot.mcap", take(50))
    folder = tmp_path / "weights"
    folder.mkdir()
    if damage == "changed":
        weights(folder, damage=b"x")
    elif damage == "no graph":
        weights(folder, b"not at all")

    with pytest.raises(ModelError) as caught:
        refine(job(path))

    assert str(caught.value).startswith("refine: ") and "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["shot.mcap", "weights"]


def test_what_goes_wrong_is_told_and_raises_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mcap"
    bad.write_bytes(b"no take")
    good = recorded(tmp_path / "shot.mcap", take(50))

    assert attempt(job(bad)).state == "failed"
    assert "is not a take" in attempt(job(bad)).told
    assert attempt(job(tmp_path / "none.mcap")).told.endswith(
        "(No such file or directory)"
    )
    beyond = attempt(job(good, locks=Locks(((90.0, 99.0),))))
    assert beyond.state == "failed" and "no frame to lock" in beyond.told
    nowhere = attempt(job(good, to=tmp_path / "none"))
    assert nowhere.state == "failed" and "none" in nowhere.told
    with pytest.raises(TakeError):
        refine(job(bad))


def test_a_cut_file_is_refined_as_far_as_it_reads(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", take(900))
    path.write_bytes(path.read_bytes()[:-4000])

    outcome = attempt(job(path))

    if outcome.state == "failed":
        assert "shot.mcap" in outcome.told
    else:
        assert outcome.output is not None
        told = json.loads(outcome.output.with_suffix(".json").read_text("utf-8"))
        assert told["damage"]
        assert f"the file is damaged: {told['damage'][0]}" in outcome.told
