"""The result of one check of `facewire doctor`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["good", "option", "note", "problem"]
"""The result of a check. "option" means absent, but not required."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    part: str
    state: State
    sentence: str
    detail: dict[str, Any] = field(default_factory=dict)
