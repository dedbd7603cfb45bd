import io
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.live_table import Screen
from bridge.takes.about import about_texts
from bridge.takes.provenance import about_run, config_text
from bridge.takes.recorder import take_settings
from bridge.takes.status import Status
from bridge.takes.take import About
from tests.bridge.test_live_table import at


@pytest.mark.parametrize(
    "settings",
    [
        [],
        ["subjects=['änn\\u007fa', 'b\"c']", "timecode.rate='30000/1001'"],
        ["shape.smooth.groups.lids={min_cutoff_hz=1.5, beta=2.0}", "sinks.1.port=7"],
        ["shape.profile='C:\\me.toml'", "capture.loop=true", "record.slate='12 A'"],
    ],
)
def test_the_settings_of_a_take_run_again(settings: list[str], tmp_path: Path) -> None:
    config = load_config(settings=settings)
    path = tmp_path / "again.toml"
    path.write_text(config_text(config), "utf-8")
    assert load_config(path) == config


@pytest.mark.parametrize(
    "address",
    [
        *("rtsp://ann:hunter2@10.0.0.7/x", "rtsp://ann:p@hunter2@10.0.0.7/x"),
        *("rtsp://10.0.0.7/x?password=hunter2", "http://10.0.0.7/x?hunter2"),
        "rtsp://10.0.0.7/user=ann&password=hunter2",
    ],
)
@pytest.mark.parametrize("kind", ["url:", ""])
def test_a_take_tells_who_made_it_but_no_password(
    address: str, kind: str, tmp_path: Path
) -> None:
    profile = tmp_path / "me.toml"
    profile.write_bytes(f"\ufeff# by {address}\n[curves]\n".encode())
    spec = f"{kind}{address}"
    config = load_config(source=spec, settings=[f"shape.profile='{profile}'"])
    told = about_run(config, spec, "learned", "lstm")
    assert "10.0.0.7/" in told.source and told.source.startswith(spec[:7])
    assert "hunter2" not in str(told)
    assert tomllib.loads(told.settings)["capture"]["source"] == told.source
    assert "10.0.0.7/" in told.profile and told.profile.endswith("[curves]\n")
    for part in ("facewire ", "solver learned", "motion lstm", "numpy ", "Python"):
        assert part in told.software
    profile.unlink()
    assert about_run(config, "demo", "a", "b").profile == ""


def test_a_take_from_before_is_copied_without_its_password() -> None:
    old = About(
        source="url:rtsp://ann:p@hunter2@10.0.0.7/x",
        settings='[capture]\nsource = "url:rtsp://ann:hunter2@10.0.0.7/x?k=hunter2"\n',
        notes="by http://10.0.0.7/?hunter2",
    )
    kept = about_texts(old)
    assert "hunter2" not in str(kept)
    assert kept["source"] == "url:rtsp://***@10.0.0.7/x"
    assert "10.0.0.7/x?k=***" in kept["settings"]
    tomllib.loads(kept["settings"])


def test_orders_come_from_the_settings() -> None:
    assert (
        take_settings(Config()).fps == 0.0 and take_settings(Config()).slate == "Take"
    )
    config = load_config(settings=["record.video=true", "capture.fps=0"])
    assert take_settings(config).fps == 30.0
    with pytest.raises(ConfigError, match=r"record\.slate: slate 'a/b'"):
        load_config(settings=["record.slate='a/b'"])


def test_the_screen_and_the_line_say_what_is_recorded() -> None:
    console, screen = Console(file=io.StringIO(), width=80), Screen()
    screen.add(
        replace(at(0, 0), recording=Status(True, slate="12A", number=3, seconds=12.3))
    )
    console.print(screen)
    assert "recording 12A 003 0:12" in console.file.getvalue()  # type: ignore[attr-defined]
    assert screen.line().endswith(" | recording 12A 003 0:12")
