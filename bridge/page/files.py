"""The files that the page's server gives out, and their headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from .gate import Gate, Headers, Refused

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".glb": "model/gltf-binary",
}
"""Only files with these suffixes are given out."""

CHARACTER: Final = "/character/"

Character = Callable[[], tuple[int, bytes] | None]
"""Returns the number and the GLB of the character on stage; None without one."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A file to give out."""

    body: bytes
    headers: dict[str, str]


def find(path: str, headers: Headers, gate: Gate, character: Character) -> Found:
    """Return what a GET asks for.

    Args:
        path: of the request, with its query.
        headers: of the request.
        gate: its rules.
        character: the character on stage.

    Raises:
        Refused: there is no such file, or the request may not have it.
    """
    host = gate.enter(headers)
    try:
        name = urlsplit(path).path
    except ValueError:
        raise Refused(404, "there is no such file") from None
    if name.startswith(CHARACTER):
        gate.private(headers)
        body = _character(name, character)
    else:
        body = _static("index.html" if name == "/" else name[1:])
    kind = TYPES[PurePosixPath(name).suffix or ".html"]
    return Found(body, {"Content-Type": kind, **safe_headers(host)})


def safe_headers(host: str = "") -> dict[str, str]:
    """Return the headers of every answer: nothing from elsewhere runs or is loaded.

    Args:
        host: the request's own, checked; empty if it is refused.
    """
    # 'wasm-unsafe-eval' and blob: are for three.js's decoder of meshes and its images.
    # Chromium before 2020, as in old OBS, does not count ws: as 'self'.
    stream = f" ws://{host}" if host else ""
    policy = (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        f"img-src 'self' blob: data:; connect-src 'self' blob:{stream}; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def _static(name: str) -> bytes:
    folder = resources.files("bridge.page") / "static"
    # Looked up among the names that are there, so that no name leads elsewhere.
    known = {entry.name for entry in folder.iterdir() if entry.is_file()}
    if name not in known or PurePosixPath(name).suffix not in TYPES:
        raise Refused(404, "there is no such file")
    return folder.joinpath(name).read_bytes()


def _character(name: str, character: Character) -> bytes:
    staged = character()
    if staged is None or name != f"{CHARACTER}{staged[0]}.glb":
        raise Refused(404, "this character is no longer on stage")
    return staged[1]
