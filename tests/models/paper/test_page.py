from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.cli import app
from models.paper.page import as_json, page
from models.paper.part import Part, Picture, Table

from .results import ANIMATION, EXPRESSION

PARTS = (
    Part(
        "Figure 5",
        "Quality & <fluency>",
        "It is better.",
        "Measured so.",
        (Table("Means", ("method", "value"), (("ours", "1 < 2"),)),),
        (Picture("A sheet", b"\x89PNG"),),
        ("Only a few clips.",),
    ),
    Part("Figure 8", "Combined", "Over 90 %.", left_out="No data."),
)


class Reader(HTMLParser):
    """Collects texts and addresses, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img"):
            self.open.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert not reader.open
    return reader


def test_the_page_is_whole_and_fetches_nothing() -> None:
    found = read(page(PARTS, {"machine": "<two cores>"}))
    assert all(a.startswith(("data:image/png", "#part")) for a in found.addresses)
    assert "Quality & <fluency>" in found.texts
    assert "1 < 2" in found.texts
    assert "Left out: No data." in found.texts
    assert "machine: <two cores>" in found.texts


def test_facts_and_commands_are_shown_in_words() -> None:
    part = Part("Figure 1", "x", "It runs.", caveats=("`bench --json` <tells>.",))
    text = page((part,), {"machine": {"processor": "<x86>", "cores": 2}})
    assert "<code>bench --json</code> &lt;tells&gt;." in text
    assert "machine: processor <x86>, cores 2" in read(text).texts


def test_numbers_stand_right_and_words_left() -> None:
    long = "word " * 20
    table = Table("T", ("name", "n", "kind", "told"), (("a", "1 %", "b", long),))
    text = page((Part("Figure 1", "x", "y", tables=(table,)),), {})
    assert '<td class="words">a</td><td>1 %</td><td class="words">b</td>' in text
    assert f'<td class="long">{long}</td>' in text
    assert '<th>n</th><th class="words">kind</th><th class="long">told</th>' in text


def test_it_is_readable_in_light_and_dark() -> None:
    assert "prefers-color-scheme: dark" in page(PARTS, {})


def test_json_holds_every_number() -> None:
    found = json.loads(json.dumps(as_json(PARTS)))
    assert found[0]["tables"][0]["rows"] == [["ours", "1 < 2"]]
    assert found[0]["pictures"] == ["A sheet"]
    assert found[1]["left_out"] == "No data."


def test_the_command_writes_both(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the JSON report needs torch")
    arguments = ["evaluate", "paper", "--quick", "--out", str(tmp_path / "out")]
    for name, results in (("expression", EXPRESSION), ("animation", ANIMATION)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(results), encoding="utf-8")
        arguments += [f"--{name}", str(path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    told = read((tmp_path / "out" / "paper.html").read_text(encoding="utf-8")).texts
    assert "Haar + SVM" in told and "Stills on <head>" in told
    found = json.loads((tmp_path / "out" / "paper.json").read_text("utf-8"))
    assert {part["figure"] for part in found["parts"]} >= {"Figure 8", "Section 4.1"}


def test_a_file_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the JSON report needs torch")
    arguments = ["evaluate", "paper", "--quick", "--motion", str(tmp_path / "no.json")]
    result = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "no.json" in result.output and "Traceback" not in result.output
