"""The file that says what moves a character: `me.character.toml`.

    facing = "+Z"
    emotions = "auto"

    [drives]
    jawOpen      = { to = "jawOpen", gain = 0.88 }
    mouthPucker  = { to = ["Mouth_Pucker_Up_L", "Mouth_Pucker_Up_R"], high = 0.8 }

    [bones]
    head = "J_Bip_C_Head"

    [gaze]
    by = "bones"
    inner = 8.0

    [lids]
    blink = [0.96, 0.96]

All tables and keys may be absent; `mapping_text.py` writes all of them.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from bridge.errors import ConfigError
from bridge.mistakes import mistakes
from bridge.toml_file import read_toml
from engines.character.mapping import SOURCES, Drive, Gaze, Lids, Mapping
from protocols.channels import BONES

SUFFIX: Final = ".character.toml"
"""Of a mapping's file; the rest of its name is the character's."""
LARGEST: Final = 1 << 20
"""Bytes; a mapping has some kilobytes."""

FACINGS: Final = {"+Z": 1, "-Z": -1}
ALL_SOURCES: Final = (*SOURCES, "jaw")

Number = Annotated[float, Field(allow_inf_nan=False)]
Gain = Annotated[float, Field(ge=-10.0, le=10.0, allow_inf_nan=False)]
Limit = Annotated[float, Field(ge=-90.0, le=90.0, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=0.0, le=90.0, allow_inf_nan=False)]
Closure = Annotated[float, Field(ge=0.0, le=2.0, allow_inf_nan=False)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Drive(_Table):
    to: Annotated[tuple[str, ...], BeforeValidator(_listed)]
    gain: Gain = 1.0
    low: Limit = 0.0
    high: Limit = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> _Drive:
        if self.low > self.high:
            raise ValueError(f"low {self.low:g} is above high {self.high:g}")
        return self


class _Gaze(_Table):
    by: Literal["bones", "curves", "none"] = "bones"
    inner: Degrees = 30.0
    outer: Degrees = 30.0
    up: Degrees = 20.0
    down: Degrees = 20.0


class _Lids(_Table):
    blink: tuple[Closure, Closure] = (1.0, 1.0)
    squint: tuple[Closure, Closure] = (0.25, 0.25)
    down: tuple[Closure, Closure] = (0.35, 0.35)
    cheek: tuple[Closure, Closure] = (0.15, 0.15)


class _File(_Table):
    facing: Literal["+Z", "-Z"] = "+Z"
    emotions: Literal["auto", "on", "off"] = "auto"
    drives: dict[str, _Drive] = {}
    bones: dict[str, str] = {}
    gaze: _Gaze = _Gaze()
    lids: _Lids = _Lids()

    @model_validator(mode="after")
    def _known(self) -> _File:
        for table, keys, known in (
            ("drives", self.drives, ALL_SOURCES),
            ("bones", self.bones, BONES),
        ):
            for key in keys:
                if key not in known:
                    raise ValueError(_unknown(table, key, known))
        return self


def _unknown(table: str, key: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(key, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"expected one such as {known[0]}"
    return f"{table}.{key[:60]} is unknown; {hint}"


def beside(character: Path) -> Path:
    """Return where the mapping of a character's file lies: `me.character.toml`."""
    return character.with_name(character.stem + SUFFIX)


def load_mapping(path: Path) -> Mapping:
    """Return what a file says.

    Raises:
        ConfigError: it cannot be read, or says something that no mapping can; one
            sentence for each mistake, with its key or its line.
    """
    try:
        if path.is_file() and path.stat().st_size > LARGEST:
            raise ConfigError(f"{path}: is no mapping: it has over {LARGEST} bytes")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    told = "no such mapping; `facewire character map` writes one"
    return mapping_of(read_toml(path, told), path)


def mapping_of(tables: dict[str, Any], path: Path) -> Mapping:
    """Return what the tables of a mapping's file say; errors as for `load_mapping`.

    Args:
        tables: as TOML has them.
        path: of the file, for errors.
    """
    try:
        found = _File.model_validate(tables)
    except ValidationError as error:
        sentences = (f"{path}: {told}" for told in mistakes(error))
        raise ConfigError("\n".join(sentences)) from None
    places = {source: at for at, source in enumerate(ALL_SOURCES)}
    return Mapping(
        drives=tuple(
            Drive(source, row.to, row.gain, row.low, row.high)
            for source, row in sorted(
                found.drives.items(), key=lambda item: places[item[0]]
            )
        ),
        bones={bone: found.bones[bone] for bone in BONES if bone in found.bones},
        gaze=Gaze(**found.gaze.model_dump()),
        lids=Lids(**found.lids.model_dump()),
        facing=FACINGS[found.facing],
        emotions=found.emotions,
    )
