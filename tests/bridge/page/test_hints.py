"""The sentences that say what would make the curves better."""

from dataclasses import replace

import pytest

from bridge.page.hints import Facts, hints
from bridge.page.lamps import Lamps

GOOD = Facts(camera=True, asked=30.0, images=30.0, dropped=0.0, faces=(Lamps(True),))


def test_there_is_nothing_to_say_about_a_good_run() -> None:
    assert hints(GOOD) == []


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        (replace(GOOD, faces=(Lamps(),)), "no face is seen"),
        (replace(GOOD, faces=(Lamps(dark=True),)), "the picture is dark"),
        (replace(GOOD, faces=(Lamps(True, dark=True),)), "your face is dark"),
        (replace(GOOD, faces=(Lamps(True, turned=True),)), "turned away"),
        (replace(GOOD, faces=(Lamps(True, covered=True),)), "hidden or outside"),
        (replace(GOOD, images=15.0), "gives 15 pictures a second: more light lets it"),
        (replace(GOOD, dropped=10.0), "solves 20 of 30 pictures a second"),
        (replace(GOOD, unanswered=("osc=a:1",)), "osc=a:1: no program listens there"),
        (replace(GOOD, failing=("osc=a:1",)), "osc=a:1: sending fails"),
        (replace(GOOD, incidents=("One-Euro replaced it",)), "One-Euro replaced it"),
    ],
)
def test_each_fact_has_its_sentence(facts: Facts, word: str) -> None:
    (told,) = hints(facts)
    assert word in told


def test_darkness_explains_a_slow_camera() -> None:
    told = hints(replace(GOOD, images=15.0, faces=(Lamps(True, dark=True),)))
    assert len(told) == 1 and "dark" in told[0]


def test_a_file_is_never_slow_and_few_pictures_say_nothing() -> None:
    assert hints(replace(GOOD, camera=False, images=10.0)) == []
    assert hints(replace(GOOD, images=1.0, dropped=1.0)) == []


def test_a_sink_that_fails_is_told_once() -> None:
    both = replace(GOOD, unanswered=("osc=a:1",), failing=("osc=a:1",))
    assert len(hints(both)) == 1
