"""What every part of the settings is made of: the base class and the number types.

The wires' settings and `bridge.config` share it; it imports neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A table in the settings file. Immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


Seconds = Annotated[float, Field(ge=0.0, le=3600.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Port = Annotated[int, Field(ge=1, le=65535)]


def _without_null(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError(f"{str(path)!r} is no path: none can hold a null")
    return path


FilePath = Annotated[Path, AfterValidator(_without_null)]
"""Of a file or folder that need not exist."""
