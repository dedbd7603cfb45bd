"""A step of building the wheel: it takes a copy of `plugins/`.

`facewire plugins` packs them from there. An editable install gets no copy, which would
grow old: it packs those of the checkout.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PluginsInWheel(BuildHookInterface[Any]):
    """Adds `plugins/` as `bridge/plugins/sources`, where `packages.py` looks."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the folder; `version` is "standard" or "editable"."""
        if version == "standard":
            build_data["force_include"]["plugins"] = "bridge/plugins/sources"
