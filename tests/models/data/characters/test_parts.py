from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from models.data.characters.errors import CharacterError
from models.data.characters.parts import read_parts
from models.data.characters.pictures import LARGEST, read_picture
from tests.characters import scene
from tests.glb_writer import GlbWriter

CORNERS = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def triangle(out: GlbWriter, **attributes: int) -> dict[str, Any]:
    """Return a primitive of one triangle."""
    return {"attributes": {"POSITION": out.floats(CORNERS), **attributes}}


def place(out: GlbWriter, primitive: dict[str, Any], **node: Any) -> None:
    out.document["meshes"] = [{"primitives": [primitive]}]
    out.document["nodes"] = [{"mesh": 0, **node}]


def test_a_node_places_its_mesh_and_turns_its_shapes() -> None:
    out = GlbWriter()
    primitive = triangle(out)
    primitive["targets"] = [{"POSITION": out.floats([[0, 0, 1.0]] * 3)}]
    primitive["extras"] = {"targetNames": ["jawOpen"]}
    quarter = [0.0, np.sin(np.pi / 4), 0.0, np.cos(np.pi / 4)]
    place(out, primitive, rotation=quarter, translation=[0, 5, 0], scale=[2, 2, 2])
    (part,) = read_parts(scene(out.content()))
    assert part.vertices[1] == pytest.approx([0, 5, -2], abs=1e-6)
    (moved,) = part.shapes.values()
    assert moved[0] == pytest.approx([2, 0, 0], abs=1e-6)


def test_a_skin_moves_each_vertex_by_its_joints() -> None:
    out = GlbWriter()
    joints = out.accessor([[0, 1, 0, 0]] * 3, "u1", 5121)
    weights = out.floats([[1, 0, 0, 0], [0, 1, 0, 0], [0.5, 0.5, 0, 0]])
    primitive = triangle(out, JOINTS_0=joints, WEIGHTS_0=weights)
    # The node's own place does not count for a skinned mesh.
    place(out, primitive, skin=0, translation=[100, 0, 0])
    out.document["nodes"] += [{"translation": [0, 0, 1]}, {"translation": [0, 0, 4]}]
    back = np.tile(np.eye(4), (2, 1, 1))
    back[1, 3, 2] = -2.0  # column by column: a step back of 2 along z
    matrices = out.floats(back.reshape(2, 16))
    out.document["skins"] = [{"joints": [1, 2], "inverseBindMatrices": matrices}]
    (part,) = read_parts(scene(out.content()))
    assert part.vertices.tolist() == [[0, 0, 1], [1, 0, 2], [0, 1, 1.5]]
    assert part.owners[:2].tolist() == [1, 2]


def test_both_halves_of_a_curve_are_added_up() -> None:
    out = GlbWriter()
    primitive = triangle(out)
    primitive["targets"] = [
        {"POSITION": out.floats([[0, 1.0, 0], [0, 0, 0], [0, 0, 0]])},
        {"POSITION": out.floats([[0, 0, 0], [0, 2.0, 0], [0, 0, 0]])},
    ]
    primitive["extras"] = {"targetNames": ["browInnerUp_L", "browInnerUp_R"]}
    place(out, primitive)
    (part,) = read_parts(scene(out.content()))
    (moved,) = part.shapes.values()
    assert moved[:, 1].tolist() == [1, 2, 0]


def test_colours_of_material_and_vertices_are_multiplied() -> None:
    out = GlbWriter()
    colours = out.accessor([[255, 0, 51, 255]] * 3, "u1", 5121, normalized=True)
    primitive = {**triangle(out, COLOR_0=colours), "material": 0}
    look = {"baseColorFactor": [0.5, 0.5, 0.5, 1.0]}
    out.document["materials"] = [{"pbrMetallicRoughness": look, "doubleSided": True}]
    place(out, primitive)
    (part,) = read_parts(scene(out.content()))
    assert part.double
    assert part.colours[0] == pytest.approx([0.5, 0.0, 0.1])


def test_lines_and_points_are_left_out() -> None:
    out = GlbWriter()
    place(out, {**triangle(out), "mode": 1})
    assert read_parts(scene(out.content())) == []


def textured(picture: np.ndarray[Any, Any]) -> GlbWriter:
    out = GlbWriter()
    content = cv2.imencode(".png", picture)[1].tobytes()
    out.document["images"] = [{"bufferView": out.view(content)}]
    out.document["textures"] = [{"source": 0}]
    look = {"baseColorTexture": {"index": 0}}
    out.document["materials"] = [{"pbrMetallicRoughness": look}]
    uv = out.floats([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    place(out, {**triangle(out, TEXCOORD_0=uv), "material": 0})
    return out


def test_a_texture_is_linear_light_in_red_green_blue() -> None:
    picture = np.zeros((2, 2, 3), dtype=np.uint8)
    picture[0, 1] = (0, 128, 255)
    found = scene(textured(picture).content())
    assert found.materials[0].image == 0
    assert read_parts(found)[0].uv.tolist() == [[0, 0], [1, 0], [0, 1]]
    light = read_picture(found.images[0], "it")
    assert light[0, 1] == pytest.approx([1.0, (128 / 255) ** 2.2, 0.0], abs=1e-4)


def test_a_large_texture_is_reduced() -> None:
    picture = np.full((LARGEST // 4, LARGEST * 2, 3), 255, dtype=np.uint8)
    content = scene(textured(picture).content()).images[0]
    assert read_picture(content, "it").shape == (LARGEST // 8, LARGEST, 3)


def test_a_damaged_texture_gets_a_sentence() -> None:
    content = cv2.imencode(".png", np.zeros((2, 2, 3), dtype=np.uint8))[1].tobytes()
    with pytest.raises(CharacterError, match=r"images.0. is no PNG, JPEG or WebP"):
        read_picture(content[:20], "images[0]")
    with pytest.raises(CharacterError, match="lies in another file"):
        read_picture(b"", "images[0]")
