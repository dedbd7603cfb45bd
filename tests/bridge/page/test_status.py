"""The figures that pages are told, of a daemon that runs on made-up pictures."""

import json

from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.page.status import StatusMaker, hello
from bridge.page.tap import Heard
from protocols.channels import ARKIT, CHANNELS
from tests.bridge.fakes import ListSource, ScriptedTracker, image


def daemon(images: int) -> Daemon:
    return Daemon(
        load_config(sinks=["livelink=127.0.0.1:9"]),
        tracker=ScriptedTracker(),
        source=ListSource([image(i, faces=0) for i in range(images)]),
    )


def test_a_page_is_told_first_what_the_numbers_mean() -> None:
    run = daemon(0)
    told = json.loads(json.dumps(hello(run)))
    run.stop()
    assert told["type"] == "hello"
    assert (told["channels"], told["curves"]) == (list(CHANNELS), list(ARKIT))
    assert told["subjects"] == ["facewire"]


def test_figures_and_rates_of_a_run() -> None:
    now = [0]
    run = daemon(20)
    make = StatusMaker(run, lambda: now[0])
    first = json.loads(json.dumps(make(Heard(), 2)))
    assert (first["type"], first["pages"], first["rates"]) == ("status", 2, None)
    assert first["hints"][0].startswith("no face is seen")
    assert first["lamps"] == [
        {"found": False, "turned": False, "dark": False, "covered": False}
    ]
    run.start()
    while run.wait(10.0):
        pass
    now[0] = 2_000_000_000
    told = json.loads(json.dumps(make(Heard(), 1)))
    run.stop()
    assert told["frames"] == 20
    assert told["rates"]["images"] == 10.0
    (sink,) = told["sinks"].values()
    assert (sink["sent"], sink["failed"], sink["rate"]) == (20, 0, 10.0)
    assert told["camera"] == {"fps": 10.0, "asked": 30.0}


def test_after_a_pause_rates_begin_anew() -> None:
    now = [0]
    run = daemon(0)
    make = StatusMaker(run, lambda: now[0])
    make(Heard(), 1)
    now[0] = 60_000_000_000
    assert make(Heard(), 1)["rates"] is None
    now[0] += 500_000_000
    assert make(Heard(), 1)["rates"]["images"] == 0.0
    run.stop()
