from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data.characters.character import from_scene, load_character
from models.data.characters.errors import CharacterError
from protocols.gltf.checks import GltfError
from protocols.gltf.glb import parse_glb
from tests.characters import scene
from tests.glb_writer import container, head
from tests.models.data.dataset import dataset

JSON = st.recursive(
    st.none() | st.integers(-2, 1 << 33) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["mesh", "POSITION", "count"]), inner)
    ),
    max_leaves=6,
)


@settings(deadline=None)  # a whole head is read, which takes as long as it takes
@given(
    st.sampled_from(
        ["nodes", "meshes", "materials", "accessors", "bufferViews", "skins"]
    ),
    st.data(),
)
def test_any_json_in_any_place_is_read_or_gets_a_sentence(
    part: str, data: st.DataObject
) -> None:
    glb = parse_glb(head())
    document = json.loads(json.dumps(glb.document))
    items = document.setdefault(part, [])
    value = data.draw(JSON)
    if items and data.draw(st.booleans()):
        item = items[data.draw(st.integers(0, len(items) - 1))]
        item[data.draw(st.sampled_from(sorted(item)))] = value
    else:
        document[part] = value
    changed = container(json.dumps(document).encode(), glb.binary)
    try:
        character = from_scene(scene(changed), "made")
    except (CharacterError, GltfError) as error:
        assert str(error)
    else:
        assert np.isfinite(character.vertices).all()


HOSTILE = (
    *("malformed_glb_json", "nonfinite_transform", "out_of_range_joints"),
    *("oob_expression_morph", "dangling_texture_index", "duplicate_humanoid_bone"),
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_sentence(name: str) -> None:
    path = dataset(f"characters/hostile/{name}.vrm")
    with pytest.raises(CharacterError):
        load_character(path)
