from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.character.character import Character, Posture, rest
from engines.drawing import compiled, scanlines
from engines.drawing.develop import Picture
from engines.drawing.draw import View, draw
from engines.drawing.drawable import drawable
from protocols.gltf.scene import Material, Mesh
from protocols.gltf.vrm import Vrm

from .scenes import SQUARE, made, node, png, primitive, square

VIEW = View(32, 32, fine=1)
WHOLE = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32)
"""Texture coordinates: the picture upright on the square."""
RED = Material(np.array([1, 0, 0], np.float32), -1, False, 0.0)
PAINTED = Material(np.ones(3, np.float32), 0, False, 0.0)


def drawn(shape: Character, view: View = VIEW) -> Picture:
    return draw(drawable(shape), rest(shape), view)


def test_a_square_stands_in_the_middle_on_the_background() -> None:
    found = drawn(square(RED))
    assert found.shape == (32, 32, 3)
    assert found.dtype == np.uint8
    blue, green, red = found[16, 16]
    assert red > 150 > 5 > max(blue, green)
    assert (found[0] == found[0, 0]).all()
    covered = (found != found[0, 0]).any(axis=2)
    np.testing.assert_array_equal(covered, covered[::-1, ::-1])
    assert 0.5 < covered.mean() < 0.6


def test_a_back_is_drawn_of_a_double_sided_material_alone() -> None:
    behind = replace(VIEW, yaw=np.pi)
    empty = drawn(square(RED), behind)
    assert (empty == empty[0, 0]).all()
    both = replace(RED, double=True)
    back = drawn(square(both), behind)
    # It is lit from where it is seen.
    np.testing.assert_allclose(back[16, 16], drawn(square(both))[16, 16], atol=2)


def test_a_character_that_looks_along_minus_z_is_turned_round() -> None:
    shape = square(RED, vrm=Vrm(0))
    assert (drawn(shape) == drawn(shape)[0, 0]).all()
    assert (drawn(shape, replace(VIEW, yaw=np.pi))[16, 16] != 0).any()


def test_yaw_turns_to_the_characters_left_which_is_right_in_the_picture() -> None:
    # The right half of the picture is nearer, so larger, when it turns away from it.
    covered = drawn(square(RED), replace(VIEW, yaw=0.7))
    covered = (covered != covered[0, 0]).any(axis=2)
    assert covered[:, :16].sum() > 1.1 * covered[:, 16:].sum()


def test_a_texture_stands_upright_and_colours_multiply() -> None:
    content = png([[[255, 255, 255], [0, 0, 255]], [[255, 0, 0], [0, 255, 0]]])
    found = drawn(square(PAINTED, uv=WHOLE, images=(content,))).astype(int)
    assert found[11, 11].min() > 150
    assert found[11, 21].argmax() == 2
    assert found[21, 11].argmax() == 0
    assert found[21, 21].argmax() == 1
    dark = replace(PAINTED, colour=np.array([0, 1, 1], np.float32))
    assert drawn(square(dark, uv=WHOLE, images=(content,)))[11, 11, 2] == 0


def test_vertex_colours_multiply_too() -> None:
    colours = np.array([[0, 1, 0]] * 4, np.float32)
    assert drawn(square(colours=colours))[16, 16].argmax() == 1
    assert drawn(square(RED, colours=colours))[16, 16].max() == 0


def test_holes_are_where_alpha_is_below_the_cutoff() -> None:
    content = png([[[255, 255, 255, 255], [255, 255, 255, 100]]])
    holes = replace(PAINTED, cutoff=0.5)
    found = drawn(square(holes, uv=WHOLE, images=(content,)))
    assert (found[:, 17:] == found[0, 0]).all()
    assert (found[16, 8:15] != found[0, 0]).any(axis=1).all()
    lower = replace(PAINTED, cutoff=0.3)
    assert (drawn(square(lower, uv=WHOLE, images=(content,)))[16, 20] > 100).all()


def test_what_is_transparent_throughout_is_left_out() -> None:
    found = drawn(square(replace(RED, cutoff=2.0)))
    assert (found == found[0, 0]).all()


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_cannot_be_had_is_white(content: bytes) -> None:
    found = drawn(square(PAINTED, uv=WHOLE, images=(content,)))
    np.testing.assert_array_equal(found, drawn(square(replace(PAINTED, image=-1))))


def test_a_morph_shows() -> None:
    moves = np.zeros((1, 4, 3), np.float32)
    moves[0, 2:] = (0, -1, 0)
    part = primitive(SQUARE, moves=moves)
    shape = made((node("head", mesh=0),), (Mesh("head", ("flat",), (part,)),))
    subject = drawable(shape)
    still = draw(subject, rest(shape), VIEW)
    flat = draw(subject, Posture(np.ones(1, np.float32), {}, {}), VIEW)
    assert (still[10, 16] != still[0, 0]).any()
    assert (flat[10, 16] == still[0, 0]).all()


@pytest.mark.parametrize("fine", [1, 2])
def test_both_implementations_of_the_z_buffer_give_the_same_picture(fine: int) -> None:
    subject = drawable(square(RED))
    posture = rest(subject.made.character)
    view = View(40, 30, "bust", 0.4, fine)
    one = draw(subject, posture, view, scanlines.fill)
    other = draw(subject, posture, view, compiled.fill)
    np.testing.assert_allclose(one.astype(int), other.astype(int), atol=1)
    assert one.shape == (30, 40, 3)


def test_a_character_without_anything_is_background() -> None:
    found = drawn(made((node("root"),), ()))
    assert (found == found[0, 0]).all()


def test_a_wild_posture_draws_something_or_nothing_and_never_fails() -> None:
    subject = drawable(square(RED))
    for turn in ([0, 0, 0, 0], [1e20, 0, 0, 1], [3, 4, 5, 6]):
        wild = Posture(np.zeros(0, np.float32), {0: np.array(turn, np.float32)}, {})
        assert draw(subject, wild, VIEW).shape == (32, 32, 3)
    away = {0: np.array([1e30, 0, 0], np.float32)}
    found = draw(subject, Posture(np.zeros(0, np.float32), {}, away), VIEW)
    assert (found == found[0, 0]).all()


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    content = bytearray(png([[[0, 0, 255]]]))
    content[16:24] = (70_000).to_bytes(4, "big") * 2
    found = drawn(square(PAINTED, uv=WHOLE, images=(bytes(content),)))
    np.testing.assert_array_equal(found, drawn(square(replace(PAINTED, image=-1))))
