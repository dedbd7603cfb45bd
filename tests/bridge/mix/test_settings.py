"""Layers come from the file and from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.mix.settings import Layer, layer_of
from bridge.takes.provenance import config_text

FILE = """
[capture]
source = "camera:0"

[mix]
wait_ms = 0

[mix.layers.phone]
source = "livelink:11112"
regions = ["eyes", "brows"]
priority = 2
delay_ms = -12.5
"""


def test_without_layers_nothing_is_mixed() -> None:
    assert load_config().mix.layers == {}


def test_the_file_names_layers(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    path.write_text(FILE)
    mix = load_config(path).mix
    assert mix.wait_ms == 0.0
    assert mix.layers == {
        "phone": Layer(
            source="livelink:11112",
            regions=["eyes", "brows"],
            priority=2,
            delay_ms=-12.5,
        )
    }


def test_the_command_line_adds_layers_and_sets_their_options(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    path.write_text(FILE)
    mix = load_config(
        path,
        layers=["head,position = livelink:11113"],
        settings=["mix.layers.head-position.share=0.5", "mix.layers.phone.priority=3"],
    ).mix
    assert list(mix.layers) == ["phone", "head-position"]
    assert mix.layers["phone"].priority == 3
    added = mix.layers["head-position"]
    assert (added.source, added.regions) == ("livelink:11113", ["head", "position"])
    assert (added.share, added.priority, added.delay_ms) == (0.5, 1, "measured")


@pytest.mark.parametrize("text", ["eyes", "=camera:1", "eyes=", "eyes,=camera:1"])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="expected REGIONS=SOURCE"):
        layer_of(text)
    with pytest.raises(ConfigError, match="expected REGIONS=SOURCE"):
        load_config(layers=[text])


def test_an_unknown_region_is_told_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(layers=["nose=camera:1"])
    assert "no such region: nose; there are lids, gaze, brows" in str(caught.value)


def test_there_are_at_most_seven_layers() -> None:
    layers = [f"eyes{',brows' * i}=camera:{i}" for i in range(1, 9)]
    assert len(load_config(layers=layers[:7]).mix.layers) == 7
    with pytest.raises(ConfigError):
        load_config(layers=layers)


def test_a_delay_is_a_number_or_measured() -> None:
    with pytest.raises(ConfigError):
        load_config(layers=["eyes=camera:1"], settings=["mix.layers.eyes.delay_ms=500"])


def test_the_name_of_a_layer_is_a_plain_key(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    path.write_text(FILE.replace("layers.phone", 'layers."my phone"'))
    with pytest.raises(ConfigError, match="expected 1 to 64 letters"):
        load_config(path)
    many = ",".join(["mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft"] * 2)
    (name,) = load_config(layers=[f"{many}=camera:1"]).mix.layers
    assert len(name) == 64


def test_a_take_keeps_layers_as_settings_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    config = load_config(layers=["eyes,brows=livelink:11112"])
    path.write_text(config_text(config))
    assert load_config(path).mix == config.mix


def test_a_login_in_an_address_is_not_shown() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(layers=["url:rtsp://ann:secret@10.0.0.7/live"])
    assert "secret" not in str(caught.value)
