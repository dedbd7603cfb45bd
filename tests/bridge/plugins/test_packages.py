"""The packages that people drop into engines."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.errors import BridgeError
from bridge.plugins.packages import PLUGINS, Plugin, files_of, pack, sources

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

each_plugin = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda one: one.word)


def contents(path: Path) -> dict[str, bytes]:
    """Return the files of a package, as tar and zip read them."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as file:
            assert file.testzip() is None
            return {name: file.read(name) for name in file.namelist()}
    found = {}
    with tarfile.open(path, "r:gz") as tar:
        for entry in tar:
            data = tar.extractfile(entry)
            assert data is not None and entry.mode == 0o644
            found[entry.name] = data.read()
    return found


@each_plugin
def test_a_plugin_has_the_daemons_version(plugin: Plugin, tmp_path: Path) -> None:
    text = (sources() / plugin.manifest).read_text("utf-8")
    assert plugin.version(text) == PROJECT["version"]
    assert pack(plugin, tmp_path).name == plugin.package.format(PROJECT["version"])


@each_plugin
def test_a_package_holds_the_files_and_nothing_else(
    plugin: Plugin, tmp_path: Path
) -> None:
    found = contents(pack(plugin, tmp_path))
    assert found == files_of(plugin, sources())
    assert list(found) == sorted(found)
    assert all(name.startswith(plugin.root) for name in found)
    assert plugin.root + Path(plugin.manifest).name in found
    name = plugin.package.format(PROJECT["version"])
    assert name in found[plugin.root + "README.md"].decode()
    licence = (ROOT / "LICENSE").read_bytes()
    assert licence in found.values()
    assert not [name for name in found if "__pycache__" in name or "/." in name]
    assert len(plugin.archive(found)) < 1 << 20


def copy_sources(to: Path) -> None:
    """Copy the plugins, without what Python compiled of them: another test may be
    writing it at this moment."""
    shutil.copytree(sources(), to, ignore=shutil.ignore_patterns("__pycache__"))


@each_plugin
def test_the_same_files_give_the_same_bytes(plugin: Plugin, tmp_path: Path) -> None:
    other = tmp_path / "plugins"
    copy_sources(other)
    left_over = other / Path(plugin.manifest).parent / "__pycache__" / "a.pyc"
    left_over.parent.mkdir()
    left_over.write_bytes(b"compiled")
    (left_over.parent.parent / ".hidden").write_bytes(b"hidden")
    for path in other.rglob("*"):
        os.utime(path, (10**9, 10**9))
        path.chmod(0o700)
    (tmp_path / "again").mkdir()
    first = pack(plugin, tmp_path)
    second = pack(plugin, tmp_path / "again", other)
    assert first.read_bytes() == second.read_bytes()


@each_plugin
def test_a_package_is_written_only_if_it_changed(
    plugin: Plugin, tmp_path: Path
) -> None:
    path = pack(plugin, tmp_path)
    os.utime(path, (10**9, 10**9))
    assert pack(plugin, tmp_path).stat().st_mtime == 10**9
    path.write_bytes(b"another")
    assert contents(pack(plugin, tmp_path))
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_every_asset_of_the_unity_package_has_its_meta_file(tmp_path: Path) -> None:
    found = set(contents(pack(PLUGINS[0], tmp_path)))
    assets = {name for name in found if not name.endswith(".meta")}
    folders = {
        str(Path(*Path(name).parts[:i])) for name in assets for i in (2, 3, 4, 5)
    } - assets
    wanted = {f"{name}.meta" for name in assets | folders if name[-1] != "~"}
    assert found - assets == wanted


@each_plugin
@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_text("{}"),
        lambda path: path.write_text("["),
    ],
    ids=["missing", "empty", "broken"],
)
def test_a_spoilt_manifest_is_a_sentence(
    plugin: Plugin, spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    copy_sources(tmp_path / "plugins")
    spoil(tmp_path / "plugins" / plugin.manifest)
    with pytest.raises(BridgeError, match="cannot be packed"):
        pack(plugin, tmp_path, tmp_path / "plugins")


def test_a_name_in_an_archive_may_have_any_alphabet() -> None:
    files = {"\u990a/a": b"1", "b": b""}
    for plugin in PLUGINS:
        data = io.BytesIO(plugin.archive(files))
        if plugin.package.endswith(".zip"):
            with zipfile.ZipFile(data) as file:
                assert set(file.namelist()) == set(files)
        else:
            with tarfile.open(fileobj=data) as tar:
                assert set(tar.getnames()) == set(files)


def test_the_command_prints_files_and_what_to_click(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plugins", "--to", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for plugin in PLUGINS:
        path = tmp_path / plugin.package.format(PROJECT["version"])
        assert path.is_file() and f"{plugin.engine}: {path}\n" in done.output
        assert (ROOT / plugin.page).is_file() and plugin.page in done.output
        for step in plugin.steps:
            assert step in done.output


def test_the_command_takes_names(tmp_path: Path) -> None:
    words = ["plugins", "Unreal", "--to", str(tmp_path), "--json"]
    done = CliRunner().invoke(app, words)
    (found,) = json.loads(done.output)
    assert found["plugin"] == "unreal" and Path(found["file"]).is_file()
    assert [path.suffix for path in tmp_path.iterdir()] == [".zip"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["godot"], "godot: no such plugin; expected unity, unreal, blender"),
        (["--to", "nowhere"], "--to nowhere: no such folder; create it first"),
    ],
)
def test_what_is_wrong_is_a_sentence(words: list[str], told: str) -> None:
    error = CliRunner().invoke(app, ["plugins", *words]).exception
    assert isinstance(error, BridgeError) and told in str(error)


def test_the_steps_name_what_is_there() -> None:
    unity = ROOT / "plugins" / "unity" / "com.facewire.receiver"
    menu = (unity / "Editor" / "FacewireMenu.cs").read_text("utf-8")
    assert '"GameObject/Facewire/Drive This Character"' in menu
    assert "GameObject > Facewire > Drive This Character" in PLUGINS[0].steps[1]
    package = json.loads((unity / "package.json").read_text("utf-8"))
    assert [one["displayName"] for one in package["samples"]] == ["First Face"]


def test_the_wheel_takes_a_copy_of_the_plugins() -> None:
    hook = (ROOT / "hatch_build.py").read_text("utf-8")
    assert '["plugins"] = "bridge/plugins/sources"' in hook
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert "custom" in tool["hatch"]["build"]["targets"]["wheel"]["hooks"]
