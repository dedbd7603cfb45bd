"""The page of settings is what the settings say."""

from __future__ import annotations

from pathlib import Path

from bridge.settings_page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

COMMAND = "python -m bridge.settings_page docs/settings.md"


def test_the_page_is_what_the_settings_say() -> None:
    written = PAGE.read_text("utf-8") if PAGE.is_file() else ""
    assert written == settings_page(), f"docs/settings.md is out of date: run {COMMAND}"


def test_a_setting_has_its_choices_its_default_and_its_sentence() -> None:
    rows = settings_page().splitlines()
    (motion,) = [row for row in rows if row.startswith("| `motion` |")]
    assert motion.startswith(
        '| `motion` | `"lstm"`, `"one_euro"`, `"off"` | `"lstm"` |'
    )
    assert "one_euro is a filter" in motion
    (lead,) = [row for row in rows if row.startswith("| `lead_ms` |")]
    assert "| 0 to 120 | `0.0` |" in lead


def test_every_setting_has_a_sentence() -> None:
    silent = [row for row in settings_page().splitlines() if row.endswith("|  |")]
    assert not silent, "no string below the field of: " + "\n".join(silent)


def test_tables_in_tables_and_kinds_of_sinks_have_headings() -> None:
    page = settings_page()
    assert "## `[shape.smooth.groups.NAME]`" in page
    assert '## `[[sinks]]` with `kind = "vmc"`' in page
