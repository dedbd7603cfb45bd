"""The files that Unreal's build tool reads, and what the core may include."""

from __future__ import annotations

import json
import re
import shutil
from importlib import metadata
from pathlib import Path

import pytest

from . import building
from .building import (
    CORE,
    FAST,
    PLUGIN,
    PRIVATE,
    PUBLIC,
    SANITIZED,
    build,
    run,
    sanitizes,
)

SOURCES = sorted(
    path for folder in (PRIVATE, PUBLIC) for path in folder.rglob("*.[ch]*")
)


def test_the_descriptor_names_the_module_and_the_version() -> None:
    found = json.loads((PLUGIN / "Facewire.uplugin").read_text())
    assert found["FileVersion"] == 3
    assert found["VersionName"] == metadata.version("facewire")
    assert [module["Name"] for module in found["Modules"]] == ["Facewire"]
    assert found["Plugins"] == [{"Name": "LiveLink", "Enabled": True}]
    # The plugin is built from source, with whichever engine there is.
    assert "EngineVersion" not in found
    rules = (PLUGIN / "Source" / "Facewire" / "Facewire.Build.cs").read_text()
    assert "public class Facewire : ModuleRules" in rules


@pytest.mark.parametrize("path", sorted(CORE.iterdir()), ids=lambda path: path.name)
def test_the_core_includes_nothing_of_an_engine(path: Path) -> None:
    for name in re.findall(r'#include "([^"]+)"', path.read_text()):
        assert (CORE / name).exists(), name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_files_are_of_a_readable_size(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 300
    assert text.startswith(("//", "#include")), "say first what the file holds"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_name_is_a_macro_of_unreal(path: Path) -> None:
    """Unreal defines these words as macros, which would replace our names."""
    if path.parent == CORE:
        found = re.findall(
            r"\b(check|verify|ensure|PI|TEXT|IN|OUT)\(", path.read_text()
        )
        assert not found


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("standard", ["-std=c++17", "-std=c++20"])
def test_both_compilers_take_it_in_both_standards(compiler: str, standard: str) -> None:
    """Unreal builds with C++17 or, since 5.3, with C++20."""
    if compiler not in building.compilers():
        pytest.skip(f"no {compiler} here")
    include = [f"-I{folder}" for folder in (PRIVATE, PUBLIC, building.STAND_IN)]
    for path in SOURCES:
        if path.suffix == ".cpp":
            options = [*building.WARNINGS, *building.PLAIN, "-fsyntax-only"]
            run([compiler, standard, *options, *include, path])


@pytest.mark.slow
def test_the_core_links_for_windows(tmp_path: Path) -> None:
    compiler = "x86_64-w64-mingw32-g++-posix"
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler} here (apt-get install g++-mingw-w64-x86-64-posix)")
    options = ["-std=c++17", "-Wall", "-Wextra", "-Wshadow", "-Werror", *FAST]
    include = [f"-I{PRIVATE}", f"-I{building.HERE}"]
    sources = [building.HERE / "listen.cpp", *sorted(CORE.glob("*.cpp"))]
    made = tmp_path / "listen.exe"
    run([compiler, *options, *include, *sources, "-o", made, "-static", "-lws2_32"])
    assert made.read_bytes().startswith(b"MZ")


@pytest.mark.slow
def test_clang_builds_what_passes_the_checks(shared: Path) -> None:
    if "clang++" not in building.compilers():
        pytest.skip("no clang++ here")
    # Debian's clang has its sanitizers in a package of its own, libclang-rt-14-dev.
    options = SANITIZED if sanitizes("clang++", shared) else FAST
    built = build(shared, ("units", "fuzz"), compiler="clang++", options=options)
    assert ", 0 failed" in run([built / "units"], timeout_s=60)
    run([built / "fuzz", building.GOLDEN, "6000", "9"], timeout_s=240)


@pytest.mark.slow
def test_the_figures_can_be_printed(shared: Path) -> None:
    found = building.compilers()
    if not found:
        pytest.skip("no C++ compiler here")
    built = build(shared, ("figures",), compiler=found[0], options=FAST)
    said = run([built / "figures", building.GOLDEN, "2", "120"], timeout_s=120)
    assert said.count(" 0 allocations in") == 5
