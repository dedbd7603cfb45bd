"""The settings file that `facewire init` writes: every setting, its default, a comment.

Its sinks come from the table of wires, the rest from `assets/facewire.toml`.
"""

from __future__ import annotations

from importlib import resources

from .wires.table import sample


def sample_settings() -> str:
    """Return the file's text, TOML."""
    asset = resources.files("bridge") / "assets" / "facewire.toml"
    return f"{asset.read_text('utf-8')}\n{sample()}"
