import io
import json
import logging
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.live import Live
from rich.table import Table
from rich.text import Text

import bridge
from bridge import log
from bridge.printing import PlainConsole, lines, say, say_json
from bridge.terminal import Terminal

ATTACK = "\x1b]0;owned\x1b\\\x1b[2J\x9b31m\u202egpj\udcff"
SHOWN = "�]0;owned�\\�[2J�31m�gpj�"


def printed(what: object, *, colours: bool = False, width: int = 80) -> str:
    file = io.StringIO()
    console = PlainConsole(file=file, force_terminal=colours, width=width)
    console.print(what)
    return file.getvalue()


def test_a_name_does_nothing_to_the_terminal() -> None:
    table = Table(box=None, show_header=False)
    table.add_row(ATTACK, ATTACK)
    for what in (ATTACK, Text(ATTACK), table):
        assert SHOWN in printed(what)
    assert printed(table).split() == [SHOWN, SHOWN]


def test_rich_keeps_its_own_colours_and_cursor() -> None:
    assert printed(Text("red", style="red"), colours=True) == "\x1b[31mred\x1b[0m\n"
    file = io.StringIO()
    console = PlainConsole(file=file, force_terminal=True, width=80)
    with Live(Text(ATTACK), console=console, auto_refresh=False) as live:
        live.refresh()
    assert "\x1b[?25l" in file.getvalue(), "the cursor is hidden meanwhile"
    assert SHOWN in file.getvalue() and "\x1b[2J" not in file.getvalue()


@pytest.mark.parametrize("text", ["[red]x[/red]", "a[/b]", ":smile:", "[link=x]y"])
def test_markup_is_text(text: str) -> None:
    table = Table(box=None, show_header=False)
    table.add_row(text)
    for what in (text, table):
        assert printed(what).strip() == text


@given(st.text(st.characters()))
def test_no_text_gets_through_as_anything_but_text(text: str) -> None:
    told = printed(text, width=1000)
    assert all(letter == "\n" or letter.isprintable() for letter in told)


def test_a_log_line_is_text() -> None:
    file = io.StringIO()
    console = PlainConsole(file=file, width=120)
    with Terminal(console) as terminal, log.shown_on(terminal, verbose=False):
        logging.getLogger("bridge.test").warning("x %s: [red]lost", ATTACK)
    assert f"x {SHOWN}: [red]lost" in file.getvalue()


def test_lines_stay_lines() -> None:
    assert lines("a\n\x1bb\r\n") == "a\n�b�\n"


def test_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    say("演员 " + ATTACK)
    say("one\nline\r")
    say(ATTACK, error=True)
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"演员 {SHOWN}\none�line�\n", f"{SHOWN}\n")


@given(st.recursive(st.text(st.characters()), lambda inner: st.lists(inner)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_loses_nothing(capsys: pytest.CaptureFixture[str], value: object) -> None:
    say_json(value)
    told = capsys.readouterr().out
    assert json.loads(told) == value
    assert all(letter == "\n" or letter.isprintable() for letter in told)


def test_json_loses_nothing_on_a_windows_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="replace")
    monkeypatch.setattr("sys.stdout", pipe)
    say_json({"subject": "演员"}, indent=None)
    pipe.seek(0)
    assert json.loads(pipe.read()) == {"subject": "演员"}


def test_there_is_no_other_way_to_the_terminal() -> None:
    folder = Path(bridge.__file__).parent
    ways = re.compile(r"(?<![.\w])(Console|print|typer\.s?echo)\(|std(out|err)\.write")
    found = [
        f"{path.relative_to(folder)}: {line.strip()}"
        for path in sorted(folder.rglob("*.py"))
        if path.name != "printing.py"
        for line in path.read_text("utf-8").splitlines()
        if ways.search(line)
    ]
    assert not found
