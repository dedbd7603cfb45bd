"""Packs a .gltf file and the files beside it into one GLB.

Every buffer becomes a part of the BIN chunk, every picture a buffer view. All other
JSON stays as it was, number for number. A picture that is absent, or no PNG,
JPEG or WebP, becomes one white point: without it the file would not open.

Sources: Khronos, glTF 2.0 Specification, sections 3.6.1, 3.8 and 4.4.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from protocols.errors import DecodeError
from protocols.text import decode_text

from .beside import Fetch, Files, nothing_beside
from .checks import LARGEST, GltfError, Table, as_count, as_index, tables
from .chunks import MAGIC, Chunks, join, padded, split
from .glb import parse
from .json_text import as_array, as_object, elements, members
from .materials import IMAGES

WHITE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJ"
    "RU5ErkJggg=="
)
"""A PNG of one white point."""

_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)


def pack(data: bytes, fetch: Fetch = nothing_beside) -> bytes:
    """Return a GLB that needs no other file. One that needs none stays as it is.

    Args:
        data: a GLB or .gltf file.
        fetch: reads files beside it.

    Raises:
        GltfError: it is damaged, a file beside it is absent or has a name that may not
            be read, or all of it together has more than `LARGEST` bytes.
    """
    glb = parse(data)
    binary = data[:4] == MAGIC
    if binary and not _names_files(glb.document):
        return data
    chunks = split(data) if binary else Chunks(decode_text(data), b"")
    packing = _Packing(Files(glb, fetch), glb.document)
    try:
        text = packing.document(chunks.text)
    except GltfError:
        raise
    except DecodeError as error:
        raise GltfError(str(error)) from None
    # The parts are at most `LARGEST`, but padding and JSON come on top of them.
    if len(text) + len(packing.binary) > LARGEST:
        raise GltfError(f"with its files it has over {LARGEST} bytes")
    return join(Chunks(text, bytes(packing.binary), chunks.others))


def _names_files(document: Table) -> bool:
    return any(
        "uri" in item
        for name, most in (("buffers", None), ("images", IMAGES))
        for item in tables(document, name, most)
    )


class _Packing:
    """Collects the BIN chunk while the JSON is written again."""

    def __init__(self, files: Files, document: Table) -> None:
        self.binary = bytearray()
        self._files = files
        self._document = document
        self._begins: list[int] = []

    def document(self, text: str) -> str:
        """Return the JSON of the packed file, and fill `binary`."""
        out = members(text, "the JSON")
        # Old files leave the list out and mean the BIN chunk.
        for at in range(max(1, len(tables(self._document, "buffers")))):
            self._begins.append(len(self.binary))
            self.binary += padded(bytes(self._files.buffer(at)))
        views = self._views(elements(out.get("bufferViews", "[]"), "bufferViews"))
        images = self._images(elements(out.get("images", "[]"), "images"), views)
        if views:
            out["bufferViews"] = as_array(views)
        if images:
            out["images"] = as_array(images)
        if self.binary:
            out["buffers"] = _text([{"byteLength": len(self.binary)}])
        return as_object(out)

    def _views(self, texts: list[str]) -> list[str]:
        """Return the buffer views, all of the one buffer."""
        views = tables(self._document, "bufferViews")
        return [
            self._moved(text, view, f"bufferViews[{at}]")
            for at, (text, view) in enumerate(zip(texts, views, strict=True))
        ]

    def _moved(self, text: str, view: Table, what: str) -> str:
        buffer = as_index(view.get("buffer"), len(self._begins), f"buffer of {what}")
        begin = as_count(view.get("byteOffset", 0), f"the begin of {what}")
        moved = begin + self._begins[buffer]
        return as_object(
            members(text, what) | {"buffer": "0", "byteOffset": str(moved)}
        )

    def _images(self, texts: list[str], views: list[str]) -> list[str]:
        """Return the images, those of files as new buffer views."""
        out = []
        items = tables(self._document, "images", IMAGES)
        for at, (text, item) in enumerate(zip(texts, items, strict=True)):
            image = members(text, f"images[{at}]")
            if "uri" in item:
                content = self._picture(item["uri"], f"images[{at}]")
                views.append(self._view(content))
                del image["uri"]
                image["bufferView"] = str(len(views) - 1)
                image["mimeType"] = _text(_kind(content))
            out.append(as_object(image))
        return out

    def _picture(self, uri: object, what: str) -> bytes:
        content = self._files.read(uri, what, needed=False)
        return content if _kind(content) else WHITE

    def _view(self, content: bytes) -> str:
        view = {
            "buffer": 0,
            "byteOffset": len(self.binary),
            "byteLength": len(content),
        }
        self.binary += padded(content)
        if len(self.binary) > LARGEST:
            raise GltfError(f"with its files it has over {LARGEST} bytes")
        return _text(view)


def _kind(content: bytes) -> str:
    """Return the MIME type of a picture by its first bytes; empty if it is unknown."""
    return next((kind for begin, kind in _KINDS if content.startswith(begin)), "")


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
