"""What the pages and READMEs of plugins say that a message is, the plugin says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"

PAGES = {
    "docs/connect/unity.md": ("unity", "*.cs"),
    "plugins/unity/com.facewire.receiver/README.md": ("unity", "*.cs"),
    "docs/connect/unreal.md": ("unreal", "*.cpp"),
    "plugins/unreal/Facewire/README.md": ("unreal", "*.cpp"),
}
"""Pages with a table of messages, and where the messages are written."""

SHORTEST = 4
"""Letters of a piece of a message that are looked for."""

_CODE = re.compile(r"`([^`]+)`")
_LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_JOINED = re.compile(r'"\s*\+?\s*"')


def messages(page: Path) -> list[str]:
    """Return the messages of a page's table, in its first column."""
    text = page.read_text("utf-8")
    _, header, table = text.partition("| message | what to do |\n|---|---|\n")
    assert header, f"{page}: no table of messages"
    rows = table.partition("\n\n")[0].splitlines()
    return [found for row in rows for found in _CODE.findall(row.split("|")[1])]


def said(folder: Path, pattern: str) -> str:
    """Return all texts of a plugin's sources, a line each; texts that are joined in
    the source are one."""
    lines = []
    for path in sorted(folder.rglob(pattern)):
        lines += _LITERAL.findall(_JOINED.sub("", path.read_text("utf-8")))
    return "\n".join(lines)


@pytest.mark.parametrize("page", PAGES)
def test_every_message_of_a_page_is_one_of_the_plugin(page: str) -> None:
    word, pattern = PAGES[page]
    found = messages(ROOT / page)
    assert len(found) >= 8
    texts = said(PLUGINS / word, pattern)
    lost = [
        f"{message!r}: {piece!r}"
        for message in found
        for piece in (part.strip() for part in message.split("..."))
        if len(piece) >= SHORTEST and piece not in texts
    ]
    assert not lost
