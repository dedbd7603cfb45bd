"""The settings of the monitor page. This module imports pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bridge.section import Section


class Monitor(Section):
    """A page that shows and controls a running facewire, for browsers and OBS."""

    enabled: bool = False
    """Serve the page. `--monitor` and `--no-monitor` decide for one run."""
    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    """Address of this machine to listen on. With any other than 127.0.0.1, other
    machines can open the page; the stream is not encrypted."""
    port: Annotated[int, Field(ge=0, le=65535)] = 5570
    """TCP port. If another program uses it, or with 0, facewire chooses a free one."""
    picture: Literal["local", "everywhere", "off"] = "local"
    """Who sees the camera picture: local is browsers on this machine, everywhere is
    every page with the token, off is nobody."""
    picture_rate: Annotated[float, Field(ge=1.0, le=60.0)] = 15.0
    """Most pictures per second. The numbers come with every frame."""
