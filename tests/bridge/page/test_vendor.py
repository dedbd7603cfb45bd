"""The page's bundle of three.js, and what npm's tools say of the page's modules.

`npm ci --prefix bridge/page/vendor` installs them (78 MB).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.page.files import TYPES

PAGE = Path(__file__).parents[3] / "bridge" / "page"
VENDOR, STATIC = PAGE / "vendor", PAGE / "static"


def node(*words: str) -> subprocess.CompletedProcess[str]:
    """Run node in the folder of the bundle, or skip the test without npm's packages."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("no Node.js")
    if not (VENDOR / "node_modules" / "three").is_dir():
        pytest.skip("`npm ci --prefix bridge/page/vendor` installs three.js")
    return subprocess.run(
        [program, *words], cwd=VENDOR, capture_output=True, text=True, timeout=120
    )


def test_the_bundle_is_what_its_lock_says() -> None:
    lock = json.loads((STATIC / "vendor.lock").read_text("utf-8"))
    bundle = (STATIC / lock["file"]).read_bytes()
    assert len(bundle) == lock["bytes"]
    assert hashlib.sha256(bundle).hexdigest() == lock["sha256"]


def test_the_lock_has_the_versions_that_npm_installs() -> None:
    lock = json.loads((STATIC / "vendor.lock").read_text("utf-8"))
    installs = json.loads((VENDOR / "package-lock.json").read_text("utf-8"))
    for name, version in lock["packages"].items():
        assert installs["packages"][f"node_modules/{name}"]["version"] == version


def test_the_bundle_keeps_its_licences() -> None:
    bundle = (STATIC / "vendor.js").read_text("utf-8")
    for author in ("Three.js Authors", "pixiv Inc.", "Arseny Kapoulkine"):
        assert author in bundle


def test_building_again_gives_the_same_bytes() -> None:
    done = node("build.mjs", "--check")
    assert done.returncode == 0, done.stderr


def test_the_modules_are_es2019() -> None:
    done = node("es2019.mjs")
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_types_of_the_modules_agree() -> None:
    done = node("node_modules/typescript/bin/tsc", "--project", ".")
    assert done.returncode == 0, done.stdout


def test_the_page_asks_only_for_files_that_the_server_gives_out() -> None:
    named = set()
    for path in STATIC.iterdir():
        if path.suffix in (".html", ".js", ".css") and path.name != "vendor.js":
            text = path.read_text("utf-8")
            named |= set(re.findall(r'from "\./([\w.]+)"', text))
            named |= set(re.findall(r'(?:src|href)="([\w.]+)"', text))
    assert {"main.js", "style.css", "vendor.js", "icon.svg"} <= named
    assert not [name for name in named if not (STATIC / name).is_file()]
    assert {Path(name).suffix for name in named} <= set(TYPES)


def test_no_file_of_the_page_names_another_machine() -> None:
    for path in STATIC.glob("*.*"):
        if path.name not in ("vendor.js", "icon.svg") and path.suffix in TYPES:
            assert "//" not in _without_comments(path.read_text("utf-8")), path.name


def _without_comments(text: str) -> str:
    plain = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return plain.replace("`${scheme}//${location.host}", "")
