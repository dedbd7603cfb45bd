import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.config import Config
from bridge.config_file import load_config, parse_sink
from bridge.errors import ConfigError
from bridge.settings_file import sample_settings
from bridge.wires.livelink import LiveLink
from bridge.wires.vmc import Vmc
from bridge.wires.zmq import Zmq


def problems(path: Path | None = None, **arguments: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, **arguments)  # type: ignore[arg-type]  # on purpose
    return str(caught.value).splitlines()


def test_every_mistake_is_reported_at_once_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "stage.toml"
    path.write_text(
        "colour = 1\n"
        "[capture]\nfps = -1\nsauce = 'demo'\n"
        "[[sinks]]\nkind = 'osc'\nport = 70000\nhots = 'x'\n"
        "[[sinks]]\nkind = 'livelnk'\n"
    )
    told = problems(path)
    places = {line.split(": ")[1] for line in told}
    assert all(line.startswith("stage.toml: ") for line in told)
    assert places == {
        "colour",
        "capture.fps",
        "capture.sauce",
        "sinks[0].osc.port",
        "sinks[0].osc.hots",
        "sinks[1]",
    }
    assert any("livelnk" in line and "'zmq'" in line for line in told)


def test_the_written_file_says_every_default(tmp_path: Path) -> None:
    path = tmp_path / "facewire.toml"
    text = sample_settings()
    path.write_text(text)
    assert load_config(path) == Config()
    # Every setting stands in it, so that nobody has to look for one.
    tree = tomllib.loads(text)
    for section in ("capture", "solve", "shape", "engines", "record"):
        model = getattr(Config(), section)
        missing = set(type(model).model_fields) - set(tree[section])
        missing -= {
            "loop",
            "task",
            "profile",
        }  # no default: they stand there as comments
        assert not missing


def test_flags_win_over_the_file_and_set_wins_over_flags(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        "[capture]\nsource = 'camera:1'\nfps = 25\n[[sinks]]\nkind = 'zmq'\n"
    )
    config = load_config(
        path,
        source="demo",
        sinks=["livelink=10.0.0.1:5000", "vmc"],
        settings=["sinks.0.port=5001", "capture.fps=60", "subjects=['anna', 'ben']"],
    )
    assert config.capture.source == "demo"
    assert config.capture.fps == 60
    assert config.sinks == [LiveLink(host="10.0.0.1", port=5001), Vmc()]
    assert config.subjects == ["anna", "ben"]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("livelink", {"kind": "livelink"}),
        ("vmc=host.local", {"kind": "vmc", "host": "host.local"}),
        ("osc=[::1]:9000", {"kind": "osc", "host": "::1", "port": 9000}),
        (
            "vmc=10.0.0.2:39540?names=camel&bundles=false&rate=30",
            {
                "kind": "vmc",
                "host": "10.0.0.2",
                "port": 39540,
                "names": "camel",
                "bundles": False,
                "rate": 30,
            },
        ),
        ("zmq=tcp://*:1", {"kind": "zmq", "address": "tcp://*:1"}),
    ],
)
def test_a_sink_on_the_command_line(text: str, table: dict[str, object]) -> None:
    assert parse_sink(text) == table


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("unreal=1.2.3.4:1", "not one of livelink, vmc, osc, zmq"),
        ("livelink=host:port", "a port from 1 to 65535"),
        ("livelink=host:0", "a port from 1 to 65535"),
        ("osc=:9000", "expected HOST:PORT"),
    ],
)
def test_a_wrong_sink_is_a_sentence(text: str, part: str) -> None:
    (told,) = problems(sinks=[text])
    assert told.startswith(f"--sink {text}: ") and part in told


def test_wrong_sinks_and_settings_come_together() -> None:
    told = problems(sinks=["nope"], settings=["capture.fps", "=1", "sinks.9.port=1"])
    assert len(told) == 4


@pytest.mark.parametrize(
    ("text", "rate"),
    [("60", Fraction(60)), ("'30000/1001'", Fraction(30000, 1001)), ("23.976", None)],
)
def test_timecode_rates(text: str, rate: Fraction | None) -> None:
    config = load_config(settings=[f"timecode.rate={text}"])
    assert config.timecode.rate == (rate or Fraction(2997, 125))


@pytest.mark.parametrize("text", ["0", "'fast'", "'1/0'", "1000", "true", "[1]"])
def test_a_wrong_rate_is_named(text: str) -> None:
    (told,) = problems(settings=[f"timecode.rate={text}"])
    assert "timecode.rate" in told


def test_subjects_are_made_for_every_face_and_never_twice() -> None:
    config = load_config(settings=["track.faces=3", "subjects=['face', 'face2']"])
    assert config.subject_names() == ("face", "face2", "face3")
    assert Config().subject_names() == ("facewire",)
    (told,) = problems(settings=["subjects=['a', 'a']"])
    assert "names must differ" in told


def test_missing_and_broken_files_are_sentences(tmp_path: Path) -> None:
    assert "no such file; `facewire init" in problems(tmp_path / "absent.toml")[0]
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"[capture\n")
    assert "cannot be read as TOML" in problems(broken)[0]
    broken.write_bytes(b"\xff\xfe")
    assert "cannot be read as TOML" in problems(broken)[0]


def test_an_unknown_smoothing_group_lists_those_there_are() -> None:
    (told,) = problems(settings=["shape.smooth.groups.lid={min_cutoff_hz=1,beta=1}"])
    assert "no such group: lid; there are lids, gaze" in told


