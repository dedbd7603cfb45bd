from __future__ import annotations

import base64
from typing import Any

import pytest

from protocols.gltf.checks import GltfError
from protocols.gltf.scene import Material
from tests.characters import scene, tiny, vrm0

PNG = b"\x89PNG\r\n\x1a\n and so on"
TEXTURES: dict[str, Any] = {"images": [{}, {}], "textures": [{"source": 1}, {}]}


def material(table: dict[str, Any], **document: Any) -> Material:
    (found,) = scene(tiny(materials=[table], **{**TEXTURES, **document})).materials
    return found


def test_a_plain_material_is_white_and_has_one_side() -> None:
    found = material({})
    assert found.colour.tolist() == [1, 1, 1]
    assert (found.image, found.double, found.cutoff) == (-1, False, 0.0)


def test_colour_and_texture_are_of_the_base_colour() -> None:
    look = {"baseColorFactor": [0.5, 2, 0, 1], "baseColorTexture": {"index": 0}}
    found = material({"pbrMetallicRoughness": look, "doubleSided": True})
    assert found.colour.tolist() == [0.5, 1, 0]
    assert (found.image, found.double) == (1, True)


def test_a_texture_may_have_a_webp_or_no_picture_that_is_read() -> None:
    webp = {"EXT_texture_webp": {"source": 0}}
    look = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
    assert material(look, textures=[{"source": 1, "extensions": webp}]).image == 0
    basis = {"KHR_texture_basisu": {"source": 0}}
    assert material(look, textures=[{"extensions": basis}]).image == -1


@pytest.mark.parametrize(
    ("table", "alpha", "cutoff"),
    [
        ({}, 0.5, 0.0),
        ({"alphaMode": "OPAQUE", "alphaCutoff": 0.9}, 1.0, 0.0),
        ({"alphaMode": "MASK"}, 1.0, 0.5),
        ({"alphaMode": "MASK", "alphaCutoff": 0.2}, 0.5, 0.4),
        ({"alphaMode": "MASK", "alphaCutoff": 0.0}, 0.0, 0.0),
        ({"alphaMode": "BLEND", "alphaCutoff": 0.1}, 1.0, 0.5),
        ({"alphaMode": "BLEND"}, 0.0, 2.0),
    ],
)
def test_what_alpha_is_not_drawn(
    table: dict[str, Any], alpha: float, cutoff: float
) -> None:
    look = {"pbrMetallicRoughness": {"baseColorFactor": [1, 1, 1, alpha]}}
    assert material({**table, **look}).cutoff == pytest.approx(cutoff)


UNITY = {
    "vectorProperties": {"_Color": [0.5, 1, 0, 1]},
    "textureProperties": {"_MainTex": 0},
}


def test_a_colour_of_unity_counts_where_gltf_has_none() -> None:
    found = material({}, vrm0=vrm0(materialProperties=[UNITY]))
    # As light: half of what a screen shows is a fifth.
    assert found.colour == pytest.approx([0.5**2.2, 1, 0])
    assert found.image == 1


def test_a_colour_of_gltf_counts_before_that_of_unity() -> None:
    look = {"pbrMetallicRoughness": {"baseColorFactor": [1, 1, 1, 1]}}
    found = material(look, vrm0=vrm0(materialProperties=[UNITY]))
    assert (found.colour.tolist(), found.image) == ([1, 1, 1], -1)


def test_pictures_of_another_kind_are_empty() -> None:
    jpeg, ktx = b"\xff\xd8\xff and so on", b"\xabKTX 20\xbb"
    images = [
        {"uri": "data:image/x;base64," + base64.b64encode(content).decode()}
        for content in (PNG, jpeg, ktx)
    ]
    found = scene(tiny(images=[*images, {"uri": "skin.png"}, {}]))
    assert found.images == (PNG, jpeg, b"", b"", b"")


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        ([{"uri": "../skin.png"}], "is at '../skin.png', expected the name of a file"),
        ([{"uri": 3}], "has the URI 3, expected a text"),
        ([{"uri": "data:image/png;base64,A"}], "a data: URI that is no base64"),
        ([{"uri": "data:image/png"}], "a data: URI without a comma"),
        ([{"bufferView": 99}], "the buffer view of images.0. is 99"),
        ([{}] * 1025, "images has 1025 items, expected at most 1024"),
    ],
)
def test_damaged_pictures_get_a_sentence(
    images: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(GltfError, match=sentence):
        scene(tiny(images=images))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"pbrMetallicRoughness": []}, "materials.0. is no JSON object"),
        (
            {"pbrMetallicRoughness": {"baseColorFactor": [1]}},
            "materials.0.: expected 4 numbers",
        ),
        (
            {"pbrMetallicRoughness": {"baseColorTexture": {"index": 9}}},
            "the texture of materials.0. is 9, expected 0 to 1",
        ),
        ({"alphaMode": "MASK", "alphaCutoff": "a"}, "materials.0., alphaCutoff: expe"),
    ],
)
def test_damaged_materials_get_a_sentence(table: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GltfError, match=sentence):
        material(table)
