"""What a frame took where a clock of its own sends it: `shape.rate`."""

import threading
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bridge.capture.source import Pixels
from bridge.metrics import KEPT, Stopwatch
from bridge.shape.motion import Timed
from bridge.shape.shaper import Shaper, ShapeStyle
from bridge.snapshot import RECENT
from bridge.solve.tracker import Landmarks
from bridge.stages import STAGES
from engines.motion.absence import Absence
from engines.motion.generator import MotionGenerator
from engines.motion.performer import Performer
from engines.runtime.engine import Engine, Tensors
from protocols.frame import FaceFrame
from protocols.timecode import Timecode, Timeline
from tests.bridge.fakes import ScriptedTracker, Steps, image
from tests.engines.motion.faces import engine
from tests.engines.motion.graph import mean_of

MS = 1_000_000
TRACK_MS, NETWORK_MS, SEND_MS = 3, 2, 1


class Clock:
    """Time that passes only where somebody works."""

    def __init__(self) -> None:
        self.now_ns = 9_000 * MS

    def __call__(self) -> int:
        return self.now_ns

    def work(self, milliseconds: int) -> None:
        self.now_ns += milliseconds * MS


class Working(ScriptedTracker):
    """Takes its time; meanwhile something else may happen."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.meanwhile: Callable[[], object] = lambda: None

    def track(self, pixels: Pixels, captured_ns: int = 0) -> list[Landmarks]:
        self.clock.work(TRACK_MS)
        self.meanwhile()
        return super().track(pixels, captured_ns)


class WorkingEngine:
    """A network that takes its time."""

    def __init__(self, inner: Engine, clock: Clock) -> None:
        self.inner, self.clock = inner, clock
        self.device, self.inputs, self.outputs = (
            *(inner.device, inner.inputs, inner.outputs),
        )

    def run(self, feeds: Tensors) -> Tensors:
        self.clock.work(NETWORK_MS)
        return self.inner.run(feeds)

    def close(self) -> None:
        self.inner.close()


class WorkingRoute:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sent_ns: list[int] = []

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        self.clock.work(SEND_MS)
        self.sent_ns.append(self.clock.now_ns)


class Stage:
    """A pipeline that sends by ticks, all on one clock."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.watch = Stopwatch(self.clock)
        self.tracker = Working(self.clock)
        self.route = WorkingRoute(self.clock)
        graph = WorkingEngine(engine(mean_of(mean=0, trend=1.0)), self.clock)
        performer = Performer(
            MotionGenerator(Timed(graph, self.watch.motion)),
            absence=Absence(idle=False),
        )
        self.steps = Steps(
            [Shaper("anna", ShapeStyle(), performer)],
            self.route,
            Timeline(Fraction(60)),
            self.watch,
            tracker=self.tracker,
            paced=True,
        )
        self._images = 0
        self._ticks = 0

    def step(self, mailbox_ms: int = 0) -> int:
        """Take an image that has waited; return when it had arrived."""
        self._images += 1
        given = replace(image(self._images), arrived_ns=self.clock.now_ns)
        self.clock.work(mailbox_ms)
        self.steps.step(given)
        return given.arrived_ns

    def tick(self) -> None:
        self._ticks += 1
        self.steps.tick(10_000 * MS + self._ticks * MS)

    @property
    def rows_ms(self) -> list[list[float]]:
        rows: list[list[float]] = (self.watch.laps_ns() / MS).tolist()
        return rows

    @property
    def whole_ms(self) -> list[float]:
        return [sum(row) for row in self.rows_ms]

    @property
    def beyond_ns(self) -> list[int]:
        watch = self.watch
        laps, networks = watch.laps_ns(), watch.networks_ns()
        inside = laps[:, [STAGES.index("track"), STAGES.index("express")]].sum(axis=1)
        beyond: list[int] = (laps.sum(axis=1) - inside - networks.sum(axis=1)).tolist()
        return beyond


def test_capture_to_send_has_the_wait_for_the_tick_and_the_send() -> None:
    stage = Stage()
    arrived_ns = stage.step(mailbox_ms=4)
    assert stage.whole_ms == []
    stage.clock.work(5)
    stage.tick()
    (row,) = stage.rows_ms
    told = dict(zip(STAGES, row, strict=True))
    assert told["wait"] == 4 + 5 and told["track"] == TRACK_MS
    assert told["send"] == SEND_MS
    # The network runs when the image is taken, and again for the instant of the tick.
    shaped, network = told["shape"], stage.watch.networks_ns()[0, 1] / MS
    assert shaped == network and shaped % NETWORK_MS == 0 and shaped > 0
    assert stage.whole_ms == [(stage.route.sent_ns[0] - arrived_ns) / MS]
    assert (stage.watch.frames, stage.watch.tracked) == (1, 1)


