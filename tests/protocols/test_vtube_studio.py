import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import vtube_studio as api
from protocols.errors import DecodeError
from protocols.vtube_stand_in import MOST_CREATED, StandIn, injected
from protocols.vtube_studio import Answer, Listed, Problem

# Shortened from the public documentation of the API.
AUTHENTICATED = """{
    "apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0",
    "timestamp": 1625405710728, "requestID": "SomeID",
    "messageType": "AuthenticationResponse",
    "data": {"authenticated": true, "reason": "Token valid."}
}"""
DENIED = """{
    "apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0",
    "timestamp": 1625405710728, "requestID": "SomeID", "messageType": "APIError",
    "data": {"errorID": 50, "message": "User has denied API access for your plugin."}
}"""
LIST = """{
    "apiName": "VTubeStudioPublicAPI", "apiVersion": "1.0", "requestID": "SomeID",
    "messageType": "InputParameterListResponse",
    "data": {
        "modelLoaded": true,
        "customParameters": [{"name": "MyCustomParamName1", "addedBy": "My Plugin Name",
            "value": 12.4, "min": -30, "max": 30, "defaultValue": 0}],
        "defaultParameters": [{"name": "FaceAngleX", "addedBy": "VTube Studio",
            "value": 45.78, "min": -30, "max": 30, "defaultValue": 0}]
    }
}"""
INJECTION = """{"apiName":"VTubeStudioPublicAPI","apiVersion":"1.0","requestID":"1",
    "messageType":"InjectParameterDataRequest","data":{"faceFound":true,"mode":"set",
    "parameterValues":[{"id":"FaceAngleX","value":12.31},
    {"id":"JawOpen","value":0.7,"weight":0.8}]}}"""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [
        *("messageType", "requestID", "data", "errorID", "message", "min", "max"),
        *("authenticationToken", "customParameters", "defaultParameters", "name"),
        *("parameterValues", "id", "value", "faceFound", "parameterName", "addedBy"),
    ]
)
NEAR = st.dictionaries(FIELDS, JSON | st.dictionaries(FIELDS, JSON | st.lists(JSON)))
KINDS = st.sampled_from(
    [
        *("APIError", "AuthenticationTokenResponse", "InputParameterListResponse"),
        *("InjectParameterDataRequest", "ParameterCreationRequest", "APIStateRequest"),
    ]
)


def test_a_request_is_what_the_documentation_shows() -> None:
    text = api.request(api.AUTHENTICATE, "SomeID", {"pluginName": "facewire"})
    assert json.loads(text) == {
        "apiName": "VTubeStudioPublicAPI",
        "apiVersion": "1.0",
        "requestID": "SomeID",
        "messageType": "AuthenticationRequest",
        "data": {"pluginName": "facewire"},
    }
    assert all(3 <= len(name) <= 32 for name in api.PLUGIN.values())


def test_answers_of_the_documentation_are_read() -> None:
    answer = api.read(AUTHENTICATED)
    assert (answer.kind, answer.request) == ("AuthenticationResponse", "SomeID")
    assert answer.data["authenticated"] is True and api.problem(answer) is None
    problem = api.problem(api.read(DENIED))
    assert problem == Problem(50, "User has denied API access for your plugin.")
    assert api.listed(api.read(LIST)) == [
        Listed("FaceAngleX", "VTube Studio", -30.0, 30.0),
        Listed("MyCustomParamName1", "My Plugin Name", -30.0, 30.0),
    ]


def test_an_injection_of_the_documentation_is_read() -> None:
    found = injected(INJECTION)
    assert found.values == {"FaceAngleX": 12.31, "JawOpen": 0.7}
    assert found.face_found is True


@pytest.mark.parametrize("cut", range(1, len(INJECTION)))
def test_every_truncation_is_a_decode_error(cut: int) -> None:
    with pytest.raises(DecodeError):
        injected(INJECTION[:-cut])


@pytest.mark.parametrize(
    ("token", "fits"),
    [
        ("adcd-123-ef09-some-token-string-abcd", True),
        ("x" * 64, True),
        ("x" * 65, False),
        *((bad, False) for bad in ("", "a\n", "ü", "a b", 5, None, ["x"])),
    ],
)
def test_a_token_is_short_ascii(token: object, fits: bool) -> None:
    answer = Answer("AuthenticationTokenResponse", "", {"authenticationToken": token})
    if fits:
        assert api.token(answer) == token
    else:
        with pytest.raises(DecodeError, match="1 to 64 ASCII"):
            api.token(answer)


@pytest.mark.parametrize("number", [True, "50", None, -3, 10**30, 5.0])
def test_an_error_without_a_number_is_still_an_error(number: object) -> None:
    answer = Answer("APIError", "", {"errorID": number, "message": "a\x1b[2Jb"})
    problem = api.problem(answer)
    assert problem is not None and problem.number == -1
    assert "\x1b" not in problem.message


