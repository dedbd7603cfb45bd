"""The base class and the field types of all settings.

The wires' settings and `bridge.config` use this module; it imports neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A table in the settings file. It is immutable; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


Seconds = Annotated[float, Field(ge=0.0, le=3600.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Port = Annotated[int, Field(ge=1, le=65535)]


def _without_null(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError(f"{str(path)!r} is not a path, because it contains a null")
    return path


FilePath = Annotated[Path, AfterValidator(_without_null)]
"""The path of a file or folder, which need not exist."""
