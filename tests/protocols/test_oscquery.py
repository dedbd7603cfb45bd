import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.oscquery import (
    LONGEST,
    Avatar,
    HostInfo,
    avatar,
    avatar_file,
    avatar_id,
    host_info,
    is_id,
)
from protocols.vrcft import MOST, Declared, plan

ID = "avtr_9d58037b-23c7-4c9c-adbd-b1338178cd81"
HOST = {
    **{"NAME": "VRChat-Client-1A2B3C", "OSC_IP": "127.0.0.1", "OSC_PORT": 9000},
    "OSC_TRANSPORT": "UDP",
    "EXTENSIONS": {"ACCESS": True, "CLIPMODE": False, "RANGE": True, "VALUE": True},
}


def node(path: str, kind: str, value: object = 0.0, access: int = 3) -> dict[str, Any]:
    return {
        **{"DESCRIPTION": "", "FULL_PATH": path, "ACCESS": access, "TYPE": kind},
        "VALUE": [value],
    }


def tree(**extra: dict[str, Any]) -> dict[str, Any]:
    root = "/avatar/parameters"
    return {
        "DESCRIPTION": "",
        "FULL_PATH": "/avatar",
        "ACCESS": 0,
        "CONTENTS": {
            "change": node("/avatar/change", "s", ID),
            "parameters": {
                "FULL_PATH": root,
                "CONTENTS": {
                    "VelocityZ": node(f"{root}/VelocityZ", "f", access=1),
                    "VRCEmote": node(f"{root}/VRCEmote", "i"),
                    "FT": {
                        "FULL_PATH": f"{root}/FT",
                        "CONTENTS": {
                            "v2": {
                                "FULL_PATH": f"{root}/FT/v2",
                                "CONTENTS": {
                                    "JawOpen": node(f"{root}/FT/v2/JawOpen", "f"),
                                    "JawX1": node(f"{root}/FT/v2/JawX1", "T", True),
                                    "JawX2": node(f"{root}/FT/v2/JawX2", "F", False),
                                },
                            }
                        },
                    },
                    **extra,
                },
            },
        },
    }


def dumps(value: object) -> bytes:
    return json.dumps(value).encode()


FILE = {
    "id": ID,
    "name": "PurpleMomo",
    "parameters": [
        {
            "name": "v2/JawOpen",
            "input": {"address": "/avatar/parameters/v2/JawOpen", "type": "Float"},
            "output": {"address": "/avatar/parameters/v2/JawOpen", "type": "Float"},
        },
        {
            "name": "VelocityZ",
            "output": {"address": "/avatar/parameters/VelocityZ", "type": "Float"},
        },
        {"name": "Face", "input": {"address": "/mine/v2/JawX1", "type": "Bool"}},
        {
            "name": "VRCEmote",
            "input": {"address": "/avatar/parameters/E", "type": "Int"},
        },
    ],
}


def test_the_port_is_read() -> None:
    assert host_info(dumps(HOST)) == HostInfo("VRChat-Client-1A2B3C", 9000)


@pytest.mark.parametrize(
    "change",
    [
        *({"OSC_PORT": port} for port in (0, 65536, "9000", True, None, 9.5)),
        {"OSC_TRANSPORT": "TCP"},
    ],
)
def test_a_port_that_is_none_is_not_used(change: dict[str, object]) -> None:
    assert host_info(dumps(HOST | change)).port is None


def test_an_avatars_parameters_are_read_from_the_tree() -> None:
    found = avatar(dumps(tree()))
    root = "/avatar/parameters"
    assert found.id == ID and not found.all_keys
    assert found.parameters == (
        Declared(f"{root}/VRCEmote", "int"),
        Declared(f"{root}/FT/v2/JawOpen", "float"),
        Declared(f"{root}/FT/v2/JawX1", "bool"),
        Declared(f"{root}/FT/v2/JawX2", "bool"),
    )
    made = plan(found.parameters)
    assert len(made.floats) == 1 and len(made.bits) == 1


