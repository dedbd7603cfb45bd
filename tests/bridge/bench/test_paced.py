from bridge.bench.paced import PacedSource
from bridge.capture.source import Image
from tests.bridge.fakes import ListSource, image


class Counting(ListSource):
    def read(self, timeout_s: float | None = None) -> Image | None:
        return image(0)


def test_the_paced_source_gives_a_rate_and_a_timeline() -> None:
    paced = PacedSource(Counting([]), 200.0, 10)
    images = []
    while (given := paced.read()) is not None:
        images.append(given)
    # A busy machine may pass over some: then the timeline says so.
    count = 10 + paced.dropped
    captured = [i.captured_ns for i in images]
    assert captured[0] == 0 and captured[-1] == 5_000_000 * (count - 1)
    assert len(captured) == 10 and captured == sorted(captured)
    for given in images:
        assert given.arrived_ns - images[0].arrived_ns >= given.captured_ns - 1_000_000
    paced.close()
    assert paced.read() is None and paced.ended
