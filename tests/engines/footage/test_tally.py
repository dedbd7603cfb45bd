import pytest

from engines.footage.tally import Tally, judge
from protocols.container.contents import Contents

FRAME_NS = 40_000_000
MATROSKA = Contents("Matroska", sound=False)


def tally(*due: float, failed: dict[int, int] | None = None) -> Tally:
    """Return the tally of pictures at those intervals; `failed` tries before some."""
    made = Tally(FRAME_NS)
    for i, place in enumerate(due):
        made.take(round(place * FRAME_NS), (failed or {}).get(i, 0))
    return made


def test_nothing_is_missing() -> None:
    for stated in (None, 4):
        assert judge(tally(0, 1, 2, 3), MATROSKA, stated, 0.16) == (0, "")
    assert judge(tally(0, 1, 2, 3, 4), MATROSKA, 4, 0.16) == (0, "")


def test_what_the_container_counts_is_believed() -> None:
    made = tally(0, 1, 2, 6, failed={3: 2})
    told = "1 of 5 pictures is missing: it is damaged"
    assert judge(made, Contents("MP4"), 5, 0.3) == (1, told)
    assert judge(made, Contents("MP4"), 4, 0.3) == (0, "")


def test_without_a_count_failures_and_holes_are() -> None:
    made = tally(0, 1, 2, 6, 7, failed={3: 2})
    assert made.inside == 3
    told = "3 of 8 pictures are missing: it is damaged"
    assert judge(made, MATROSKA, None, 0.32) == (3, told)
    told = "3 of 8 pictures are missing: damaged, or never recorded"
    assert judge(tally(0, 1, 2, 6, 7), MATROSKA, None, 0.32) == (3, told)


def test_a_variable_rate_has_no_holes() -> None:
    assert judge(tally(0, 0.6, 2.1, 4.5, 5), MATROSKA, None, 0.3) == (0, "")


def test_milliseconds_are_no_variable_rate() -> None:
    made = Tally(16_666_667)
    for i in (*range(40), *range(43, 60)):
        made.take(round(i * 16.666667) * 1_000_000, 0)
    assert made.inside == 3


def test_a_gap_is_told_and_is_no_damage() -> None:
    made = tally(0, 1, 2)
    gap = made.take(402 * FRAME_NS, 0)
    assert str(gap) == (
        "has no picture from 0.1 s to 16.1 s, where 399 would be expected; that time "
        "is kept"
    )
    assert judge(made, MATROSKA, None, 403 * 0.04) == (0, "")


def test_the_room_of_a_gap_goes_by_the_pictures_before_it() -> None:
    made = Tally(240_000_000)  # a mean over the gap
    for i in range(4):
        assert made.take(i * FRAME_NS, 0) is None
    gap = made.take(15_120_000_000, 0)
    assert gap is not None and gap.room == 374
    assert made.end_ns == 15_160_000_000


def test_slow_pictures_are_no_gaps() -> None:
    made = Tally(2_000_000_000)
    assert [made.take(i * 2_000_000_000, 0) for i in range(4)] == [None] * 4


def test_an_end_before_the_files() -> None:
    silent, loud = Contents("Matroska", sound=False), Contents("Matroska", sound=True)
    made = tally(0, 1, 2, 3)
    assert judge(made, silent, None, 1.16)[0] == 25
    assert judge(made, loud, None, 1.16) == (0, "its pictures end at 0.2 s of 1.2 s")
    assert judge(made, loud, None, 0.5) == (0, "")  # sound ends a little later


def test_a_file_that_is_cut_says_so() -> None:
    cut = Contents("MP4", sound=True, missing_bytes=41_771)
    told = "6 of 10 pictures are missing: the file is cut short by 41,771 bytes"
    assert judge(tally(0, 1, 2, 3), cut, 10, 0.4) == (6, told)
    assert judge(tally(0, 1, 2, 3), cut, None, 1.0)[0] == 21
    told = "the file is cut short by 41,771 bytes"
    assert judge(tally(0, 1, 2, 3), cut, 4, 0.16) == (0, told)


@pytest.mark.parametrize(
    ("codec", "stated", "missing"),
    [("XVID", 7, 0), ("XVID", 8, 4), ("MJPG", 5, 1), ("MJPG", 4, 0)],
)
def test_placeholders_of_an_avi_are_no_damage(
    codec: str, stated: int, missing: int
) -> None:
    avi = Contents("AVI", codec=codec)
    found, told = judge(tally(0, 1, 2, 3), avi, stated, 0.3)
    assert found == missing
    assert bool(missing) == told.endswith(
        "; the pictures after them may be shown too early"
    )
