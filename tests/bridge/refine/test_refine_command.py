"""The command that refines a library."""

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.commands.refine import refine as command
from bridge.config_file import load_config
from bridge.errors import BridgeError, ConfigError, EngineError, ModelError

from .takes import ran_on, weights


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = weights(tmp_path / "weights")
    monkeypatch.setattr("bridge.commands.refine.FOLDER", folder)
    return folder


def test_the_command_tells_of_every_take(
    library: Path, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import typer

    out = library.parent / "out"
    with pytest.raises(typer.Exit) as caught:
        command([library], amount=0.5, to=out)

    assert caught.value.exit_code == 1
    told = capsys.readouterr().out
    assert "2 refined, 1 failed" in told and "is not a take" in re.sub(
        r"\s+", " ", told
    )
    assert re.search(r"[0-9,]+ frames, [0-9,]+ per second and core", told)
    assert sorted(p.suffix for p in out.iterdir()) == sorted(
        [".html", ".json", ".mcap"] * 2
    )
    command([library / "a.mcap"], amount=0.5, to=out, jobs=2)
    assert "1 skipped" in capsys.readouterr().out


def test_the_command_wants_weights_before_anything(
    library: Path, shipped: Path
) -> None:
    (shipped / "refiner.onnx").unlink()

    with pytest.raises(ModelError, match=r"refine: .*refiner\.onnx: cannot be read"):
        command([library], to=library.parent / "out")


@pytest.mark.usefixtures("bare")
def test_the_command_takes_the_settings_words_and_errors(
    library: Path, shipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnx", reason="it makes the precision")
    out = library.parent / "out"
    with pytest.raises(EngineError, match="run: pip install cuda") as raised:
        command([library], to=out, device="cuda")
    assert raised.value.exit_code == 7
    assert not list(out.iterdir())
    command([library / "a.mcap"], to=out, precision="fp16", jobs=2)
    assert "1 refined" in capsys.readouterr().out
    assert ran_on(out) == {("fp16", "fp16, as asked")}
    for key, value in (("device", "tpu"), ("precision", "int4")):
        words = {"device": "cpu", "precision": "auto", key: value}
        with pytest.raises(ConfigError) as typed:
            command(
                [library],
                to=out,
                device=words["device"],
                precision=words["precision"],
            )
        with pytest.raises(ConfigError) as set_:
            load_config(settings=(f"engines.{key}={value}",))
        assert str(typed.value) == str(set_.value)
        assert f"settings: engines.{key}: got " in str(typed.value)


@pytest.mark.usefixtures("bare")
def test_what_a_clusters_machines_have_is_not_looked_for_here(
    library: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BridgeError, match="Ray is not installed"):
        command([library], cluster="auto", device="cuda")


def test_a_wrong_flag_is_told(library: Path, shipped: Path) -> None:
    with pytest.raises(ConfigError, match="--lock 3"):
        command([library], lock=["3"])
    with pytest.raises(ConfigError, match="the folder cannot be created"):
        command([library], to=library / "a.mcap")
