"""Names of new files beside a take."""

from __future__ import annotations

from pathlib import Path

from bridge.takes.free_names import free_path, path_of_each


def test_a_name_that_exists_gets_a_number(tmp_path: Path) -> None:
    take = tmp_path / "A_001.mcap"
    first = free_path(take, "_trimmed", ".mcap")
    assert first == tmp_path / "A_001_trimmed.mcap"
    first.touch()
    assert free_path(take, "_trimmed", ".mcap").name == "A_001_trimmed_2.mcap"
    (tmp_path / "A_001_trimmed_2.mcap").touch()
    assert free_path(take, "_trimmed", ".mcap").name == "A_001_trimmed_3.mcap"


def test_several_faces_get_files_of_their_own() -> None:
    path = Path("A_001.csv")
    assert path_of_each(path, ["anna"]) == [path]
    names = [one.name for one in path_of_each(path, ["a/b", "a:b", "ännä"])]
    assert names == ["A_001_a_b.csv", "A_001_a_b_.csv", "A_001_ännä.csv"]
