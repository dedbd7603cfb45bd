"""Changes values in a TOML text and leaves every other line as it is.

Comments, order, blank lines and spelling stay. What cannot be changed so is refused:
the new text is read again, and must say exactly what was wanted.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

_HEADER: Final = re.compile(r"\s*\[")
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")

Path = tuple[str, ...]
"""Names of a value: the tables from outside, then the key."""


class NotPossible(ValueError):
    """The text cannot be changed line by line."""


def with_values(text: str, changes: Mapping[Path, str | None]) -> str:
    """Return the text with other values.

    Args:
        text: TOML.
        changes: for each value its new text, as TOML writes it; None removes it. The
            path has one table and a key, or a key alone.

    Raises:
        NotPossible: a value has a form that is not understood here, such as a table on
            one line.
    """
    wanted = tomllib.loads(text)
    for path, value in changes.items():
        _put(wanted, path, value)
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    for path, value in changes.items():
        _change(lines, path, value)
    made = "\n".join(lines)
    try:
        if _without_empty(tomllib.loads(made)) != _without_empty(wanted):
            raise NotPossible
    except (tomllib.TOMLDecodeError, NotPossible):
        raise NotPossible("the file has a form that cannot be changed here") from None
    return made.replace("\n", ending)


def toml_text(value: str) -> str:
    """Return a TOML basic string: as in JSON, but TOML also requires an escaped DEL."""
    # Half a surrogate pair cannot be written as UTF-8.
    plain = value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_number(value: float, digits: int = 3) -> str:
    """Return a TOML float: with a point, without needless zeros."""
    # Adding 0 turns -0 into 0.
    text = f"{round(float(value), digits) + 0.0:.{digits}f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _put(tables: dict[str, Any], path: Path, value: str | None) -> None:
    *outer, key = path
    at = tables
    for name in outer:
        at = at.setdefault(name, {})
        if not isinstance(at, dict):
            raise NotPossible(f"{name} is no table")
    if value is None:
        at.pop(key, None)
    else:
        at[key] = tomllib.loads(f"value = {value}")["value"]


def _change(lines: list[str], path: Path, value: str | None) -> None:
    table, key = ".".join(map(_key, path[:-1])), path[-1]
    first, last = _section(lines, table)
    found = _find(lines, first, last, key)
    if found is None and table:
        # Also the form `shape.steadiness = 0.5` above all tables.
        found = _find(lines, 0, _section(lines, "")[1], ".".join(path), dotted=True)
    if found is not None:
        at, size = found
        if value is None:
            del lines[at : at + size]
        else:
            lines[at : at + size] = [_with(lines[at : at + size], value)]
    elif value is not None:
        _add(lines, table, first, last, f"{_key(key)} = {value}")


def _section(lines: list[str], table: str) -> tuple[int, int]:
    """Return the first line after a table's header, and the line after its last; -1
    twice without such a table."""
    header = re.compile(rf"\s*\[\s*{re.escape(table)}\s*\]\s*(#.*)?")
    at = 0
    if table:
        while at < len(lines) and not header.fullmatch(lines[at]):
            at += max(1, _size(lines, at))
        if at >= len(lines):
            return -1, -1
        at += 1
    end = at
    while end < len(lines) and not _HEADER.match(lines[end]):
        end += max(1, _size(lines, end))
    return at, min(end, len(lines))


def _find(
    lines: list[str], first: int, last: int, key: str, *, dotted: bool = False
) -> tuple[int, int] | None:
    """Return the line of a key and its number of lines."""
    quoted = f"|{re.escape(toml_text(key))}" if not dotted else ""
    begin = re.compile(rf"\s*({re.escape(key)}{quoted})\s*=")
    at = max(first, 0)
    while at < last:
        size = max(1, _size(lines, at))
        if begin.match(lines[at]):
            return at, size
        at += size
    return None


def _size(lines: list[str], at: int) -> int:
    """Return how many lines the value on this line has; 0 if it has none."""
    if "=" not in lines[at] or lines[at].lstrip().startswith("#"):
        return 0
    for size in range(1, len(lines) - at + 1):
        if _reads("\n".join(lines[at : at + size])):
            return size
    return 1


def _with(old: list[str], value: str) -> str:
    """Return the line of a key with another value, and with its comment."""
    begin = re.match(r"\s*[^=]*?\s*=\s*", old[0])
    assert begin is not None
    last = old[-1]
    comment = ""
    for mark in re.finditer("#", last):
        if _reads("\n".join([*old[:-1], last[: mark.start()]])):
            gap = len(last[: mark.start()]) - len(last[: mark.start()].rstrip())
            comment = " " * max(gap, 1) + last[mark.start() :]
            break
    return begin[0] + value + comment


def _reads(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return False
    return True


def _add(lines: list[str], table: str, first: int, last: int, line: str) -> None:
    if first < 0:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += [*([""] if lines else []), f"[{table}]", line, ""]
        return
    # After the last line of the table that says something.
    while last > first and not lines[last - 1].strip():
        last -= 1
    lines.insert(last, line)
    if last == len(lines) - 1:
        lines.append("")


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else toml_text(text)


def _without_empty(tables: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in tables.items() if value != {}}
