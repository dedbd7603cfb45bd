import json
import re
import sys
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ModelError, TakeError
from bridge.refine.job import Job, Outcome, attempt, is_refined, refine_file
from bridge.refine.locks import Locks
from bridge.refine.numbers import Numbers
from bridge.refine.page import page
from bridge.refine.report import made_of
from bridge.takes.read import read_contents, read_recording
from bridge.takes.take import About, Recording, Take
from bridge.takes.write import write_recording
from protocols.take import Picture

from .takes import gaps, recorded, take, weights


def job(
    path: Path,
    *,
    amount: float = 1.0,
    locks: Locks | None = None,
    to: Path | None = None,
) -> Job:
    folder = path.parent / "weights"
    if not folder.exists():
        weights(folder)
    return Job(path, to or path.parent, amount, locks or Locks(), folder)


def refine(work: Job) -> Outcome:
    return refine_file(work, lambda _part: None)


def broken() -> Take:
    return take(900, tracked=gaps(900, (200, 212), (400, 500)))


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


def test_the_json_is_flat_and_says_all(tmp_path: Path) -> None:
    path = recorded(tmp_path / "shot.mcap", broken())
    outcome = refine(job(path, locks=Locks(frames=((700, 710),))))
    assert outcome.output is not None

    told = json.loads(outcome.output.with_suffix(".json").read_text("utf-8"))

    assert (told["input"], told["output"]) == ("shot.mcap", "shot_refined.mcap")
    assert told["locks"] == ["frames 700-710"] and told["amount"] == 1.0
    (face,) = told["faces"]
    assert list(face) == [field.name for field in fields(Numbers)]
    assert face["gaps_to_250_ms"] == 1 and face["frames_locked"] == 11
    spans = {(s["kind"], s["first"], s["last"], s["done"]) for s in told["spans"]}
    assert {("gap", 200, 211, "repaired"), ("lost", 400, 499, "left")} <= spans
    (gap,) = (s for s in told["spans"] if s["kind"] == "gap")
    assert gap["timecode"] == str(broken().timecodes[200])
    assert gap["seconds"] == pytest.approx(200 / 60, abs=1e-3)


class Page(HTMLParser):
    """Collects what a browser would have to fetch, and checks that tags close."""

    VOID = ("meta", "rect", "line", "polyline")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.fetched: list[str] = []
        self.drawings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [name for name, _ in attrs if name in ("src", "href")]
        self.drawings += tag == "svg"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone_and_says_what_was_done(tmp_path: Path) -> None:
    made = take(1500, subject="anna <b>", tracked=gaps(1500, (200, 212), (400, 500)))
    outcome = refine(job(recorded(tmp_path / "shot.mcap", made)))
    assert outcome.output is not None
    text = outcome.output.with_suffix(".html").read_text("utf-8")
    page = Page()
    page.feed(text)
    page.close()

    assert page.open == [] and page.fetched == [] and page.drawings >= 2
    assert "url(" not in text and "<script" not in text and "nan" not in text
    for told in (
        *("anna <b>", "12 frames filled in", "1 long gap needs an animator"),
        *("200 to 211", "400 to 499", "needs an animator", str(made.timecodes[200])),
        *("prefers-color-scheme: dark", "max-width: 40rem"),
    ):
        assert told in page.text


def test_the_page_and_the_outcome_have_no_character_that_acts(tmp_path: Path) -> None:
    made = take(60, subject="\x1b[2J\u202eanna\n<b>", tracked=gaps(60, (20, 23)))

    outcome = refine(job(recorded(tmp_path / "shot.mcap", made)))

    assert outcome.output is not None
    text = outcome.output.with_suffix(".html").read_text("utf-8")
    assert "�[2J�anna�&lt;b&gt;" in text
    assert "\x1b" not in text and "\u202e" not in text
    assert outcome.told.startswith("�[2J�anna�<b>: ")


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_file_whose_name_is_no_text_is_refined(tmp_path: Path) -> None:
    path = recorded(tmp_path / "caf\udce9.mcap", take(60))

    outcome = refine(job(path))

    assert outcome.output is not None
    report = json.loads(outcome.output.with_suffix(".json").read_text("utf-8"))
    assert report["input"] == "caf\udce9.mcap"


def test_one_frame_is_one_frame(tmp_path: Path) -> None:
    outcome = refine(job(recorded(tmp_path / "shot.mcap", take(1))))

    assert outcome.output is not None
    text = outcome.output.with_suffix(".html").read_text("utf-8")
    assert "<th>1 frame</th>" in text and "1 frames" not in text


def test_corrected_sections_are_not_listed_as_unchanged(tmp_path: Path) -> None:
    outcome = refine(job(recorded(tmp_path / "shot.mcap", broken())))
    assert outcome.output is not None
    report = json.loads(outcome.output.with_suffix(".json").read_text("utf-8"))
    (face,) = report["faces"]
    place = {
        "face": face["subject"],
        "first": 7,
        "last": 9,
        "timecode": "",
        "seconds": 1,
    }
    report["guarded"] = [
        place | {"channel": channel, "way": way, "why": "closure lost"}
        for channel, way in (("jawOpen", "bend"), ("browDownLeft", "filter"))
    ]

    text = page(report, [[]])

    left, bent = text.split("<h3>Left unchanged</h3>")[1].split("<h3>Corrected to keep")
    assert "browDownLeft: closure lost" in left and "filtered only" in left
    assert "jawOpen" in bent and "closure lost" in bent
    assert "jawOpen" not in left and "browDownLeft" not in bent


def test_a_long_take_has_a_short_page(tmp_path: Path) -> None:
    tracked = np.ones(20_000, bool)
    for first in range(50, 19_900, 60):
        tracked[first : first + 3] = False
    path = recorded(tmp_path / "shot.mcap", take(20_000, tracked=tracked))
    outcome = refine(job(path))
    assert outcome.output is not None

    text = outcome.output.with_suffix(".html").read_text("utf-8")

    assert len(text) < 700_000 and "more in the JSON file" in text


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


@given(
    st.text(max_size=80) | st.sampled_from(['{"version": 1}', "[]", "1", "[" * 9999])
)
def test_any_text_is_a_report_or_none(text: str) -> None:
    assert made_of(text) is None


def test_refined_takes_are_known_by_their_names() -> None:
    assert [
        is_refined(Path(name)) for name in ("a_refined.mcap", "a_refined_12.mcap")
    ] == [*(True, True)]
    assert not any(
        map(is_refined, map(Path, ("a.mcap", "refined.mcap", "a_refined.json")))
    )
