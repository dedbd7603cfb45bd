from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bridge.characters.open import open_character, packed_file
from bridge.errors import CharacterError
from protocols.gltf.glb import parse_glb
from tests.characters import tiny, vrm0
from tests.models.data.dataset import dataset

PNG = b"\x89PNG\r\n\x1a\n and so on"


def apart(folder: Path, uri: str = "me.bin", **document: Any) -> Path:
    """Write a character as me.gltf and me.bin."""
    glb = parse_glb(tiny(**document))
    glb.document["buffers"][0]["uri"] = uri
    (folder / "me.bin").write_bytes(glb.binary)
    path = folder / "me.gltf"
    path.write_text(json.dumps(glb.document))
    return path


def test_a_character_has_a_slot_for_each_morph_of_each_node(tmp_path: Path) -> None:
    path = tmp_path / "Ann.VRM"
    path.write_bytes(
        tiny(["jawOpen", "あ"], vrm0=vrm0(), nodes=[{"mesh": 0}, {"mesh": 0}])
    )
    found = open_character(path)
    assert found.name == "Ann"
    assert [(slot.node, slot.target, slot.name) for slot in found.slots] == [
        (0, 0, "jawOpen"),
        (0, 1, "あ"),
        (1, 0, "jawOpen"),
        (1, 1, "あ"),
    ]


def test_a_gltf_reads_the_files_beside_and_beneath_it(tmp_path: Path) -> None:
    (tmp_path / "textures").mkdir()
    (tmp_path / "textures" / "my skin.png").write_bytes(PNG)
    images = [{"uri": "./textures/my%20skin.png"}, {"uri": "gone.png"}]
    found = open_character(apart(tmp_path, images=images))
    assert found.scene.images == (PNG, b"")
    assert found.scene.meshes[0].primitives[0].vertices.shape == (25, 3)


def test_a_gltf_can_hold_everything(tmp_path: Path) -> None:
    content = base64.b64encode(parse_glb(tiny()).binary).decode()
    path = apart(tmp_path, f"data:application/octet-stream;base64,{content}")
    assert len(open_character(path).slots) == 1


@pytest.mark.parametrize(
    "uri",
    [
        "../me.bin",
        "textures/%2e%2e/%2e%2e/me.bin",
        "/etc/passwd",
        "C:/me.bin",
        "..\\me.bin",
        "file:///etc/passwd",
        "https://example.org/me.bin",
        "",
        "me.bin\n",
        "a" * 300,
    ],
)
def test_no_other_file_is_read(tmp_path: Path, uri: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "me.bin").write_bytes(b"secret")
    with pytest.raises(CharacterError, match="expected the name of a file beside"):
        open_character(apart(folder, uri))


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "other.bin").write_bytes(b"secret")
    path = apart(folder)
    (folder / "me.bin").unlink()
    (folder / "me.bin").symlink_to(tmp_path / "other.bin")
    with pytest.raises(CharacterError, match=r"the file me.bin is not beside it"):
        open_character(path)


def test_a_missing_part_gets_a_sentence(tmp_path: Path) -> None:
    path = apart(tmp_path)
    (tmp_path / "me.bin").unlink()
    with pytest.raises(CharacterError, match=r"me.gltf: the file me.bin is not beside"):
        open_character(path)


def test_a_part_that_is_cut_off_gets_a_sentence(tmp_path: Path) -> None:
    path = apart(tmp_path)
    (tmp_path / "me.bin").write_bytes(b"short")
    with pytest.raises(CharacterError, match=r"buffers.0. has 5 bytes of \d+"):
        open_character(path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("me.fbx", b"", "me.fbx: is no character; expected a file .glb, .gltf, .vrm"),
        ("me.vrma", b"", "me.vrma: holds an animation; expected a file .glb"),
        ("me.glb", b"", "me.glb: it is no glTF file"),
        ("me.vrm", tiny()[:-1], "me.vrm: it ends after"),
        ("me.glb", tiny(nodes=[{}]), "me.glb: shows nothing; expected a node with a"),
        ("gone.glb", None, "gone.glb: cannot be read .No such file"),
    ],
)
def test_what_is_no_character_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CharacterError, match=sentence) as caught:
        open_character(tmp_path / name)
    assert "\n" not in str(caught.value)


HOSTILE = {
    "dangling_texture_index": "the texture of materials.0. is 9",
    "duplicate_humanoid_bone": "humanBones names hips twice",
    "malformed_glb_json": "its JSON cannot be read",
    "nonfinite_transform": r"nodes.1., translation: expected 3 numbers",
    "nonobject_vrm_extension": "the extension VRMC_vrm is no JSON object",
    "oob_expression_morph": "the morph target of the expression happy is 7",
    "out_of_range_joints": "names joint 5, its skin has 2",
    "unmapped_humanoid_node": "the bone spine is 999",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_sentence(name: str) -> None:
    path = dataset(f"characters/hostile/{name}.vrm")
    with pytest.raises(CharacterError, match=HOSTILE[name]):
        open_character(path)


def test_a_gltf_is_packed_with_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    path = apart(tmp_path, images=[{"uri": "a.png"}])
    packed = tmp_path / "packed.glb"
    packed.write_bytes(packed_file(path))
    assert open_character(packed).scene.images == (PNG,)
    assert len(open_character(packed).slots) == 1


def test_a_gltf_without_its_file_is_not_packed(tmp_path: Path) -> None:
    path = apart(tmp_path)
    (tmp_path / "me.bin").unlink()
    with pytest.raises(
        CharacterError, match=r"me\.gltf: the file me\.bin is not beside"
    ):
        packed_file(path)
