"""A changed mapping reaches its file, and nothing else of the file is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.characters.mapping_file import load_mapping
from bridge.characters.mapping_saving import save_mapping
from bridge.errors import ConfigError
from engines.character.mapping import Drive, Gaze, Lids, Mapping

FILE = """\
# Hands off the brows!
facing = "-Z"
emotions = "on"

[drives]
jawOpen = { to = "Mouth", gain = 0.8 } # it opens far
browInnerUp = { to = ["A", "B"] }
cheekPuff = { to = "Puff" }

[bones]
head = "Head"

[gaze]
by = "bones"
inner = 8.0 # mine

[lids]
blink = [0.9, 0.95]
"""


def drive(mapping: Mapping, source: str) -> Drive:
    return next(one for one in mapping.drives if one.source == source)


def edited(mapping: Mapping) -> Mapping:
    """Another gain, a drive less and a drive more."""
    return replace(
        mapping,
        drives=(
            Drive("jawOpen", ("Mouth",), gain=-0.51249, high=0.5),
            drive(mapping, "browInnerUp"),
            Drive("tongueOut", ("Tongue",)),
        ),
    )


def test_only_the_changed_lines_change(tmp_path: Path) -> None:
    path = tmp_path / "me.character.toml"
    path.write_text(FILE)
    mapping = edited(load_mapping(path))
    content = save_mapping(path, mapping, title="me", before=FILE.encode())
    assert content == path.read_bytes()
    assert path.read_text() == FILE.replace(
        '{ to = "Mouth", gain = 0.8 } # it',
        '{ to = "Mouth", gain = -0.512, high = 0.5 } # it',
    ).replace('cheekPuff = { to = "Puff" }\n', 'tongueOut = { to = "Tongue" }\n')
    found = load_mapping(path)
    assert found.facing == -1 and found.bones == {"head": "Head"}
    assert (found.gaze.inner, found.lids.blink) == (8.0, (0.9, 0.95))
    mapping = replace(found, emotions="off")
    save_mapping(path, mapping, title="me", before=content)
    assert 'emotions = "off"\n' in path.read_text()
    assert load_mapping(path) == mapping


def test_a_file_with_a_table_for_a_drive_is_written_anew_with_all_its_tables(
    tmp_path: Path,
) -> None:
    path = tmp_path / "me.character.toml"
    text = FILE.replace('cheekPuff = { to = "Puff" }', "") + (
        '[drives.cheekPuff]\nto = "Puff"\ngain = 0.5\n'
    )
    path.write_text(text)
    before = load_mapping(path)
    mapping = replace(before, drives=(Drive("cheekPuff", ("Puff",), gain=0.25),))
    save_mapping(path, mapping, title="me", before=text.encode())
    assert load_mapping(path) == mapping
    assert mapping.gaze.inner == 8.0 and mapping.bones == {"head": "Head"}


def test_a_recognised_mapping_gets_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "me.character.toml"
    mapping = Mapping(
        (Drive("jawOpen", ("Mouth",)),), {"head": "Head"}, Gaze("none"), Lids()
    )
    save_mapping(path, mapping, title="me", before=None)
    assert path.read_text().startswith("# What moves me.")
    assert load_mapping(path) == mapping


@pytest.mark.parametrize(
    ("before", "told"),
    [(None, "exists, and would be lost"), (b"", "was changed by another program")],
)
def test_a_file_that_others_wrote_meanwhile_stays(
    tmp_path: Path, before: bytes | None, told: str
) -> None:
    path = tmp_path / "me.character.toml"
    path.write_text(FILE)
    with pytest.raises(ConfigError, match=told):
        save_mapping(path, Mapping(), title="me", before=before)
    assert path.read_text() == FILE


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "absent" / "me.character.toml"
    with pytest.raises(ConfigError, match="cannot be written"):
        save_mapping(path, Mapping(), title="me", before=None)
