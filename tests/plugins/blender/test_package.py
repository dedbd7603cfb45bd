"""The extension as files: what Blender's installer needs, and what the core may use."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from facewire.core.native import Refused, read_datagram

from tests.protocols.native_golden import written

from .blenders import LIMIT_S, Blender, pythons

ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "plugins" / "blender" / "facewire"
CODE = sorted(EXTENSION.rglob("*.py"))
CORE = [path for path in CODE if path.parent.name in ("core", "shared")]
LONGEST = 300


def manifest() -> dict[str, Any]:
    return tomllib.loads((EXTENSION / "blender_manifest.toml").read_text("utf-8"))


def test_the_manifest_is_whole_and_has_the_daemons_version() -> None:
    found = manifest()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert found["version"] == project["version"]
    assert (found["schema_version"], found["type"]) == ("1.0.0", "add-on")
    assert found["id"] == found["name"] == "facewire"
    assert found["blender_version_min"] == "4.2.0"
    # Blender's manual: the license of an add-on is the GPL, 3.0 or later.
    assert found["license"] == ["SPDX:GPL-3.0-or-later"]
    assert {"maintainer", "tags", "copyright"} <= set(found)


def test_the_short_texts_are_as_blender_wants_them() -> None:
    found = manifest()
    assert set(found["permissions"]) == {"network", "files"}
    for text in (found["tagline"], *found["permissions"].values()):
        assert 0 < len(text) <= 64 and text[-1].isalnum()


def test_the_package_has_its_manifest_at_its_root(package: Path) -> None:
    with zipfile.ZipFile(package) as file:
        names = set(file.namelist())
    assert {"blender_manifest.toml", "__init__.py", "README.md", "LICENSE"} <= names
    assert {path.relative_to(EXTENSION).as_posix() for path in CODE} <= names
    assert not [name for name in names if name.endswith((".pyc", ".zip"))]


def test_blenders_own_tool_takes_the_package(blender: Blender) -> None:
    found = list(blender.python.parents[1].rglob("bl_pkg/cli/blender_ext.py"))
    command = [sys.executable, str(found[0]), "validate", str(blender.package)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0 and "Success" in done.stdout, done.stdout


def test_the_licences_are_there() -> None:
    gpl = (EXTENSION / "LICENSE").read_text("utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in gpl and "Version 3, 29 June 2007" in gpl
    apache = (EXTENSION / "LICENSE-APACHE").read_bytes()
    assert apache == (ROOT / "LICENSE").read_bytes()


def imported(path: Path) -> set[str]:
    """Return the modules of others that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize(
    "path", CODE, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_a_file_needs_only_what_blender_has(path: Path) -> None:
    text = path.read_text("utf-8")
    others = imported(path) - set(sys.stdlib_module_names)
    allowed = {"numpy", "zstandard"}
    if path.parent.name == "shell":
        allowed |= {"bpy", "bpy_extras", "mathutils"}
    assert others <= allowed
    assert "threading" not in imported(path), "only the main thread may touch data"
    assert len(text.splitlines()) <= LONGEST
    # Blender installs it under another name, so all of its own imports are relative.
    assert not re.search(
        r"^\s*(from|import) (facewire|protocols|engines)\b", text, re.M
    )


def test_the_core_is_imported_without_blender() -> None:
    assert len(CORE) > 15
    names = [
        ".".join(path.relative_to(EXTENSION.parent).with_suffix("").parts)
        for path in CORE
        if path.name != "__init__.py"
    ]
    code = f"import {', '.join(names)}, sys; assert 'bpy' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=EXTENSION.parent, timeout=60
    )


def test_the_readme_says_that_nobody_has_opened_it() -> None:
    text = (EXTENSION / "README.md").read_text("utf-8")
    assert "Nobody has opened this extension in Blender's window yet" in text


def test_messages_in_the_pages_are_those_of_the_code() -> None:
    code = " ".join(path.read_text("utf-8") for path in CODE)
    code = re.sub(r'"\s+f?"', "", code)
    with pytest.raises(Refused) as version:
        read_datagram(written("refused_version.bin"))
    code += str(version.value)
    pages = (EXTENSION / "README.md", ROOT / "docs" / "connect" / "blender.md")
    for page in pages:
        _, _, table = page.read_text("utf-8").partition("| message | what to do |\n")
        rows = table.split("\n\n")[0].splitlines()[1:]
        assert len(rows) >= 9
        for row in rows:
            for piece in row.split("|")[1].strip().split("..."):
                assert piece.strip() in code, piece


def test_a_blender_that_is_asked_for_is_there() -> None:
    named = os.environ.get("FACEWIRE_BPY", "")
    assert len(pythons()) >= len([text for text in named.split(os.pathsep) if text])
