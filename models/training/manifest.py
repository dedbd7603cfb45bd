"""Writes `manifest.toml`, which `engines.runtime.weights` reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.data.files import FileError, read_toml


def write_entry(manifest: Path, name: str, entry: dict[str, Any]) -> None:
    """Put or replace one graph's table; the others stay as they are.

    Values are texts and numbers, or one level of tables of such.
    """
    tables: dict[str, Any] = {}
    if manifest.is_file():
        tables = read_toml(manifest)
    tables[name] = entry
    lines = [
        "# Written by `facewire-models export`; read by engines/runtime/weights.py.",
        "",
    ]
    for each in sorted(tables):
        lines += [f"[{each}]", *_rows(tables[each])]
        for key, value in tables[each].items():
            if isinstance(value, dict):
                lines += ["", f"[{each}.{key}]", *_rows(value)]
        lines.append("")
    part = manifest.with_suffix(".part")
    part.write_text("\n".join(lines), encoding="utf-8")
    part.replace(manifest)


def read_entry(manifest: Path, name: str) -> dict[str, Any]:
    """Return one graph's table; FileError if the manifest lacks it."""
    entry = read_toml(manifest).get(name)
    if not isinstance(entry, dict):
        raise FileError(f"{manifest}: has no table [{name}]; export it first")
    return entry


def write_metrics(manifest: Path, name: str, metrics: dict[str, float]) -> None:
    """Add or replace numbers of one graph; FileError if the manifest lacks it."""
    entry = read_entry(manifest, name)
    entry["metrics"] = {**entry.get("metrics", {}), **metrics}
    write_entry(manifest, name, entry)


def _rows(table: dict[str, Any]) -> list[str]:
    # A JSON string is a TOML basic string; numbers are written alike.
    return [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in table.items()
        if not isinstance(value, dict)
    ]