def test_every_tick_counts_from_the_newest_image_that_it_shows() -> None:
    stage = Stage()
    arrived_ns = [stage.step()]
    for _ in range(2):
        stage.clock.work(8)
        stage.tick()
    arrived_ns.append(stage.step())
    stage.tick()
    expected = [
        (sent_ns - from_ns) / MS
        for sent_ns, from_ns in zip(
            stage.route.sent_ns, [arrived_ns[0]] * 2 + [arrived_ns[1]], strict=True
        )
    ]
    assert stage.whole_ms == expected
    assert (stage.watch.frames, len(stage.rows_ms)) == (2, 3)


def test_a_tick_while_an_image_is_solved_shows_the_image_before() -> None:
    stage = Stage()
    first_ns = stage.step()
    stage.tracker.meanwhile = stage.tick
    second_ns = stage.step()
    stage.tracker.meanwhile = lambda: None
    stage.tick()
    sent_ns = stage.route.sent_ns
    assert stage.whole_ms == [
        (sent_ns[0] - first_ns) / MS,
        (sent_ns[1] - second_ns) / MS,
    ]
    assert min(stage.beyond_ns) >= 0


def test_while_the_camera_is_away_ticks_do_not_count() -> None:
    stage = Stage()
    stage.tick()
    stage.step()
    stage.tick()
    stage.steps.idle(600 * MS)
    for _ in range(3):
        stage.tick()
    assert len(stage.route.sent_ns) == 5 and len(stage.rows_ms) == 1
    arrived_ns = stage.step()
    stage.tick()
    assert stage.whole_ms[-1] == (stage.route.sent_ns[-1] - arrived_ns) / MS


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["step", "tick", "idle"]),
            st.integers(0, 20),
            st.integers(0, 3),
        ),
        max_size=30,
    )
)
def test_however_images_and_ticks_meet_nothing_is_less_than_nothing(
    events: list[tuple[str, int, int]],
) -> None:
    stage = Stage()

    def ticks(count: int) -> None:
        for _ in range(count):
            stage.tick()

    for kind, passed_ms, meanwhile in events:
        stage.clock.work(passed_ms)
        stage.tracker.meanwhile = lambda count=meanwhile: ticks(count)  # type: ignore[misc]
        match kind:
            case "step":
                stage.step(passed_ms)
            case "tick":
                stage.tick()
            case "idle":
                stage.steps.idle(passed_ms * MS)
    assert stage.watch.laps_ns().min(initial=0) >= 0
    assert min(stage.beyond_ns, default=0) >= 0
    assert all(row[STAGES.index("send")] == SEND_MS for row in stage.rows_ms)


def test_two_threads_at_once_never_take_from_each_other() -> None:
    watch = Stopwatch()
    timed = Timed(engine(mean_of(mean=0, trend=1.0)), watch.motion)
    performer = Performer(MotionGenerator(timed), absence=Absence(idle=False))
    route = ScriptedRoute()
    steps = Steps(
        [Shaper("anna", ShapeStyle(), performer)],
        route,
        Timeline(Fraction(60)),
        watch,
        paced=True,
    )
    steps.step(image(0))
    ended = threading.Event()

    def tick() -> None:
        count = 0
        while not ended.is_set():
            count += 1
            steps.tick(count * MS)

    other = threading.Thread(target=tick, daemon=True)
    other.start()
    try:
        i = 0
        while i < 300 or (route.count < 300 and i < 100_000):
            i += 1
            steps.step(image(i))
            assert min(watch.overhead_ms(RECENT).values()) >= 0.0
    finally:
        ended.set()
        other.join(60.0)
    assert not other.is_alive()
    laps, networks = watch.laps_ns(), watch.networks_ns()
    assert watch.frames == i + 1 and len(laps) == min(route.count, KEPT)
    assert (laps[:, [0, -1]] > 0).all()
    shape = laps[:, STAGES.index("shape")]
    assert (networks[:, 1] <= shape).all() and (networks >= 0).all()


class ScriptedRoute:
    def __init__(self) -> None:
        self.count = 0

    def publish(self, frame: FaceFrame, time: Timecode) -> None:
        self.count += 1
