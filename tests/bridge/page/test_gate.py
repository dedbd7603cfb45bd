"""Who may open the page: hosts, origins and tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.datastructures import Headers

from bridge.page.gate import Gate, Refused, query

TOKEN = "a-token-of-many-characters"
HERE = Gate(TOKEN, 5570)
OUT = Gate(TOKEN, 5570, ("studio", "studio.local"), outside=True)
OWN = "127.0.0.1:5570"


@pytest.mark.parametrize(
    "host", [OWN, "localhost:5570", "LOCALHOST:5570", "[::1]:5570", "127.9.9.9:5570"]
)
def test_names_of_this_machine_enter(host: str) -> None:
    assert HERE.enter(Headers(Host=host)) == host


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "127.0.0.1:5571",
        "127.0.0.1:",
        "127.0.0.1:x",
        "127.0.0.1:99999",
        "evil.example:5570",
        "127.0.0.1.evil.example:5570",
        "localhost.evil.example:5570",
        "a@127.0.0.1:5570",
        "127.0.0.1:5570/x",
        "127.0.0.1:5570#",
        "192.168.1.20:5570",
        "[::1:5570",
        "0.0.0.0:5570",
        "2130706433:5570",
    ],
)
def test_foreign_hosts_are_misdirected(host: str) -> None:
    with pytest.raises(Refused, match="not served here") as refused:
        HERE.enter(Headers(Host=host))
    assert refused.value.status == 421


def test_a_request_without_host_is_misdirected() -> None:
    with pytest.raises(Refused) as refused:
        HERE.enter(Headers())
    assert refused.value.status == 421


@pytest.mark.parametrize("host", ["192.168.1.20:5570", "studio.local:5570", OWN])
def test_other_machines_enter_by_number_or_name_where_that_is_asked_for(
    host: str,
) -> None:
    assert OUT.enter(Headers(Host=host)) == host


def test_a_strangers_name_does_not_enter_from_other_machines_either() -> None:
    with pytest.raises(Refused):
        OUT.enter(Headers(Host="evil.example:5570"))


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "https://127.0.0.1:5570", "http://127.0.0.1:5571"],
)
def test_foreign_origins_are_forbidden(origin: str) -> None:
    with pytest.raises(Refused, match="another page") as refused:
        HERE.enter(Headers(Host=OWN, Origin=origin))
    assert refused.value.status == 403


def test_the_same_machine_by_another_name_is_another_origin() -> None:
    with pytest.raises(Refused):
        HERE.enter(Headers(Host=OWN, Origin="http://localhost:5570"))


@pytest.mark.parametrize("name", ["Host", "Origin"])
def test_repeated_headers_are_refused(name: str) -> None:
    headers = Headers([("Host", OWN), (name, OWN), (name, OWN)])
    with pytest.raises(Refused, match=f"header {name} is repeated") as refused:
        HERE.enter(headers)
    assert refused.value.status == 400


def test_the_stream_needs_an_origin_and_the_token() -> None:
    own = Headers(Host=OWN, Origin=f"http://{OWN}")
    HERE.stream(own, f"/ws?token={TOKEN}")
    with pytest.raises(Refused, match="expected the header Origin"):
        HERE.stream(Headers(Host=OWN), f"/ws?token={TOKEN}")


@pytest.mark.parametrize(
    "path",
    [
        "/ws",
        "/ws?token=",
        "/ws?token=wrong",
        f"/ws?token={TOKEN}x",
        f"/ws?token={TOKEN[:-1]}",
        f"/ws?token={TOKEN}&token={TOKEN}",
        "/ws?token=%ff%fe",
        f"/ws?{'a=1&' * 100}token={TOKEN}",
    ],
)
def test_a_stream_without_the_token_is_forbidden(path: str) -> None:
    with pytest.raises(Refused) as refused:
        HERE.stream(Headers(Host=OWN, Origin=f"http://{OWN}"), path)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "given",
    ["", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ", f"bearer {TOKEN}"],
)
def test_a_private_file_without_the_token_is_forbidden(given: str) -> None:
    with pytest.raises(Refused) as refused:
        HERE.private(Headers(Authorization=given))
    assert refused.value.status == 403


def test_a_private_file_is_given_for_the_token() -> None:
    HERE.private(Headers(Authorization=f"Bearer {TOKEN}"))


class Given:
    """Headers with any value, also one that no real request can carry."""

    def __init__(self, **values: str) -> None:
        self._values = values

    def get_all(self, key: str) -> list[str]:
        return [self._values[key]] if key in self._values else []


@given(st.text(max_size=60))
def test_any_host_enters_or_is_refused(host: str) -> None:
    try:
        HERE.enter(Given(Host=host))
    except Refused:
        return
    assert host.strip().endswith(":5570")


@given(st.text(max_size=60))
def test_any_query_is_refused_without_the_token(text: str) -> None:
    with pytest.raises(Refused):
        HERE.stream(Given(Origin="x"), f"/ws?{text}")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/ws?picture=0", "0"),
        ("/ws", ""),
        ("/ws?picture=0&picture=1", ""),
        (f"/ws?{'a=1&' * 20}picture=0", ""),
    ],
)
def test_a_value_of_the_query_is_read_once(path: str, value: str) -> None:
    assert query(path, "picture") == value
