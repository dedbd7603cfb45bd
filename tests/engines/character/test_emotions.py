import pytest

from engines.character.emotions import Emotions
from engines.character.mapping import EMOTIONS
from protocols.channels import Vector
from tests.engines.character.rigs import NEUTRAL, chances

STEP = 33_000_000


class Played:
    """Plays probabilities at 30 a second and keeps the weights."""

    def __init__(self, *has: str) -> None:
        self.emotions = Emotions(has or EMOTIONS)
        self.ns = 0
        self.last: dict[str, float] = {}

    def play(self, expression: Vector, seconds: float) -> dict[str, float]:
        for _ in range(round(seconds * 1e9 / STEP)):
            self.ns += STEP
            values = self.emotions(expression, self.ns)
            self.last = dict(zip(EMOTIONS, values, strict=True))
        return self.last


def test_a_sure_emotion_fades_in_and_out() -> None:
    played = Played()
    assert played.play(chances(happiness=0.9), 1.5)["happy"] > 0.98
    assert played.play(chances(neutral=1.0), 1.5)["happy"] < 0.02


def test_between_the_thresholds_an_emotion_stays_as_it_is() -> None:
    played = Played()
    assert played.play(chances(happiness=0.55), 1.0)["happy"] == 0.0
    played.play(chances(happiness=0.7), 1.0)
    assert played.play(chances(happiness=0.45), 1.0)["happy"] > 0.98


def test_a_flash_shorter_than_150_ms_shows_nothing() -> None:
    played = Played()
    played.play(chances(neutral=1.0), 1.0)
    played.play(chances(surprise=1.0), 0.1)
    assert played.play(chances(neutral=1.0), 0.5)["surprised"] == 0.0


def test_no_frame_jumps() -> None:
    played, before, most = Played(), 0.0, 0.0
    for at in range(90):
        now = played.play(chances(anger=1.0 if at < 45 else 0.0), 0.033)["angry"]
        most, before = max(most, abs(now - before)), now
    assert 0.0 < most < 0.15


def test_only_one_emotion_is_shown() -> None:
    played = Played()
    played.play(chances(happiness=0.9), 1.0)
    after = played.play(chances(sadness=0.9), 1.5)
    assert after["sad"] > 0.98
    assert after["happy"] < 0.02


@pytest.mark.parametrize(
    ("has", "felt", "shown"),
    [
        (EMOTIONS, {"disgust": 0.5, "contempt": 0.4}, "angry"),
        (EMOTIONS, {"fear": 0.8}, "surprised"),
        (("happy", "sad"), {"fear": 0.8}, "sad"),
        (("relaxed",), {"happiness": 0.8}, "relaxed"),
    ],
)
def test_what_has_no_emotion_of_its_own_is_shown_by_the_nearest(
    has: tuple[str, ...], felt: dict[str, float], shown: str
) -> None:
    after = Played(*has).play(chances(**felt), 1.5)
    assert {name for name, value in after.items() if value > 0.5} == {shown}


def test_an_emotion_that_the_character_lacks_is_not_shown() -> None:
    assert Played("happy").play(chances(anger=1.0), 1.5)["angry"] == 0.0


def test_time_that_stands_still_or_runs_back_fades_nothing() -> None:
    played = Played()
    played.play(chances(happiness=0.9), 0.4)
    before = played.last["happy"]
    assert 0.0 < before < 1.0
    values = played.emotions(chances(happiness=0.9), played.ns)
    assert values[0] == before
    assert played.emotions(NEUTRAL, 5)[0] == before
