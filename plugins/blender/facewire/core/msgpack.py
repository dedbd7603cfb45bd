"""Read one MessagePack value from untrusted bytes.

Blender brings no MessagePack. This reader knows the whole format of
https://github.com/msgpack/msgpack/blob/master/spec.md and gives Python's own values. An
extension type is None: no message of facewire needs one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

MAX_BYTES: Final = 65_536
"""Largest size of a message in bytes."""
MAX_ITEMS: Final = 1024
"""Largest number of items in any list or map."""
MAX_DEPTH: Final = 32
"""Lists and maps within each other."""


class Broken(ValueError):
    """The bytes are no MessagePack, or are beyond a limit."""


def unpack(data: bytes) -> object:
    """Return the one value that the bytes are.

    Raises:
        Broken: there is no such value, or there is more than one.
    """
    if len(data) > MAX_BYTES:
        raise Broken(f"{len(data)} bytes, expected at most {MAX_BYTES}")
    reader = _Reader(data)
    try:
        value = reader.value(0)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise Broken("no whole MessagePack value") from None
    if reader.at != len(data):
        raise Broken("bytes after the value, expected none")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, depth: int) -> object:
        head = self._data[self.at]
        self.at += 1
        if head < 0x80:
            return head
        if head < 0x90:
            return self._map(head & 0x0F, depth)
        if head < 0xA0:
            return self._list(head & 0x0F, depth)
        if head < 0xC0:
            return self._bytes(head & 0x1F).decode()
        if head >= 0xE0:
            return head - 0x100
        return _KINDS[head](self, depth)

    def _list(self, count: int, depth: int) -> list[object]:
        self._bound(count, depth)
        return [self.value(depth + 1) for _ in range(count)]

    def _map(self, count: int, depth: int) -> dict[str | bytes, object]:
        self._bound(count, depth)
        found: dict[str | bytes, object] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, str | bytes):
                raise Broken("a key that is neither text nor bytes")
            found[key] = self.value(depth + 1)
        return found

    def _bound(self, count: int, depth: int) -> None:
        if count > MAX_ITEMS or depth >= MAX_DEPTH:
            raise Broken(
                f"expected at most {MAX_ITEMS} items, and {MAX_DEPTH} lists and maps "
                "within each other"
            )

    def _bytes(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self._data):
            raise Broken("no whole MessagePack value")
        read = self._data[self.at : end]
        self.at = end
        return read

    def number(self, form: struct.Struct) -> int | float:
        (value,) = form.unpack_from(self._data, self.at)
        self.at += form.size
        found: int | float = value
        return found

    def length(self, form: struct.Struct) -> int:
        return int(self.number(form))

    def skip(self, count: int) -> None:
        self._bytes(1 + count)


_Kind = Callable[[_Reader, int], object]

_U8, _U16, _U32 = (struct.Struct(form) for form in (">B", ">H", ">I"))
_NUMBERS: Final = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}


def _kinds() -> tuple[_Kind, ...]:
    kinds: list[_Kind] = [_reserved] * 256
    kinds[0xC0] = lambda reader, depth: None
    kinds[0xC2] = lambda reader, depth: False
    kinds[0xC3] = lambda reader, depth: True
    for head, code in _NUMBERS.items():
        kinds[head] = _number(struct.Struct(code))
    for at, form in enumerate((_U8, _U16, _U32)):
        kinds[0xC4 + at] = _bytes(form)
        kinds[0xC7 + at] = _extension(form)
        kinds[0xD9 + at] = _text(form)
    for at in range(5):
        kinds[0xD4 + at] = _fixed_extension(1 << at)
    for at, form in enumerate((_U16, _U32)):
        kinds[0xDC + at] = _list(form)
        kinds[0xDE + at] = _map(form)
    return tuple(kinds)


def _reserved(reader: _Reader, depth: int) -> object:
    raise Broken("no whole MessagePack value")


def _number(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader.number(form)


def _bytes(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader._bytes(reader.length(form))


def _text(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader._bytes(reader.length(form)).decode()


def _list(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader._list(reader.length(form), depth)


def _map(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader._map(reader.length(form), depth)


def _extension(form: struct.Struct) -> _Kind:
    return lambda reader, depth: reader.skip(reader.length(form))


def _fixed_extension(count: int) -> _Kind:
    return lambda reader, depth: reader.skip(count)


_KINDS: Final = _kinds()
