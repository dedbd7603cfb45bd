from __future__ import annotations

import numpy as np
import pytest

from engines.drawing.labels import LINE, PAPER, label, legend, spelled


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jawOpen", "jawOpen"),
        ("まばたき", "mabataki"),
        ("ｳｨﾝｸ２右", "uinku2?"),
        ("にやり", "niyari"),
        ("か\u3099", "ga"),
        ("Öffnen é", "Offnen e"),
        ("рот 입", "??? ib"),
        ("□▲", "??"),
        ("a\tb\x1b", "a?b?"),
        ("", ""),
    ],
)
def test_names_are_spelled_in_ascii(text: str, expected: str) -> None:
    assert spelled(text) == expected


def test_a_legend_has_the_names_that_labels_cannot_say() -> None:
    assert legend(["rest", "困る", "blink", "あ"]) == ["1 困る", "3 あ"]


def test_a_label_fits_and_can_be_seen() -> None:
    for text in ("a", "mouthShrugUpperLeft" * 5, "é"):
        strip = label(text, 120)
        assert strip.shape == (LINE, 120, 3)
        ink = (strip != np.array(PAPER, np.uint8)).any(axis=2)
        assert ink.any()
        assert not ink[:, -3:].any()
