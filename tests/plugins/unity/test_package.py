"""The Unity package as files: what Unity and its package manager need."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from protocols.channels import ARKIT, BONES, EXPRESSIONS

from .conftest import HERE, PACKAGE, compiled, needs_mono, sources

ROOT = HERE.parents[2]
ASSETS = [path for path in PACKAGE.rglob("*") if path.suffix != ".meta"]
CODE = sorted(PACKAGE.rglob("*.cs"))
GENERATED = "FamilyTable.cs"
LONGEST = 300
COLUMNS = 99


def loaded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_every_asset_has_its_meta_file() -> None:
    script = ROOT / "plugins" / "unity" / "metas.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def guids() -> list[str]:
    texts = [path.read_text("utf-8") for path in PACKAGE.rglob("*.meta")]
    return [re.findall(r"^guid: ([0-9a-f]{32})$", text, re.M)[0] for text in texts]


def test_no_guid_is_there_twice() -> None:
    assert len(set(guids())) == len(guids()) > 40


def test_the_scene_names_scripts_that_are_there() -> None:
    scene = (PACKAGE / "Samples~" / "FirstFace" / "FirstFace.unity").read_text("utf-8")
    named = re.findall(r"guid: ([0-9a-f]{32})", scene)
    assert len(named) == 2 and set(named) <= set(guids())
    ids = set(re.findall(r"^--- !u!\d+ &(\d+)$", scene, re.M))
    assert set(re.findall(r"fileID: (\d{3})\}", scene)) <= ids


def test_package_json_is_whole_and_has_the_daemons_version() -> None:
    package = loaded(PACKAGE / "package.json")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert package["name"] == PACKAGE.name and package["unity"] == "2021.3"
    assert package["version"] == project["version"]
    assert package["license"] == project["license"]
    assert {"displayName", "description", "keywords", "author"} <= set(package)
    for sample in package["samples"]:
        assert (PACKAGE / sample["path"]).is_dir()
    assert package["version"] in (PACKAGE / "CHANGELOG.md").read_text("utf-8")
    assert package["version"] in (PACKAGE / "README.md").read_text("utf-8")


def test_assemblies_refer_to_each_other() -> None:
    found = [loaded(path) for path in PACKAGE.rglob("*.asmdef")]
    names = {one["name"] for one in found}
    assert names == {
        "Facewire", "Facewire.Editor", "Facewire.FirstFace", "Facewire.Vrm"
    }  # fmt: skip
    assert all(set(one["references"]) <= names | {"VRM10"} for one in found)
    # Without UniVRM its assembly is not there, and ours is not compiled.
    (vrm,) = [one for one in found if "VRM10" in one["references"]]
    (define,) = vrm["versionDefines"]
    assert vrm["defineConstraints"] == [define["define"]]
    (editor,) = [one for one in found if one["name"] == "Facewire.Editor"]
    assert editor["includePlatforms"] == ["Editor"]


def test_the_readme_says_that_nobody_has_opened_it() -> None:
    assert "Nobody has opened this package" in (PACKAGE / "README.md").read_text(
        "utf-8"
    )


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_a_file_has_one_purpose_and_one_encoding(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("ascii")
    assert b"\r" not in data and b"\t" not in data and text.endswith("}\n")
    lines = text.splitlines()
    assert len(lines) <= LONGEST or path.name == GENERATED
    assert max(map(len, lines)) <= COLUMNS or path.name == GENERATED
    assert not [line for line in lines if line != line.rstrip()]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_a_component_stands_in_a_file_of_its_name(path: Path) -> None:
    # Unity finds components and assets by the name of their file.
    text = path.read_text("ascii")
    pattern = r"class (\w+) : (?:MonoBehaviour|ScriptableObject)\b"
    assert set(re.findall(pattern, text)) <= {path.stem}


def test_only_components_know_unity() -> None:
    core = [*(PACKAGE / "Runtime").glob("*/*.cs")]
    using = {path.parent.name for path in core if "UnityEngine" in path.read_text()}
    assert using == {"Components", "Vrm"}


def test_names_stand_in_the_order_of_the_stream() -> None:
    text = (PACKAGE / "Runtime" / "Core" / "Channels.cs").read_text("ascii")
    found = tuple(re.findall(r'"(\w+)",', text))
    assert found == (*ARKIT, *BONES, *EXPRESSIONS)


def test_the_editor_and_the_sample_compile(tmp_path: Path) -> None:
    needs_mono()
    code = sources(PACKAGE, HERE / "standin", HERE / "standin_editor")
    library = ("-target:library", "-d:UNITY_EDITOR")
    done = compiled(tmp_path / "editor.dll", *library, *code)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_core_compiles_without_unity(tmp_path: Path) -> None:
    needs_mono()
    core = [PACKAGE / "Runtime" / name for name in ("Core", "Names", "Transport")]
    done = compiled(tmp_path / "core.dll", "-target:library", *sources(*core))
    assert done.returncode == 0, done.stdout + done.stderr
