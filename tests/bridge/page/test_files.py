"""Who is given which file of the page: by token, host and origin."""

from __future__ import annotations

import pytest

from tests.bridge.page.served import (
    TOKEN,
    served,
)


def test_the_page_is_given_without_a_token_and_allows_nothing_from_elsewhere() -> None:
    with served() as at:
        status, body, headers = at.get("/")
    assert (status, body[:15].lower()) == (200, b"<!doctype html>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
    assert f"connect-src 'self' blob: ws://{at.host};" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/style.css", "text/css; charset=utf-8"),
        ("/main.js?v=1", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_types(path: str, kind: str) -> None:
    with served() as at:
        status, body, headers = at.get(path)
    assert (status, headers["Content-Type"]) == (200, kind)
    assert body


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/static/../../server.py",
        "/..%2fserver.py",
        "/%2e%2e/server.py",
        "//etc/passwd",
        "/\\..\\server.py",
        "/C:/Windows/win.ini",
        "/index.html/",
        "/index.html%00",
        "/vendor.lock",
        "/package.json",
        "/nothing.js",
        "http://[/x",
        "/" + "a" * 4000,
    ],
)
def test_nothing_but_the_pages_own_files_is_given(path: str) -> None:
    with served() as at:
        status, body, headers = at.get(path)
    assert status == 404
    assert body == b"there is no such file\n"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/style.css", "/character/1.glb", "/ws"])
def test_a_foreign_host_is_misdirected(path: str) -> None:
    with served() as at:
        bearer = f"Bearer {TOKEN}"
        status, _, _ = at.get(path, Host="evil.example", Authorization=bearer)
    assert status == 421


@pytest.mark.parametrize("path", ["/", "/character/1.glb", f"/ws?token={TOKEN}"])
def test_a_foreign_origin_is_forbidden(path: str) -> None:
    with served() as at:
        bearer = f"Bearer {TOKEN}"
        status, body, _ = at.get(
            path, Origin="http://evil.example", Authorization=bearer
        )
    assert (status, body) == (403, b"another page may not use this one\n")


def test_a_character_needs_the_token() -> None:
    with served() as at:
        assert at.get("/character/1.glb")[0] == 403
        assert at.get(f"/character/1.glb?token={TOKEN}")[0] == 403
        given = {"Authorization": f"Bearer {TOKEN}"}
        status, body, headers = at.get("/character/1.glb", **given)
        assert (status, body) == (200, b"glTF")
        assert headers["Content-Type"] == "model/gltf-binary"
        for other in ("2.glb", "0.glb", "1", "1.glb.glb", "../1.glb", "01.glb"):
            assert at.get(f"/character/{other}", **given)[0] == 404
