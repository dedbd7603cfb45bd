import json
import os
import stat
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from engines.runtime.cache import Made, PlanCache, PlanRefused, cache_folder
from engines.runtime.plan_key import PlanKey, Recipe
from engines.runtime.runtimes import DeviceError

from .plans import KEY, PLAN, Kitchen, files

GOLDEN = "13b1f5fa0ebfcca47b60c0cb9b81896b205ee8f29946ef8c3ef0d9065156cd96"
"""Of `KEY` on "Linux x86_64", as first computed; another value drops users' plans."""

OTHERS: dict[str, Any] = {
    "flavour": "tensorrt_rtx",
    "version": "11.4.0.107",
    "graph": "solver",
    "onnx_sha256": "ac" * 32,
    "precision": "fp16",
    "tensors": (("feature", (1, 251)), ("values", (1, 58))),
    "recipe": Recipe(tf32=True),
    "gpu_name": "NVIDIA H200",
    "gpu_capability": "9.1",
    "gpu_multiprocessors": 66,
    "system": "Windows AMD64",
    "schema": 99,
}


def test_every_field_is_part_of_the_key() -> None:
    assert {field.name for field in fields(PlanKey)} == OTHERS.keys()
    digests = {replace(KEY, **{name: other}).digest() for name, other in OTHERS.items()}
    assert len(digests | {KEY.digest()}) == len(OTHERS) + 1
    changes: dict[str, Any] = {field.name: 1 for field in fields(Recipe)}
    recipes = [Recipe(), *(replace(Recipe(), **{k: v}) for k, v in changes.items())]
    assert len({replace(KEY, recipe=one).digest() for one in recipes}) == len(recipes)


def test_the_key_is_the_same_in_every_process() -> None:
    key = replace(KEY, system="Linux x86_64")
    text = json.dumps(key.plain(), sort_keys=True, separators=(",", ":"))
    assert text.startswith('{"flavour":"tensorrt","gpu_capability":"9.0",')
    assert key.digest() == GOLDEN


def test_a_plan_is_made_once(cache: PlanCache) -> None:
    kitchen = Kitchen()
    first = cache.obtain(KEY, kitchen, bytes)
    second = cache.obtain(KEY, kitchen, bytes)
    assert (first.value, first.built, first.problems) == (PLAN, True, ())
    assert (second.value, second.built, second.problems) == (PLAN, False, ())
    assert kitchen.made == 1
    (entry,) = cache.entries()
    assert (entry.size, entry.key, entry.about) == (
        len(PLAN),
        KEY.plain(),
        {"number": 1},
    )


def test_a_second_cache_of_the_folder_finds_it(cache: PlanCache) -> None:
    cache.obtain(KEY, Kitchen(), bytes)
    kitchen = Kitchen()
    assert not PlanCache(cache.folder).obtain(KEY, kitchen, bytes).built
    assert kitchen.made == 0


def test_nothing_is_left_half_written(cache: PlanCache) -> None:
    cache.obtain(KEY, Kitchen(), bytes)
    assert {path.suffix for path in cache.folder.iterdir()} == {
        ".plan",
        ".json",
        ".lock",
    }


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "plans")
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    cache.folder.chmod(0o755)
    PlanCache(cache.folder)
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    cache.obtain(KEY, Kitchen(), bytes)
    for path in cache.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_folder_that_others_could_write_is_refused(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(DeviceError, match="a plan contains code; delete the folder"):
        PlanCache(folder)


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "plans").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DeviceError, match="a plan contains code"):
        PlanCache(tmp_path / "plans")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeviceError, match="set FACEWIRE_HOME"):
        PlanCache(tmp_path / "file" / "plans")


def test_the_folder_follows_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "plans"
    monkeypatch.delenv("FACEWIRE_HOME")
    assert cache_folder().parts[-2:] == ("facewire", "plans")


def refuse(*contents: bytes) -> Callable[[bytes], bytes]:
    def accept(content: bytes) -> bytes:
        if content in contents:
            raise PlanRefused("it is stale")
        return content

    return accept


def test_a_plan_that_is_refused_is_built_once_more(cache: PlanCache) -> None:
    cache.obtain(KEY, Kitchen(b"old"), bytes)
    found = cache.obtain(KEY, Kitchen(b"new"), refuse(b"old"))
    assert (found.value, found.built) == (b"new", True)
    assert "it is stale" in found.problems[0]
    assert cache.obtain(KEY, Kitchen(), bytes).value == b"new"


def test_a_new_plan_that_is_refused_is_not_kept(cache: PlanCache) -> None:
    kitchen = Kitchen()
    with pytest.raises(PlanRefused, match="stale"):
        cache.obtain(KEY, kitchen, refuse(PLAN))
    assert kitchen.made == 1
    assert not cache.entries()


def test_what_the_builder_raises_comes_through_and_frees_the_key(
    cache: PlanCache,
) -> None:
    def broken() -> Made:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.obtain(KEY, broken, bytes)
    assert cache.obtain(KEY, Kitchen(), bytes).built


def test_what_was_not_used_for_longest_goes(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "plans", cap=2 * len(PLAN))
    keys = [replace(KEY, gpu_multiprocessors=number) for number in range(3)]
    for at, key in enumerate(keys[:2]):
        cache.obtain(key, Kitchen(), bytes)
        os.utime(cache.folder / f"{key.digest()}.plan", (at, at))
    cache.obtain(keys[0], Kitchen(), bytes)  # now the newer one
    cache.obtain(keys[2], Kitchen(), bytes)
    kept = {entry.key["gpu_multiprocessors"] for entry in cache.entries()}
    assert kept == {0, 2}
    assert len(files(cache, ".json")) == 2


def test_a_plan_beyond_the_cap_serves_and_stays(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "plans", cap=1)
    assert cache.obtain(KEY, Kitchen(), bytes).built
    assert not cache.obtain(KEY, Kitchen(), bytes).built


def test_clear_deletes_all_but_locks(cache: PlanCache) -> None:
    cache.obtain(KEY, Kitchen(), bytes)
    cache.obtain(KEY, Kitchen(b"new"), refuse(PLAN))
    assert cache.clear() == (2, len(PLAN) + 3)
    assert {path.suffix for path in cache.folder.iterdir()} == {".lock"}
    assert cache.clear() == (0, 0)
    assert cache.obtain(KEY, Kitchen(), bytes).built
