"""Writes `docs/settings.md` from the settings, so that the page is always up to date.

    python -m bridge.settings_page docs/settings.md

The description of a setting is the string below its field in the source.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
import types
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from .config import Config

INTRO: Final = """\
# Settings

<!-- Generated: python -m bridge.settings_page docs/settings.md -->

`facewire init` writes a file with every setting, and `facewire run facewire.toml` uses
it. You can also give every setting on the command line as `--set key=value`, as in
`--set track.faces=2` or `--set shape.mirror=true`; the command line overrides the file.
facewire reports all mistakes at once, each with its position.

A sink is one `[[sinks]]` table in the file, or one `--sink` on the command line, where
its options follow a question mark:
`--sink "vmc=127.0.0.1:39540?names=camel&bones=off&rate=30"`. Any `--sink` replaces all
sinks of the file. `--set sinks.0.port=11112` changes the first sink.
"""

_UNIONS: Final = (Union, types.UnionType)


def settings_page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([INTRO, *_section("", Config)]).rstrip() + "\n"


def _section(name: str, model: type[BaseModel], title: str = "") -> Iterator[str]:
    """Yield a table of the model's settings, then the sections of its inner tables."""
    inner: list[tuple[str, type[BaseModel], str]] = []
    rows: list[str] = []
    said = _attribute_docs(model)
    for key, field in model.model_fields.items():
        path = f"{name}.{key}" if name else key
        models = _models_in(field.annotation)
        if key == "kind":
            continue  # The heading shows it.
        if not models:
            rows.append(_row(key, field, said.get(key, "")))
        elif get_origin(field.annotation) is list:
            default = field.get_default(call_default_factory=True)
            rows.append(_sinks_row(key, default, said.get(key, "")))
            for one in models:
                kind = one.model_fields["kind"].default
                inner.append((path, one, f'`[[{path}]]` with `kind = "{kind}"`'))
        elif get_origin(field.annotation) is dict:
            table = f"`[{path}.NAME]`"
            rows.append(f"| `{key}` | tables {table} | none | {_cell(said[key])} |")
            inner.append((path, models[0], table))
        else:
            inner.append((path, models[0], f"`[{path}]`"))
    yield f"## {title or 'The top of the file'}"
    yield ""
    if name and model.__doc__:
        yield from (inspect.cleandoc(model.__doc__), "")
    if rows:
        yield "| setting | values | default | what it does |"
        yield "|---|---|---|---|"
        yield from rows
        yield ""
    for path, one, heading in inner:
        yield from _section(path, one, heading)


def _row(key: str, field: FieldInfo, said: str) -> str:
    if field.is_required():
        default = "required"
    else:
        default = _toml(field.get_default(call_default_factory=True))
    return f"| `{key}` | {_values(field)} | {default} | {_cell(said)} |"


def _sinks_row(key: str, default: list[Any], said: str) -> str:
    kinds = ", ".join(f"`{sink.kind}`" for sink in default)
    return f"| `{key}` | tables `[[{key}]]` | {kinds} | {_cell(said)} |"


def _values(field: FieldInfo) -> str:
    """Return the valid values of a setting: its words, or its type and range."""
    kind: Any = field.annotation
    if kind is Fraction:
        return "number or fraction"
    for extra in reversed(field.metadata):
        kind = Annotated[kind, extra]
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    forms = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    return " or ".join(_form(one) for one in forms)


def _form(schema: dict[str, Any]) -> str:
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if words:
        return ", ".join(_toml(word) for word in words)
    kind = schema.get("type", "text")
    if kind == "array":
        least, most = schema.get("minItems"), schema.get("maxItems")
        bounds = f" of {least} to {most}" if least is not None else ""
        return f"list{bounds}"
    told = {
        "boolean": "`true`, `false`",
        "integer": "whole number",
        "number": "number",
        "string": "path" if schema.get("format") == "path" else "text",
    }[kind]
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    if least is None:
        return told
    above = "above " if "exclusiveMinimum" in schema else ""
    return f"{above}{least:g} to {schema['maximum']:g}"


def _toml(value: object) -> str:
    """Return a value as in the settings file, formatted as code."""
    if value is None:
        return "unset"
    if isinstance(value, Path):
        value = value.as_posix()
    if isinstance(value, Fraction):
        return f"`{value}`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the tables in an annotation, also those inside lists and unions."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    inside = get_args(annotation)
    if get_origin(annotation) is Annotated:
        inside = inside[:1]
    elif get_origin(annotation) not in (list, dict, *_UNIONS):
        return []
    return [model for one in inside for model in _models_in(one)]


def _attribute_docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the string below each field, including inherited fields."""
    said: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if not issubclass(owner, BaseModel) or owner is BaseModel:
            continue
        (body,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
        assert isinstance(body, ast.ClassDef)
        for field, below in zip(body.body, body.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            ):
                said[field.target.id] = below.value.value
    return said


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(settings_page(), "utf-8", newline="\n")
