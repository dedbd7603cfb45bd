"""Finds a file's buffers: its own BIN chunk, base64 in its JSON, or files beside it.

Names of files come from anybody. Only plain names beneath the file's own folder are
asked for: no `..`, no absolute path and no address on a network.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote_to_bytes

from .checks import LARGEST, GltfError, as_count, as_index, tables, told
from .glb import Glb

Fetch = Callable[[str], bytes]
"""Return the content of a file by its name beside the scene's, with / between folders;
raise GltfError if there is none."""

BUFFERS: Final = 256
"""Buffers of a file."""
MOST_NAME: Final = 255
"""Characters of a name."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def nothing_beside(name: str) -> bytes:
    """Refuse every name: for content that has no folder."""
    raise GltfError(f"it needs the file {told(name)} beside it; export one GLB file")


class Files:
    """The bytes that a file's JSON refers to."""

    def __init__(self, glb: Glb, fetch: Fetch) -> None:
        self._binary = glb.binary
        self._buffers = tables(glb.document, "buffers", BUFFERS)
        self._fetch = fetch
        self._read: dict[int, memoryview] = {}
        self._total = 0

    def buffer(self, at: object) -> memoryview:
        """Return a buffer; each is read once."""
        # Old files leave the list out and mean the BIN chunk.
        index = as_index(at, max(1, len(self._buffers)), "a buffer")
        if index not in self._read:
            self._read[index] = memoryview(self._content(index))
        return self._read[index]

    def read(self, uri: object, what: str, *, needed: bool = True) -> bytes:
        """Return the content of a `data:` URI or of a file beside.

        Args:
            uri: not yet checked.
            what: it is, for the error.
            needed: False for a file that may be absent, which is then empty.

        Raises:
            GltfError: the name is not plain, the file is absent, or all files are
                larger than `LARGEST` together.
        """
        if not isinstance(uri, str):
            raise GltfError(f"{what} has the URI {told(uri)}, expected a text")
        if uri[:5].lower() == "data:":
            content = _inline(uri, what)
        else:
            name = plain_name(uri, what)
            try:
                content = self._fetch(name)
            except GltfError:
                if needed:
                    raise
                content = b""
        self._total += len(content)
        if self._total > LARGEST:
            raise GltfError(f"its parts have over {LARGEST} bytes")
        return content

    def _content(self, index: int) -> bytes:
        table = self._buffers[index] if self._buffers else {}
        if "uri" not in table:
            return self._binary if index == 0 else b""
        what = f"buffers[{index}]"
        content = self.read(table["uri"], what)
        size = as_count(table.get("byteLength"), f"the length of {what}")
        if len(content) < size:
            raise GltfError(f"{what} has {len(content)} bytes of {size}")
        return content


def plain_name(uri: str, what: str) -> str:
    """Return the name of a file beside or beneath the scene's, with / as divider.

    Raises:
        GltfError: it is absolute, has `..` or a scheme, or is too long.
    """
    name = "" if len(uri) > 3 * MOST_NAME else _unquoted(uri)
    steps = [step for step in name.split("/") if step != "."]
    plain = (
        0 < len(name) <= MOST_NAME
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and steps
        and all(step.strip(" .") for step in steps)
    )
    if not plain or _SCHEME.match(uri):
        raise GltfError(
            f"{what} is at {told(uri)}, expected the name of a file beside this one"
        )
    return "/".join(steps)


def _unquoted(uri: str) -> str:
    try:
        return unquote_to_bytes(uri).decode()
    except UnicodeError:
        return ""


def _inline(uri: str, what: str) -> bytes:
    head, comma, body = uri.partition(",")
    if not comma:
        raise GltfError(f"{what} has a data: URI without a comma")
    try:
        if head.lower().endswith(";base64"):
            return base64.b64decode(body, validate=True)
        return unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        raise GltfError(f"{what} has a data: URI that is no base64") from None
