import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("scipy", reason="refining needs SciPy")

from bridge.clock import monotonic_ns
from bridge.config import Engines
from bridge.errors import BridgeError, TakeError
from bridge.refine.job import Job, Outcome
from bridge.refine.library import (
    absolute,
    find_takes,
    refine_here,
    refine_on_cluster,
    refine_on_cores,
)
from bridge.refine.locks import Locks
from engines.installing import here

from .takes import ran_on, recorded, take, weights


def jobs(library: Path) -> list[Job]:
    folder = weights(library.parent / "weights")
    return [Job(p, library, 1.0, Locks(), folder) for p in find_takes([library])]


def states(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.path.name: outcome.state for outcome in outcomes}


EXPECTED = {"a.mcap": "refined", "b.mcap": "failed", "c.mcap": "refined"}


def test_folders_and_files_are_found_once_and_refined_ones_not(library: Path) -> None:
    recorded(library / "a_refined.mcap", take(10))

    found = find_takes([library / "c.mcap", library])

    assert [path.name for path in found] == ["c.mcap", "a.mcap", "b.mcap"]
    assert find_takes([library / "a_refined.mcap"]) == [library / "a_refined.mcap"]


def test_nothing_to_do_is_told(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match=r"none: does not exist"):
        find_takes([tmp_path / "none"])
    with pytest.raises(TakeError, match="no takes to refine"):
        find_takes([tmp_path])


def test_one_bad_take_stops_no_other(library: Path) -> None:
    done: list[Outcome] = []

    refine_here(jobs(library), done.append, lambda _part: None)

    assert states(done) == EXPECTED
    again: list[Outcome] = []
    refine_here(jobs(library), again.append, lambda _part: None)
    assert states(again) == EXPECTED | {"a.mcap": "skipped", "c.mcap": "skipped"}


def test_on_all_cores_it_is_the_same(library: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    done: list[Outcome] = []
    for folder, count in ((here, 1), (there, 2)):
        folder.mkdir()
        work = [Job(j.path, folder, 1.0, j.locks, j.weights) for j in jobs(library)]
        if count == 1:
            refine_here(work, lambda _outcome: None, lambda _part: None)
        else:
            refine_on_cores(work, count, done.append)

    assert states(done) == EXPECTED
    for name in ("a_refined", "c_refined"):
        for suffix in (".html", ".json"):
            one, other = (
                (f / name).with_suffix(suffix).read_text() for f in (here, there)
            )
            assert one == other


def test_a_worker_that_dies_is_told_of(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(*_args: object, **_kwargs: object) -> object:
        def run(_work: object) -> Iterator[Outcome]:
            yield Outcome(library / "a.mcap", "refined", "")
            raise RuntimeError("a worker was killed\nand more")

        return run

    monkeypatch.setattr("bridge.refine.library.joblib.Parallel", dead)
    done: list[Outcome] = []

    refine_on_cores(jobs(library), 2, done.append)

    assert states(done) == {"a.mcap": "refined", "b.mcap": "failed", "c.mcap": "failed"}
    assert done[1].told.endswith("the worker process ended (a worker was killed)")


@pytest.fixture
def fp16(library: Path) -> list[Job]:
    """The library's jobs, in a precision that only comes if it is asked for."""
    pytest.importorskip("onnx", reason="it makes the precision")
    asked = Engines(device="cpu", precision="fp16")
    return [replace(job, engines=asked) for job in jobs(library)]


def test_what_runs_the_network_goes_with_each_job(
    library: Path, fp16: list[Job]
) -> None:
    assert {absolute(job).engines.precision for job in fp16} == {"fp16"}
    done: list[Outcome] = []

    refine_on_cores(fp16, 2, done.append)

    assert states(done) == EXPECTED
    assert ran_on(library) == {("fp16", "fp16, as asked")}


def test_another_precision_is_another_refinement(
    library: Path, fp16: list[Job]
) -> None:
    done: list[Outcome] = []
    for work in (jobs(library), fp16, fp16, jobs(library)):
        refine_here(work, done.append, lambda _part: None)
    told = [outcome.state for outcome in done if outcome.path.name == "a.mcap"]

    assert told == ["refined", "refined", "skipped", "skipped"]


@pytest.mark.usefixtures("bare")
def test_a_runtime_that_a_worker_lacks_is_told_of_every_take(library: Path) -> None:
    absent = Engines(device="cuda")
    done: list[Outcome] = []

    refine_here(
        [replace(job, engines=absent) for job in jobs(library)],
        done.append,
        lambda _part: None,
    )

    assert {outcome.state for outcome in done} == {"failed"}
    assert all("run: pip install cuda" in outcome.told for outcome in done)


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_an_address_where_nobody_listens_is_said_at_once(
    library: Path, scheme: str
) -> None:
    pytest.importorskip("ray", reason="ray is not installed: facewire[fleet]")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, so that nobody else has it
        address = f"{scheme}127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(BridgeError, match="no server listens there"):
            refine_on_cluster(jobs(library), address, lambda _outcome: None)


def test_without_ray_there_is_one_sentence(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(BridgeError) as caught:
        refine_on_cluster(jobs(library), "auto", lambda _outcome: None)

    assert str(caught.value) == (
        f"--cluster: Ray is not installed; run: {here().install_extra('fleet')}"
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A real Ray on this machine, on a port of its own."""
    pytest.importorskip("ray", reason="ray is not installed: facewire[fleet]")
    address = "127.0.0.1:26379"
    process = subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "ray.scripts.scripts",
                "start",
                "--head",
                "--block",
            ),
            *("--port=26379", "--num-cpus=2", "--include-dashboard=false"),
            *("--node-ip-address=127.0.0.1", "--disable-usage-stats"),
            "--object-store-memory=100000000",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for_port("127.0.0.1", 26379, process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def wait_for_port(
    host: str, port: int, process: "subprocess.Popen[bytes]", patience_s: float = 120.0
) -> None:
    """Return once a server listens; fail if its process ends or time is up."""
    end_ns = monotonic_ns() + round(patience_s * 1e9)
    while monotonic_ns() < end_ns:
        assert process.poll() is None, "Ray ended while it started"
        try:
            with socket.create_connection((host, port), 1.0):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port} after {patience_s:g} s")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_does_the_same_work(library: Path, cluster: str) -> None:
    done: list[Outcome] = []
    for attempt in range(30):
        try:
            refine_on_cluster(jobs(library), cluster, done.append)
            break
        except BridgeError:
            # It is still starting.
            if attempt == 29:
                raise

    assert states(done) == EXPECTED
    assert sorted(p.name for p in library.glob("*_refined.mcap")) == [
        *("a_refined.mcap", "c_refined.mcap")
    ]
