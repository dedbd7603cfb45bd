from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.characters.mapping_file import (
    ALL_SOURCES,
    LARGEST,
    load_mapping,
)
from bridge.characters.mapping_text import mapping_text
from bridge.errors import ConfigError
from engines.character.curve_words import WORDS, part_of
from engines.character.mapping import Drive, Gaze, Lids, Mapping
from engines.character.recognise import recognise
from protocols.channels import ARKIT, BONES
from tests.engines.character.faces import face


def read(folder: Path, text: str) -> Mapping:
    path = folder / "me.character.toml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_what_is_recognised_is_read_back_as_it_was(tmp_path: Path) -> None:
    found = recognise(face())
    text = mapping_text(found.mapping, title="face.glb", by=found.by)
    assert read(tmp_path, text) == found.mapping
    assert len(re.findall(r"^\w+ += \{ to = ", text, re.M)) == len(ARKIT)


numbers = st.integers(-9000, 9000).map(lambda value: value / 1000)
names = st.text(min_size=1, max_size=20)


@given(
    st.lists(
        st.builds(
            Drive,
            st.sampled_from(ALL_SOURCES),
            st.lists(names, max_size=3).map(tuple),
            numbers,
            numbers.map(lambda value: -abs(value)),
            numbers.map(abs),
        ),
        unique_by=lambda drive: drive.source,
    ),
    st.dictionaries(st.sampled_from(BONES), names),
    st.sampled_from(["bones", "curves", "none"]),
)
def test_any_mapping_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    drives: list[Drive],
    bones: dict[str, str],
    by: str,
) -> None:
    drives.sort(key=lambda drive: ALL_SOURCES.index(drive.source))
    bones = {bone: bones[bone] for bone in BONES if bone in bones}
    made = Mapping(
        tuple(drives), bones, Gaze(by, 8, 12, 9.5, 10), Lids(down=(0.1, 0.2)), -1, "on"
    )
    folder = tmp_path_factory.mktemp("mapping")
    assert read(folder, mapping_text(made, title="any")) == made


def test_an_empty_file_moves_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Mapping()


def test_one_target_needs_no_list(tmp_path: Path) -> None:
    found = read(tmp_path, '[drives]\njawOpen = { to = "Mouth", gain = 1.5 }\n')
    assert found.drives == (Drive("jawOpen", ("Mouth",), 1.5),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[drives]\njawOpn = { to = "a" }', "drives.jawOpn is unknown; did you mean"),
        ('[bones]\nskull = "a"', "bones.skull is unknown; expected one such as head"),
        ("[drives]\njawOpen = 3", "drives.jawOpen: got 3, expected a table"),
        ("[drives]\njawOpen = {}", "drives.jawOpen.to: is missing"),
        ('[drives]\naa = { to = "a", gian = 2 }', "drives.aa.gian: is unknown here"),
        (
            '[drives]\naa = { to = "a", gain = nan }',
            "drives.aa.gain: got nan",
        ),
        ('[drives]\naa = { to = "a", gain = 99 }', "drives.aa.gain: got 99, expected"),
        ('[drives]\naa = { to = "a", low = 2 }', "drives.aa: low 2 is above high 1"),
        ('facing = "left"', "facing: got 'left', expected '+Z' or '-Z'"),
        ('[gaze]\nby = "eyes"', "gaze.by: got 'eyes', expected 'bones', 'curves' or"),
        ("[lids]\nblink = [1.0]", "lids.blink"),
        ("[drives\n", "line 1"),
    ],
)
def test_a_mistake_is_one_sentence_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    sentence = str(caught.value)
    assert sentence.startswith(str(tmp_path / "me.character.toml"))
    assert told in sentence
    assert "\n" not in sentence


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="facewire character map"):
        load_mapping(tmp_path / "none.toml")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no mapping"):
        read(tmp_path, "#" * (LARGEST + 1))


@given(st.binary(max_size=300))
def test_garbage_is_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("garbage") / "me.character.toml"
    path.write_bytes(data)
    try:
        assert isinstance(load_mapping(path), Mapping)
    except ConfigError as error:
        assert str(error).startswith(str(path))


def test_every_source_has_words_and_a_part() -> None:
    assert WORDS.keys() == set(ALL_SOURCES)
    assert all(part_of(source) for source in ALL_SOURCES)