def test_mediapipes_solver_needs_its_file() -> None:
    assert Config().solve.solver == "learned"
    (told,) = problems(settings=["solve.solver=mediapipe"])
    assert told.startswith('settings: solve: solver "mediapipe" needs task = "PATH"')
    config = load_config(settings=["solve.solver=mediapipe", "solve.task='a/b.task'"])
    assert config.solve.task == Path("a/b.task")
    (told,) = problems(settings=["solve.solver=magic"])
    assert "solve.solver" in told and "'learned', 'geometric' or 'mediapipe'" in told


def test_the_default_sinks_stay_on_this_machine() -> None:
    for sink in Config().sinks:
        assert "127.0.0.1" in sink.where


def test_set_reaches_into_the_default_sinks() -> None:
    config = load_config(settings=["sinks.0.port=11112", "sinks.1.bones=off"])
    assert config.sinks == [LiveLink(port=11112), Vmc(bones="off"), Zmq()]
    (told,) = problems(settings=["sinks.0.port=0"])
    assert told.startswith("settings: sinks[0].livelink.port: ")


@pytest.mark.parametrize(
    ("text", "known"), [("device=tpu", "'openvino'"), ("precision=fp8", "'fp16'")]
)
def test_a_device_or_precision_that_is_none_names_those_that_are(
    text: str, known: str
) -> None:
    (told,) = problems(settings=[f"engines.{text}"])
    assert f"engines.{text.partition('=')[0]}: " in told and known in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_notepad_and_powershell_save_is_read(
    encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "facewire.toml"
    path.write_text('subjects = ["Zoë"]\n[capture]\nfps = 60\n', encoding)
    config = load_config(path)
    assert config.subjects == ["Zoë"] and config.capture.fps == 60.0


JARGON = re.compile(
    "Input|valid|unable to|parse|permitted|required|class|instance|dictionary|tag|"
    "[Vv]alidation|[Ee]rrno|codec|convert"
)
"""Words of pydantic's and Python's that say nothing to somebody who edits a file."""


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("capture.fps=fast", "capture.fps: got 'fast', expected a number"),
        ("capture.fps=[1]", "capture.fps: got a list of 1, expected a number"),
        ("capture.fps=500", "capture.fps: got 500, expected 240 or less"),
        ("capture.fps=nan", "capture.fps: got nan, expected 240 or less"),
        ("capture.width=-1", "capture.width: got -1, expected 0 or more"),
        ("capture.width=1.5", "capture.width: got 1.5, expected a whole number"),
        ("capture.width=wide", "capture.width: got 'wide', expected a whole number"),
        ("capture.mjpg=maybe", "capture.mjpg: got 'maybe', expected true or false"),
        ("capture.mjpg=[]", "capture.mjpg: got a list of 0, expected true or false"),
        ("capture.pace=quick", "got 'quick', expected 'real' or 'fast'"),
        ("capture.source=7", "got 7, expected a text in quotes"),
        ("capture='x'", "capture: got 'x', expected a table"),
        ("capture.fpss=1", "capture.fpss: is unknown here; check its spelling"),
        ("shape.profile=1", "shape.profile: got 1, expected a path in quotes"),
        ('shape.profile="a\\u0000b"', "'a\\x00b' is not a path"),
        ("shape.rate=61", "shape.rate: got 61, expected 0, 60, 90 or 120"),
        ("shape.smooth.groups.lids={beta=1.0}", "min_cutoff_hz: is missing"),
        (
            "shape.smooth.groups.lids={beta=1.0, min_cutoff_hz=0}",
            "got 0, expected above 0",
        ),
        ("timecode.rate=1999-01-01", "expected frames a second"),
        ("subjects=facewire", "subjects: got 'facewire', expected a list in [ ]"),
        ("subjects=[]", "got a list of 0, expected 1 or more of them"),
        ("subjects=['a','b','c','d','e','f','g','h','i']", "expected 8 or fewer of"),
        ("subjects=[{a=1}]", "subjects[0]: got a table, expected a text in quotes"),
        ("sinks=vmc", "sinks: got 'vmc', expected a list in [ ]"),
        ("sinks=[1]", "sinks[0]: got 1, expected a table"),
        ("sinks=[{port=1}]", "a table with kind = livelink, vmc, osc, zmq"),
        ("sinks=[{kind='fax'}]", "got kind = 'fax', expected kind = 'livelink', 'vmc'"),
        ("engines.device=tpu", "engines.device: got 'tpu', expected 'auto', 'cpu'"),
        ("capture.fps=" + "9" * 5000, "expected 240 or less"),
    ],
)
def test_a_mistake_is_told_in_plain_words(setting: str, told: str) -> None:
    (line,) = problems(settings=[setting])
    assert told in line and line.startswith("settings: ")
    assert JARGON.search(line) is None


def test_a_file_that_cannot_be_read_is_told_in_plain_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    for content in (b"\x80\x81", "a = 'ë'".encode("latin-1"), b"a = [", b"a\0b"):
        broken.write_bytes(content)
        assert JARGON.search(problems(broken)[0]) is None
    (line,) = problems(tmp_path)
    assert JARGON.search(line) is None and "cannot be read (" in line


def test_a_secret_is_not_repeated_with_a_mistake() -> None:
    address = "url:rtsp://ann:p@ss@10.0.0.7/live?key=hunter2"
    for setting in (f"capture.source {address}", f"sinks.x.{address}=1"):
        (line,) = problems(settings=[setting])
        assert "ss@" not in line and "ann" not in line and "hunter2" not in line
    (line,) = problems(settings=[f"capture.fps='{address}'"])
    assert "url:rtsp://***@10.0.0.7/live?key=***" in line