@pytest.mark.parametrize(
    ("number", "fact"),
    [
        (1, "Start API (allow plugins)"),
        (8, "opened again"),
        (50, 'click "Allow"'),
        (51, "answer that question first"),
        (355, "100 a plugin, 300 in all"),
        (356, "100 a plugin, 300 in all"),
        (453, "made again"),
        (9, "refuses with error 9: told"),
    ],
)
def test_every_error_is_a_sentence(number: int, fact: str) -> None:
    sentence = api.sentence(Problem(number, "told"))
    assert fact in sentence and "\n" not in sentence


def test_parameters_are_found_in_the_words_of_an_error() -> None:
    problem = Problem(454, "Parameter FaceAngleX is controlled by another plugin.")
    assert api.named(problem, ("FaceAngle", "FaceAngleX", "Parameters")) == [
        "FaceAngleX"
    ]


def test_rows_of_a_list_that_cannot_be_read_are_left_out() -> None:
    good = {"name": "A", "addedBy": 5, "min": 0, "max": 1}
    bad: list[Any] = [None, {}, {"name": 5}, good | {"min": "0"}, good | {"max": True}]
    endless = good | {"max": 10**400}
    answer = Answer("", "", {"customParameters": [*bad, endless, good]})
    assert api.listed(answer) == [Listed("A", "", 0.0, 1.0)]
    assert api.listed(Answer("", "", {"customParameters": {"a": 1}})) == []
    assert len(api.listed(Answer("", "", {"customParameters": [good] * 5000}))) == 1000


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"parameterValues": []},
        {"parameterValues": {}},
        {"parameterValues": [5]},
        {"parameterValues": [{"id": "A"}]},
        {"parameterValues": [{"id": "", "value": 0}]},
        {"parameterValues": [{"id": "A" * 65, "value": 0}]},
        {"parameterValues": [{"id": 5, "value": 0}]},
        {"parameterValues": [{"id": "A", "value": True}]},
        {"parameterValues": [{"id": "A", "value": "1"}]},
        {"parameterValues": [{"id": "A", "value": 1e7}]},
        {"parameterValues": [{"id": "A", "value": 10**400}]},
        {"parameterValues": [{"id": "A", "value": float("nan")}]},
        {"parameterValues": [{"id": "A", "value": 0}] * 401},
    ],
)
def test_a_wrong_injection_is_a_decode_error(data: dict[str, Any]) -> None:
    message = {"messageType": "InjectParameterDataRequest", "data": data}
    with pytest.raises(DecodeError, match=r"^vts: "):
        injected(json.dumps(message))


def test_a_message_of_a_megabyte_is_not_even_parsed() -> None:
    with pytest.raises(DecodeError, match="at most 1048576"):
        api.read("[" * (api.LONGEST + 1))
    with pytest.raises(DecodeError, match="not JSON"):
        api.read("[" * 100_000)


def test_the_stand_in_makes_only_so_many_parameters() -> None:
    plugin = StandIn()
    for number in range(MOST_CREATED + 5):
        data = {"parameterName": f"Name{number}", "min": 0, "max": 10**400}
        plugin.answer(api.request(api.CREATE, "x", data))
    assert len(plugin.created) == MOST_CREATED
    last = api.read(plugin.answer(api.request(api.CREATE, "x", data)))
    problem = api.problem(last)
    assert problem is not None and problem.number == 356


def hear(message: str | bytes) -> None:
    """Do with a message what a plugin and the stand-in do with it."""
    try:
        answer = api.read(message)
    except DecodeError as error:
        assert str(error)
        return
    problem = api.problem(answer)
    assert problem is None or api.sentence(problem)
    assert all(one.low <= 1e308 for one in api.listed(answer))
    for read in (
        api.token,
        lambda _: injected(message),
        lambda _: StandIn().answer(message),
    ):
        try:
            read(answer)
        except DecodeError as error:
            assert str(error)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_garbage_is_a_decode_error_and_nothing_else(message: str | bytes) -> None:
    hear(message)


@given(NEAR, KINDS)
def test_messages_that_are_nearly_right_do_no_harm(
    message: dict[str, Any], kind: str
) -> None:
    hear(json.dumps({"messageType": kind} | message))
    hear(json.dumps(message | {"messageType": kind}))


@pytest.mark.slow
def test_a_million_damaged_messages() -> None:
    import random

    rng = random.Random(8001)
    seeds = [text.encode() for text in (AUTHENTICATED, DENIED, LIST, INJECTION)]
    for _ in range(1_000_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 5)):
            match rng.randrange(3):
                case 0:
                    data[rng.randrange(len(data))] = rng.randrange(256)
                case 1:
                    at = rng.randrange(len(data))
                    del data[at : at + rng.randrange(1, 30)]
                case _:
                    at = rng.randrange(len(data))
                    data[at:at] = rng.choice((b"{", b"[", b'"', b"-1e999", b"null"))
            if not data:
                break
        hear(bytes(data))
