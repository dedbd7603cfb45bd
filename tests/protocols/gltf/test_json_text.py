from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.gltf.json_text import as_array, as_object, elements, members


def test_the_texts_of_values_stay_as_they_are() -> None:
    text = ' { "a" : 1.50e-1 , "b\\"é" : [ 1 , {"c":2}] ,"d":"x,}"} '
    assert members(text, "it") == {
        "a": "1.50e-1",
        'b"é': '[ 1 , {"c":2}]',
        "d": '"x,}"',
    }


def test_elements_and_objects_are_put_together_again() -> None:
    assert elements("[ 1.0, null ,[ ] ]", "it") == ["1.0", "null", "[ ]"]
    assert as_array(["1.0", "null"]) == "[1.0,null]"
    assert as_object({'é"': "1.0"}) == '{"é\\"":1.0}'
    assert members("{}", "it") == {}
    assert elements("[]", "it") == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a"}', '{"a":1,}', '{"a":1 2}', "{a:1}", '{"a":1}x', '{"a":'],
)
def test_what_is_no_object_is_an_error(text: str) -> None:
    with pytest.raises(DecodeError, match="it is not valid JSON at character"):
        members(text, "it")


def test_a_deep_document_is_an_error() -> None:
    with pytest.raises(DecodeError):
        elements("[" * 100_000, "it")


values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values))
def test_any_object_survives(value: dict[str, object]) -> None:
    assert json.loads(as_object(members(json.dumps(value), "it"))) == value


@given(st.text(alphabet='{}[]":,1 ea\\'))
def test_garbage_raises_nothing_else(text: str) -> None:
    try:
        members(text, "it")
    except DecodeError:
        return
    assert isinstance(json.loads(text), dict)
