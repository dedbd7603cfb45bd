"""Values change in a TOML text, and every other line stays."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.toml_lines import NotPossible, toml_number, toml_text, with_values

FILE = """\
# my settings
subjects = ["anna"] # me

[capture]
source = "camera:1" # the good one

[shape]
# calm
steadiness = 0.75   # not 0.8
style="toon"
lists = [
  1, # one
  2,
] # end

[[sinks]]
kind = "vmc"
steadiness = 1
"""


def test_a_value_changes_and_its_comment_stays() -> None:
    made = with_values(FILE, {("shape", "steadiness"): "0.5"})
    assert made == FILE.replace("= 0.75   # not", "= 0.5   # not")


def test_a_new_value_comes_after_the_last_line_of_its_table() -> None:
    made = with_values(FILE, {("shape", "lead_ms"): "20.0"})
    assert made == FILE.replace("] # end\n", "] # end\nlead_ms = 20.0\n")


def test_a_new_table_comes_at_the_end() -> None:
    made = with_values(FILE, {("record", "slate"): '"A"'})
    assert made == FILE + '\n[record]\nslate = "A"\n'
    assert with_values("", {("shape", "mirror"): "true"}) == "[shape]\nmirror = true\n"


def test_a_value_without_a_table_stays_above_the_tables() -> None:
    made = with_values(FILE, {("expression",): '"off"'})
    assert made.startswith('# my settings\nsubjects = ["anna"] # me\nexpression = ')
    assert tomllib.loads(made)["expression"] == "off"


def test_several_lines_of_a_value_become_one() -> None:
    made = with_values(FILE, {("shape", "lists"): "[3]"})
    assert "lists = [3] # end\n" in made
    assert tomllib.loads(made)["shape"]["lists"] == [3]


def test_a_value_is_removed() -> None:
    made = with_values(FILE, {("shape", "lists"): None, ("shape", "style"): None})
    assert made == FILE.replace('style="toon"\n', "").replace(
        "lists = [\n  1, # one\n  2,\n] # end\n", ""
    )


def test_a_sharp_sign_inside_a_text_is_no_comment() -> None:
    text = '[a]\nb = "x # y" # z\n'
    assert with_values(text, {("a", "b"): '"q"'}) == '[a]\nb = "q" # z\n'


def test_a_dotted_key_above_all_tables_changes_where_it_is() -> None:
    text = "shape.steadiness = 0.5 # here\n"
    made = with_values(text, {("shape", "steadiness"): "0.25"})
    assert made == "shape.steadiness = 0.25 # here\n"


def test_a_quoted_key_is_found() -> None:
    text = '[curves]\n"brow*" = { gain = 2.0 }\n'
    made = with_values(text, {("curves", "brow*"): "{ gain = 3.0 }"})
    assert made == '[curves]\n"brow*" = { gain = 3.0 }\n'


def test_line_ends_of_windows_stay() -> None:
    text = "[shape]\r\nmirror = false # no\r\n"
    made = with_values(text, {("shape", "mirror"): "true", ("shape", "idle"): "false"})
    assert made == "[shape]\r\nmirror = true # no\r\nidle = false\r\n"


@pytest.mark.parametrize(
    "text",
    [
        "shape = { steadiness = 0.5 }\n",
        '[shape]\na = """\n[shape]\n"""\n[shape.b]\nc = 1\n[shape.steadiness]\n',
        "shape = 1\n",
    ],
)
def test_what_cannot_be_changed_by_lines_is_refused(text: str) -> None:
    with pytest.raises(NotPossible):
        with_values(text, {("shape", "steadiness"): "0.25"})


def test_a_text_that_looks_like_a_table_is_none() -> None:
    text = 'a = """\n[shape]\nsteadiness = 1\n"""\n[shape]\nsteadiness = 0.5\n'
    made = with_values(text, {("shape", "steadiness"): "0.25"})
    assert tomllib.loads(made) == {
        "a": "[shape]\nsteadiness = 1\n",
        "shape": {"steadiness": 0.25},
    }


@given(st.text(max_size=40))
def test_every_text_can_be_written(text: str) -> None:
    written = tomllib.loads(f"a = {toml_text(text)}")["a"]
    assert written == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1.0"), (0.25, "0.25"), (-0.0004, "0.0"), (12.3456, "12.346")],
)
def test_numbers_have_a_point_and_three_digits(value: float, text: str) -> None:
    assert toml_number(value) == text
