"""The settings of a character that is sent live. This module imports pydantic."""

from __future__ import annotations

from bridge.section import FilePath, Section


class CharacterFile(Section):
    """The character that receives the frames. Every wire then gets what it needs."""

    file: FilePath | None = None
    """A .glb, .gltf or .vrm file. Unset: every receiver gets the actor's 52 curves."""
    mapping: FilePath | None = None
    """What moves it, as `facewire character map` writes it. Unset: the file of the
    character's name with .character.toml beside it, or else what is recognised."""
