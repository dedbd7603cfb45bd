"""The settings of takes. This module imports pydantic."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from bridge.errors import TakeError
from bridge.section import FilePath, Section

from .store import LAST_NUMBER, check_slate


class Record(Section):
    """Takes on disk. You can also start and stop takes while facewire runs."""

    folder: FilePath = Path("takes")
    """Folder of the takes; created with the first take."""
    slate: str = "Take"
    """Name of the shot; the files are `<slate>_<number>.mcap`."""
    number: Annotated[int, Field(ge=0, le=LAST_NUMBER)] = 0
    """Number of the first take; 0 is the next free one."""
    video: bool = False
    """Record an MP4 of the camera beside each take."""
    at_start: bool = False
    """Record from the start."""

    @field_validator("slate")
    @classmethod
    def _name(cls, value: str) -> str:
        try:
            check_slate(value)
        except TakeError as error:
            raise ValueError(str(error)) from None
        return value
