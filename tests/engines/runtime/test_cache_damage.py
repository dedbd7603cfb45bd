"""Kept plans and descriptions that were changed, cut or put elsewhere."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.runtime.cache import PlanCache

from .plans import KEY, PLAN, Kitchen, files


@settings(max_examples=60)
@given(st.integers(0, len(PLAN) - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: int
) -> None:
    cache = PlanCache(tmp_path_factory.mktemp("cache") / "plans")
    cache.obtain(KEY, Kitchen(), bytes)
    (path,) = files(cache, ".plan")
    damaged = bytearray(PLAN)
    damaged[at] ^= change
    path.write_bytes(damaged)
    seen: list[bytes] = []

    def accept(content: bytes) -> bytes:
        seen.append(content)
        return content

    found = cache.obtain(KEY, Kitchen(), accept)
    assert seen == [PLAN]  # what was damaged is never handed out
    assert found.built
    assert "sha256" in found.problems[0]
    assert path.with_suffix(".bad").read_bytes() == damaged


@pytest.mark.parametrize("length", [0, 1, 17, len(PLAN) - 1, len(PLAN) + 1])
def test_another_length_is_seen(cache: PlanCache, length: int) -> None:
    cache.obtain(KEY, Kitchen(), bytes)
    (path,) = files(cache, ".plan")
    path.write_bytes((PLAN + b"x")[:length])
    found = cache.obtain(KEY, Kitchen(), bytes)
    assert (found.value, found.built) == (PLAN, True)
    assert "another size" in found.problems[0]
    assert str(path.with_suffix(".bad")) in found.problems[0]


def described(cache: PlanCache) -> bytes:
    cache.obtain(KEY, Kitchen(), bytes)
    (path,) = files(cache, ".json")
    return path.read_bytes()


def test_every_truncation_of_the_description_is_seen(cache: PlanCache) -> None:
    whole = described(cache)
    (path,) = files(cache, ".json")
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert not cache.entries(), length
        if length % 100:
            continue
        found = cache.obtain(KEY, Kitchen(), bytes)
        assert found.built, length
        assert "description" in found.problems[0]
    path.write_bytes(whole)
    assert not cache.obtain(KEY, Kitchen(), bytes).built


@settings(max_examples=60)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["sha256", "size", "key", "about"]), inner
                )
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_no_description_makes_it_raise(
    tmp_path_factory: pytest.TempPathFactory, text: bytes
) -> None:
    cache = PlanCache(tmp_path_factory.mktemp("cache") / "plans")
    cache.obtain(KEY, Kitchen(), bytes)
    (path,) = files(cache, ".json")
    path.write_bytes(text)
    assert len(cache.entries()) <= 1
    found = cache.obtain(KEY, Kitchen(), bytes)
    assert (found.value, found.built) == (PLAN, True)


def test_a_plan_for_something_else_is_not_used(cache: PlanCache) -> None:
    """Somebody renamed it, or hashes met."""
    cache.obtain(KEY, Kitchen(b"for an H100"), bytes)
    other = replace(KEY, gpu_name="NVIDIA H200")
    for suffix in (".plan", ".json"):
        (path,) = files(cache, suffix)
        path.rename(cache.folder / f"{other.digest()}{suffix}")
    found = cache.obtain(other, Kitchen(b"for an H200"), bytes)
    assert (found.value, found.built) == (b"for an H200", True)
    assert "built for something else" in found.problems[0]


def test_a_plan_that_is_a_link_is_not_used(cache: PlanCache, tmp_path: Path) -> None:
    cache.obtain(KEY, Kitchen(), bytes)
    (path,) = files(cache, ".plan")
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert cache.obtain(KEY, Kitchen(), bytes).built
    assert elsewhere.read_bytes() == PLAN
