"""A snapshot for programs: plain JSON, with the keys that `--stats` has."""

import json

from bridge.config_file import load_config
from bridge.daemon import Daemon
from bridge.snapshot import snapshot
from tests.bridge.fakes import ListSource, ScriptedTracker, image


def test_json_has_the_keys_of_stats_and_the_faces() -> None:
    source = ListSource([image(i, faces=0) for i in range(10)])
    daemon = Daemon(
        load_config(sinks=["livelink=127.0.0.1:9"]),
        tracker=ScriptedTracker(),
        source=source,
    )
    daemon.start()
    while daemon.wait(10.0):
        pass
    daemon.stop()
    told = json.loads(json.dumps(snapshot(daemon).as_json()))
    stats = daemon.stats()
    assert set(told) <= {*stats, "faces", "settings"}
    for key in ("source", "frames", "dropped", "tracked_share", "sinks", "recording"):
        assert told[key] == stats[key]
    assert told["latency_ms"].keys() == stats["latency_ms"].keys()
    assert told["faces"] == [
        {
            "subject": "facewire",
            "tracked": False,
            "confidence": 0.0,
            "expression": "",
            "expression_share": 0.0,
            "mood": "",
        }
    ]
