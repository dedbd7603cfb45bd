from itertools import islice
from pathlib import Path

from bridge.refine.names import is_refined, refined_names


def test_refined_takes_are_known_by_their_names() -> None:
    for name in ("a_refined.mcap", "a_refined_12.mcap"):
        assert is_refined(Path(name))
    for name in ("a.mcap", "refined.mcap", "a_refined.json"):
        assert not is_refined(Path(name))


def test_every_name_that_a_refined_take_may_have_is_one_of_a_refined_take() -> None:
    names = list(islice(refined_names(Path("shot.v2.mcap"), Path("out")), 3))
    assert names == [
        Path("out/shot.v2_refined.mcap"),
        Path("out/shot.v2_refined_2.mcap"),
        Path("out/shot.v2_refined_3.mcap"),
    ]
    assert all(map(is_refined, names))