def test_an_avatar_with_all_keys_says_so() -> None:
    whole = tree()
    path = "/avatar/avatarfullfacetracking"
    for value in (True, False, "true", 1):
        whole["CONTENTS"]["full"] = node(path, "T", value)
        assert avatar(dumps(whole)).all_keys is (value is True)


def test_the_worn_avatar_alone() -> None:
    assert avatar_id(dumps(node("/avatar/change", "s", ID))) == ID
    for value in (None, 5, "", "../../etc/passwd", "a b", "x" * 200, ["x"]):
        assert avatar_id(dumps(node("/avatar/change", "s", value))) == ""
    assert avatar_id(b"{}") == ""


def test_the_file_of_an_avatar_is_read() -> None:
    found = avatar_file(b"\xef\xbb\xbf" + dumps(FILE))
    assert found == Avatar(
        ID,
        (
            Declared("/avatar/parameters/v2/JawOpen", "float"),
            Declared("/mine/v2/JawX1", "bool"),
            Declared("/avatar/parameters/E", "int"),
        ),
    )
    with pytest.raises(DecodeError, match="no list of parameters"):
        avatar_file(b"{}")


@pytest.mark.parametrize(
    "text", ["", "..", "a/b", "a\\b", "a..b", "a\0b", "ä", "a" * 129]
)
def test_what_is_no_id_never_becomes_part_of_a_path(text: str) -> None:
    assert not is_id(text)


def test_a_tree_is_read_only_so_wide_and_so_deep() -> None:
    wide = {f"p{i}": node(f"/p{i}", "f") for i in range(30_000)}
    assert len(avatar(dumps({"CONTENTS": wide})).parameters) == MOST
    deep: dict[str, Any] = node("/deep", "f")
    for _ in range(40):
        deep = {"CONTENTS": {"x": deep}}
    assert avatar(dumps(deep)).parameters == ()
    with pytest.raises(DecodeError):
        avatar(b'{"CONTENTS":' * 100_000)
    with pytest.raises(DecodeError, match=f"at most {LONGEST}"):
        avatar(b" " * (LONGEST + 1))


READERS = (host_info, avatar, avatar_id, avatar_file)


def hear(data: bytes) -> None:
    for read in READERS:
        try:
            found = read(data)
        except DecodeError as error:
            assert str(error)
        else:
            if isinstance(found, Avatar):
                plan(found.parameters)


@pytest.mark.parametrize("seed", [HOST, tree(), FILE])
def test_every_truncation_is_a_decode_error(seed: dict[str, Any]) -> None:
    data = dumps(seed)
    for cut in range(len(data)):
        for read in READERS:
            with pytest.raises(DecodeError):
                read(data[:cut])


@given(st.binary(max_size=200))
def test_garbage_is_a_decode_error_and_nothing_else(data: bytes) -> None:
    hear(data)


KEYS = st.sampled_from(
    [
        *("CONTENTS", "FULL_PATH", "TYPE", "ACCESS", "VALUE", "OSC_PORT", "NAME"),
        *("parameters", "input", "address", "type", "id", "x"),
    ]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["f", "T", "/avatar/change", "Float", "/v2/JawOpen", ""])
    | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_trees_that_are_nearly_right_do_no_harm(value: dict[str, Any]) -> None:
    hear(dumps(value))


@pytest.mark.slow
def test_a_million_damaged_answers() -> None:
    rng = random.Random(9000)
    seeds = [dumps(HOST), dumps(tree()["CONTENTS"]["parameters"]), dumps(FILE)]
    for turn in range(1_000_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 4)):
            at = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[at] = rng.randrange(256)
                case 1:
                    del data[at : at + rng.randrange(1, 40)]
                    data = data or bytearray(b"{")
                case _:
                    data[at:at] = rng.choice((b"{", b"[", b'"', b"1e999", b"null,"))
        # One reader a turn; each has 250,000 of them and more.
        try:
            READERS[turn % len(READERS)](bytes(data))
        except DecodeError as error:
            assert str(error)
