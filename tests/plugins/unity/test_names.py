"""Names mean the same in Unity as in the daemon, and vowels sound alike."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engines.character import family_tables
from engines.character.families import FAMILIES, meanings
from engines.character.mapping import EMOTIONS, Drive
from engines.character.sources import blink, vowels
from protocols.channels import ARKIT, CHANNELS
from protocols.frame import FaceFrame
from tests.protocols.faces import NOON
from tests.protocols.native_golden import datagram, payload

from .conftest import Run

ROOT = Path(__file__).parents[3]


def all_names() -> list[str]:
    """Return every name of every family, and ARKit's in many spellings."""
    found = []
    for text in FAMILIES.values():
        for word in re.findall(r"\S+", text):
            found += [word.replace("*", "L"), word.replace("*", "Right")]
    for name in ARKIT:
        side = re.sub("(Left|Right)$", lambda at: "_" + at[0][0], name)
        spaced = re.sub("([A-Z])", r"_\1", name)
        found += [
            *(name, name[0].upper() + name[1:], name.upper(), name.lower(), side),
            *(f"blendShape1.{side}", f"Head_blendShape.{side.replace('_', ' ')}"),
            *(f"A14_{spaced}", f"AK_09_{name}", f"Genesis8Male__{name}", spaced),
            *(f"facs_bs_{name}_div2", f"Body_{name}", f"mesh:{name}", f"{name}_x"),
        ]
    odd = [
        "",
        ".",
        "__",
        "x" * 300,
        "_L",
        "ｳｨﾝｸ2右",
        "ｳｨﾝｸ",
        "\uff25\uff59\uff45\uff22\uff4c\uff49\uff4e\uff4b\uff3f\uff2c",
        "é",
    ]
    return [name for name in dict.fromkeys([*found, *odd]) if name.isprintable()]


def told(name: str) -> str:
    return " ".join(f"{one.source}:{one.gain:g}:{one.rank}" for one in meanings(name))


def test_every_name_means_the_same(run: Run, tmp_path: Path) -> None:
    names = all_names()
    path = tmp_path / "names.txt"
    path.write_text("\n".join(names) + "\n", "utf-8")
    lines = run("meanings", str(path)).splitlines()
    different = [
        (name, line, told(name))
        for name, line in zip(names, lines, strict=True)
        if rounded(line) != rounded(told(name))
    ]
    assert not different


def rounded(line: str) -> list[tuple[str, float, str]]:
    parts = [one.split(":") for one in line.split()]
    return [(source, round(float(gain), 3), rank) for source, gain, rank in parts]


def drives(run: Run, path: Path, names: list[str]) -> dict[str, list[list[str]]]:
    path.write_text("\n".join(names) + "\n", "utf-8")
    found: dict[str, list[list[str]]] = {}
    for line in run("drives", str(path)).splitlines():
        source, *rest = line.split("\t")
        found.setdefault(source, []).append(rest)
    return found


def test_a_whole_character_has_52_drives_and_no_others(
    run: Run, tmp_path: Path
) -> None:
    names = [*(f"shapes.{name}" for name in ARKIT), "aa", "blink", "happy"]
    found = drives(run, tmp_path / "names.txt", names)
    assert set(found) == set(ARKIT)
    assert all(
        rest == [["shapes." + k, "1", "0", "1", "1"]] for k, rest in found.items()
    )


def test_two_sides_share_a_shape_and_lids_close_together(
    run: Run, tmp_path: Path
) -> None:
    found = drives(run, tmp_path / "names.txt", ["mouthSmile", "eyeBlink", "aa"])
    assert found["mouthSmileLeft"] == [["mouthSmile", "1", "0", "1", "0.5"]]
    assert found["mouthSmileRight"] == found["mouthSmileLeft"]
    assert found["blink"] == [["eyeBlink", "1", "0", "1", "1"]]
    assert found["aa"] == [["aa", "1", "0", "1", "1"]]


def test_vowels_and_the_jaw_do_not_open_a_mouth_twice(run: Run, tmp_path: Path) -> None:
    vroid = ["Fcl_MTH_A", "Fcl_MTH_I", "Fcl_MTH_U", "Fcl_MTH_E", "Fcl_MTH_O"]
    found = drives(run, tmp_path / "one.txt", [*vroid, "jawOpen"])
    assert "jawOpen" not in found and "aa" in found
    curves = ["jawOpen", "mouthFunnel", "mouthPucker"]
    found = drives(run, tmp_path / "two.txt", [*vroid, *curves])
    assert "aa" not in found and "jawOpen" in found


def test_a_shape_that_goes_both_ways_goes_below_0(run: Run, tmp_path: Path) -> None:
    found = drives(run, tmp_path / "names.txt", ["eCTRLJawSide-Side"])
    assert found["jawLeft"] == [["eCTRLJawSide-Side", "1", "0", "1", "1"]]
    assert found["jawRight"] == [["eCTRLJawSide-Side", "-1", "-1", "0", "1"]]
    assert Drive("jawRight", ("x",), -1.0, -1.0, 0.0).low == -1.0


@pytest.mark.parametrize("family", ["VROID", "MMD", "MIXAMO", "CREATOR"])
def test_a_family_gives_the_sources_of_its_table(
    run: Run, tmp_path: Path, family: str
) -> None:
    text = getattr(family_tables, family)
    names, sources = [], set()
    for line in text.replace("\\\n", "").strip().splitlines():
        source, _, rest = re.split(r"\s+", line, maxsplit=2)
        first = rest.split("|")[0].split()
        for long, short in (("Left", "L"), ("Right", "R")):
            sources.add(source.replace("*", long))
            names += [name.replace("*", short) for name in first]
    found = drives(run, tmp_path / "names.txt", names)
    gone = {*EMOTIONS, "blink", "aa", "ih", "ou", "ee", "oh"}
    assert set(found) - gone == sources - gone


def test_vowels_are_those_of_the_daemon(run: Run, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    packed, want = b"", []
    for _ in range(200):
        vector = np.zeros(len(CHANNELS), dtype=np.float32)
        vector[:52] = chance.uniform(0.0, 1.0, 52) * chance.integers(0, 2, 52)
        frame = FaceFrame(0, 0, "face", vector)
        data = datagram(frame, payload(frame, NOON))
        packed += struct.pack("<i", len(data)) + data
        weights = vector[:52].tolist()
        want.append([*weights, blink(weights), *vowels(weights)])
    path = tmp_path / "frames.bin"
    path.write_bytes(packed)
    lines = run("sources", str(path)).splitlines()
    read = [[float(number) for number in line.split()] for line in lines]
    np.testing.assert_allclose(read, want, atol=2e-6)


def test_the_table_of_names_is_up_to_date() -> None:
    script = ROOT / "plugins" / "unity" / "tables.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
