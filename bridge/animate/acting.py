"""Lets a character act a take: postures for pictures and files, values for VRM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bridge.takes.take import Take
from engines.character.character import Character, Posture
from engines.character.mapping import Mapping
from engines.character.retarget import Retarget
from protocols.arrays import Floats, Numbers


def seconds(take: Take) -> Numbers:
    """Return (F,) seconds of the frames, from 0."""
    since: Numbers = (take.captured_ns - take.captured_ns[0]) / 1e9
    return since


def postures(character: Character, mapping: Mapping, take: Take) -> Iterator[Posture]:
    """Yield the character's posture in each frame."""
    retarget = Retarget(character, mapping)
    for vector, expression, at_ns in _rows(take):
        yield retarget.perform(vector, expression, at_ns)


def expressions(
    character: Character, mapping: Mapping, take: Take
) -> tuple[dict[str, Floats], Floats]:
    """Return (F,) values of the character's expressions by name, and the (F, 85)
    vectors fitted to it."""
    retarget = Retarget(character, mapping)
    fitted = np.empty_like(take.vectors)
    values = np.empty((len(fitted), len(retarget.names)), dtype=np.float32)
    for at, (vector, expression, at_ns) in enumerate(_rows(take)):
        fitted[at] = retarget.fit(vector)
        values[at] = retarget.values(fitted[at], expression, at_ns)
    named = {name: values[:, k] for k, name in enumerate(retarget.names)}
    return named, fitted


def _rows(take: Take) -> Iterator[tuple[Floats, Floats, int]]:
    yield from zip(
        take.vectors, take.expressions, take.captured_ns.tolist(), strict=True
    )
