"""Reads the settings: a TOML file, then flags, then `--set`; validates all at once.

A sink on the command line is KIND[=WHERE][?OPTION=VALUE&...]:

    livelink=192.168.1.20:11111        vmc=127.0.0.1:39540?names=camel&bones=off
    osc=127.0.0.1:9050                 zmq=tcp://127.0.0.1:5560
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from pydantic import ValidationError

from .address import masked
from .config import Config
from .errors import ConfigError
from .mistakes import mistakes
from .mix.settings import layer_of
from .toml_file import read_toml
from .wires.table import WIRES

Tree = dict[str, Any]
"""Settings as read from TOML, not yet validated."""

_KEY: Final = re.compile(r"[\w.-]+")


def load_config(
    path: Path | None = None,
    *,
    source: str | None = None,
    sinks: Sequence[str] = (),
    layers: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> Config:
    """Return the validated settings, or raise ConfigError with every mistake.

    Args:
        path: the TOML file; None uses the defaults.
        source: replaces capture.source.
        sinks: sinks as in the module's docstring; if given, they replace the file's.
        layers: REGIONS=SOURCE; added to the layers of the file.
        settings: `key=value` with a dotted key and a TOML value, applied last.
    """
    tree = read_tree(path) if path else {}
    where = path.name if path else "settings"
    problems: list[str] = []
    if source is not None:
        capture = tree.setdefault("capture", {})
        if isinstance(capture, dict):
            capture["source"] = source
    if sinks:
        tree["sinks"] = [_gather(parse_sink, text, problems) for text in sinks]
    elif any(text.startswith("sinks.") for text in settings):
        # So that --set can also change the default sinks.
        tree.setdefault("sinks", [{"kind": sink.kind} for sink in Config().sinks])
    for text in layers:
        _gather(lambda t: add_layer(tree, t), text, problems)
    for text in settings:
        _gather(lambda t: apply_setting(tree, t), text, problems)
    if not problems:
        try:
            return Config.model_validate(tree)
        except ValidationError as error:
            told = mistakes(error, ", ".join(WIRES))
            problems += [f"{where}: {sentence}" for sentence in told]
    raise ConfigError("\n".join(problems))


def read_tree(path: Path) -> Tree:
    """Return a TOML file's tables, or raise ConfigError."""
    return read_toml(path, f"no such file; `facewire init {path}` writes one")


def parse_sink(text: str) -> Tree:
    """Return the settings table of a sink on the command line.

    Raises:
        ConfigError: the kind is unknown or the port is not a number.
    """
    head, _, query = text.partition("?")
    kind, _, where = head.partition("=")
    wire = WIRES.get(kind)
    if wire is None:
        raise ConfigError(
            f"--sink {text}: {kind!r} is not one of {', '.join(WIRES)}; "
            "write KIND=HOST:PORT, as in livelink=127.0.0.1:11111"
        )
    table: Tree = {"kind": kind}
    if where:
        table |= wire.settings.at(where, f"--sink {text}")
    for key, value in parse_qsl(query, keep_blank_values=True):
        table[key] = _toml_value(value)
    return table


def add_layer(tree: Tree, text: str) -> None:
    """Add a layer of a mix, as on the command line; see `layer_of`."""
    name, layer = layer_of(text)
    mix = tree.setdefault("mix", {})
    layers = mix.setdefault("layers", {}) if isinstance(mix, dict) else None
    if isinstance(layers, dict):
        layers[name] = layer


def apply_setting(tree: Tree, text: str) -> None:
    """Set one dotted key in the tree: `capture.fps=60`, `sinks.0.port=11112`."""
    key, equals, value = text.partition("=")
    if not equals or not _KEY.fullmatch(key.strip()):
        raise ConfigError(
            f"--set {masked(text)}: expected key=value, as in capture.fps=60"
        )
    *tables, last = key.strip().split(".")
    at: Any = tree
    for name in tables:
        if isinstance(at, list):
            at = at[_position(at, name, text)]
        elif isinstance(at, dict):
            at = at.setdefault(name, {})
    if isinstance(at, list):
        at[_position(at, last, text)] = _toml_value(value)
    elif isinstance(at, dict):
        at[last] = _toml_value(value)
    else:
        raise ConfigError(f"--set {masked(text)}: {'.'.join(tables)} is not a table")


def _position(items: list[Any], name: str, text: str) -> int:
    if not name.isdecimal() or int(name) >= len(items):
        raise ConfigError(
            f"--set {masked(text)}: {name!r} is not an index into a list of length "
            f"{len(items)}"
        )
    return int(name)


def _toml_value(text: str) -> Any:
    """Parse a TOML value; return any other text unchanged."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # TOMLDecodeError, or nested too deeply.
        return text


def _gather(read: Any, text: str, problems: list[str]) -> Any:
    try:
        return read(text)
    except ConfigError as error:
        problems.append(str(error))
        return None
