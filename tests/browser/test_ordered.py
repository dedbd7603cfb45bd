"""Every button and every knob does what facewire then reports of itself."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .chromium import Chromium, Page
from .running import Running, facewire
from .waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with facewire(tmp_path_factory.mktemp("ordered")) as running:
        yield running


@pytest.fixture(scope="module")
def opened(chromium: Chromium, running: Running) -> Iterator[Page]:
    page = Page(chromium, "ordered", running.address)
    page.until("() => window.facewire && facewire.ready", seconds=60)
    yield page
    assert page.faults() == []
    page.close()


@pytest.fixture
def page(opened: Page) -> Page:
    opened.click("role=tab[name='Adjust']")
    opened.until("() => facewire.status && facewire.status.settings.length === 1")
    return opened


@pytest.fixture
def settings(running: Running) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        found: dict[str, Any] = running.status()["settings"][0]
        return found

    return read


Read = Callable[[], dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "setting", "undone"),
    [("Mirror", "mirror", "Mirror"), ("Pause", "paused", "Continue")],
)
def test_a_button_turns_it_on_and_off(
    page: Page, settings: Read, name: str, setting: str, undone: str
) -> None:
    assert settings()[setting] is False
    page.click(f"role=button[name='{name}'][pressed=false]")
    until(lambda: settings()[setting])
    page.click(f"role=button[name='{undone}'][pressed=true]")
    until(lambda: not settings()[setting])
    page.until(
        """(name) => Array.from(document.querySelectorAll("button")).some((one) =>
        one.textContent === name && one.getAttribute("aria-pressed") === "false")""",
        name,
    )


@pytest.mark.parametrize(
    ("button", "told"),
    [("Neutral now", "neutral"), ("Forget my neutral face", "neutral")],
)
def test_the_neutral_face_is_taken_and_forgotten(
    page: Page, button: str, told: str
) -> None:
    page.run("() => { document.getElementById('toast').textContent = ''; }")
    page.click(f"role=button[name='{button}']")
    said = page.until("() => document.getElementById('toast').textContent")
    assert told in said and "Not done" not in said


@pytest.mark.parametrize(
    ("knob", "keys", "setting", "low", "high"),
    [
        ("Steadiness", ["Home"], "steadiness", 0.0, 0.0),
        ("Steadiness", ["End", "ArrowLeft"], "steadiness", 0.98, 1.0),
        ("Look ahead", ["Home", "ArrowRight", "ArrowRight"], "lead_ms", 1.0, 3.0),
    ],
)
def test_a_knob_is_turned_by_keys(
    page: Page,
    settings: Read,
    knob: str,
    keys: list[str],
    setting: str,
    low: float,
    high: float,
) -> None:
    for key in keys:
        page.ask("press", selector=f"role=slider[name='{knob}']", key=key)
    until(lambda: low <= settings()[setting] <= high)


def test_the_style_is_chosen(page: Page, settings: Read) -> None:
    page.ask("select", selector="role=combobox[name='Style']", value="toon")
    until(lambda: settings()["style"] == "toon")


def test_idling_is_turned_off(page: Page, settings: Read) -> None:
    assert settings()["idle"] is True
    page.click("role=checkbox[name='Idle when nobody is there']")
    until(lambda: settings()["idle"] is False)


def test_the_gain_of_a_curve_is_set_and_saved_in_a_profile(
    page: Page, running: Running, settings: Read
) -> None:
    chosen = "role=combobox[name='Curve whose gain is set']"
    page.ask("select", selector=chosen, value="jawOpen")
    page.click("role=button[name='Add']")
    for key in ("Home", "PageUp"):
        page.ask("press", selector="role=slider[name='Jaw open']", key=key)
    until(lambda: 0.0 < settings()["gains"].get("jawOpen", 1.0) < 1.0)
    page.click("role=button[name='Save my profile']")
    until(lambda: settings()["profile"])
    file = Path(settings()["profile"])
    assert file.parent == running.folder
    gain = tomllib.loads(file.read_text())["curves"]["jawOpen"]["gain"]
    assert gain == pytest.approx(settings()["gains"]["jawOpen"])


def test_the_settings_are_saved_into_the_file(
    page: Page, running: Running, settings: Read
) -> None:
    page.click("role=button[name='Save these settings']")
    now = settings()

    def saved() -> bool:
        shape = tomllib.loads(running.settings.read_text()).get("shape", {})
        return all(
            shape.get(name) == now[name] for name in ("style", "idle", "lead_ms")
        )

    until(saved)
    read = tomllib.loads(running.settings.read_text())
    assert read["sinks"] and read["monitor"]


def test_a_take_is_recorded_with_slate_and_number(page: Page, running: Running) -> None:
    page.ask(
        "fill", selector="role=textbox[name='Slate of the next take']", value="12A"
    )
    page.ask("fill", selector="#actions input[type=number]", value="7")
    page.click("role=button[name='Record']")
    until(lambda: running.status()["recording"]["recording"])
    status = running.status()["recording"]
    assert (status["slate"], status["number"]) == ("12A", 7)
    until(lambda: running.status()["recording"]["frames"] > 10)
    page.until("""() => Array.from(document.querySelectorAll("#actions button"))
        .some((one) => one.textContent.startsWith("Stop"))""")
    page.click("role=button[name=/^Stop/]")
    until(lambda: not running.status()["recording"]["recording"])
    assert Path(running.status()["recording"]["file"]).name == "12A_007.mcap"
