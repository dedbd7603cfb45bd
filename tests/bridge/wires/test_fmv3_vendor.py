"""The vendor's own sample of Face Motion v3, at the other end of the wire.

Its two files (MIT) are not part of facewire. To run these tests, put them into a folder
and name it: FACEWIRE_FMV3_SAMPLE=folder. They are `face_motion_v3.py` and
`simulate_ios_v3.py` of github.com/emoto-yasushi/iFacialMocap_Facemotion3d_udp-tcp_v3.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest

from bridge.clock import monotonic_ns
from bridge.feeds.report import Report, Setup, Talker
from bridge.feeds.spec import Spec
from bridge.feeds.table import KINDS
from bridge.wires.fmv3 import Fmv3
from protocols.channels import INDEX
from tests.bridge.fakes import PATIENCE_S, until
from tests.ports import free_ports

from .test_phones import SMILE, TIME, opened

FOLDER = os.environ.get("FACEWIRE_FMV3_SAMPLE", "")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="FACEWIRE_FMV3_SAMPLE names no folder with the vendor's sample"
)


@pytest.fixture(scope="module")
def vendor() -> Iterator[tuple[Any, Any]]:
    sys.path.insert(0, FOLDER)
    try:
        yield (
            importlib.import_module("face_motion_v3"),
            importlib.import_module("simulate_ios_v3"),
        )
    finally:
        sys.path.remove(FOLDER)


@contextmanager
def running(run: Any) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.mark.parametrize("way", ["it asks", "it connects", "we start"])
def test_its_receiver_understands_our_imitation(
    vendor: tuple[Any, Any], way: str
) -> None:
    v3, _ = vendor
    asks = way != "we start"
    phone, computer = free_ports()
    client = v3.V3Client(
        "127.0.0.1" if asks else None,
        ios_port=phone,
        pc_port=computer,
        bind="127.0.0.1",
        listen_only=not asks,
        transport="tcp" if way == "it connects" else "udp",
    )
    frames: list[Any] = []
    target = Fmv3(port=computer)
    if asks:
        listen = f"127.0.0.1:{phone}"
        target = Fmv3(host="127.0.0.2", port=9, listen=listen, tcp_port=phone)

    def run(stop: threading.Event) -> None:
        client.run(frames.append, stop_event=stop)

    def shown() -> bool:
        sink.send(SMILE, TIME)
        return len(frames) > 300

    with opened(target) as sink:
        with running(run):
            until(shown, PATIENCE_S)
            assert client.state == "STREAMING" and client.session.stats["frames"] > 300
            gaps = client.session.stats["sequence_gaps"]
        last = frames[-1]
        assert last.tracking and last.blend("jawOpen") == 50
        assert last.blend("mouthSmileLeft") == 75 and len(last.blend_values) == 52
        assert last.schema.app == "facewire" and gaps == 0
        # Its STOP has ended the session; without asking, we offer again.
        until(lambda: not still_received(sink), PATIENCE_S)


def still_received(sink: Any) -> bool:
    """Show a frame; return True while the sink believes that somebody receives it."""
    sink.send(SMILE, TIME)
    return bool(sink.answered)


CASES: dict[str, dict[str, Any]] = {
    "udp": {},
    "a long table, cut, reversed, a part lost": {
        "count": 300,
        "max_udp_size": 576,
        "reverse_fragments": True,
        "drop_first_schema_part": 1,
    },
    "the first table is lost": {"drop_first_schema": True},
    "tcp": {"transport": "tcp"},
    "udp, started by the phone": {"push_to": True},
    "tcp, started by the phone": {"transport": "tcp", "push_to": True},
}


@pytest.mark.parametrize("name", CASES)
def test_our_source_understands_its_simulator(
    vendor: tuple[Any, Any], name: str
) -> None:
    _, simulate = vendor
    settings = dict(CASES[name])
    phone, computer = free_ports()
    tcp = "&tcp=true" if settings.get("transport") == "tcp" else ""
    spec = Spec.of(f"fmv3:127.0.0.1?port={phone}&listen={computer}{tcp}")
    if settings.pop("push_to", False):
        settings["push_to"] = ("127.0.0.1", computer)
        spec = Spec.of(f"fmv3:127.0.0.1:{computer}?{tcp.removeprefix('&')}")
    kind = KINDS["fmv3"]
    _, inlet = kind.open(spec, ())
    options = {"tcp": "true"} if tcp else {}
    talker = kind.reader(Setup("127.0.0.1", 0.35, options, spec.place))
    assert isinstance(talker, Talker) and kind.asks is not None
    asked = kind.asks(spec)
    address = next(iter(asked), ("127.0.0.1", phone))
    reports: list[Report] = []

    def step() -> bool:
        nonlocal address
        now_ns = monotonic_ns()
        for data in talker.due(now_ns):
            inlet.send(data, address)
        # Not as long as something comes: the phone must hear from us, too.
        for _ in range(5):
            came = inlet.receive(0.02)
            if came is None:
                break
            if not asked:
                address = came[1]
            reports.extend(talker(came[0], now_ns))
        # After 30 frames the simulator changes its table.
        return len(reports) > 100

    simulator = simulate.Simulator(ios_port=phone, **settings)
    with running(simulator.serve):
        until(step, PATIENCE_S)
        sent = list(simulator.controls)
        assert (3 in sent) is not bool(tcp)
        assert simulator.schema_id == 2
        for data in talker.bye():
            inlet.send(data, address)
        until(lambda: simulator.session_id == 0)
    inlet.close()
    seen = [report for report in reports if report.vector is not None]
    # Every 40th frame says that no face is seen.
    assert 0 < len(reports) - len(seen) < len(reports) / 20
    jaws = [round(100 * float(r.vector[INDEX["jawOpen"]])) for r in seen]  # type: ignore[index]
    assert all(after == before + 1 for before, after in pairwise(jaws[:30]))
    assert {int(r.given[:52].sum()) for r in seen if r.given is not None} == {2}
