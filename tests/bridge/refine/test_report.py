"""The report of a refined take: its JSON file and its page."""

import json
import sys
from dataclasses import fields
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.refine.locks import Locks
from bridge.refine.numbers import Numbers
from bridge.refine.page import page
from bridge.refine.report import made_of

from .takes import broken, gaps, job, recorded, refine, take


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


@given(
    st.text(max_size=80) | st.sampled_from(['{"version": 1}', "[]", "1", "[" * 9999])
)
def test_any_text_is_a_report_or_none(text: str) -> None:
    assert made_of(text) is None
