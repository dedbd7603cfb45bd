"""Opens the stage and the desk of the pages, for a running daemon."""

from __future__ import annotations

from pathlib import Path

from bridge.characters.builtin import builtin_character, builtin_file
from bridge.characters.live import LiveCharacter
from bridge.characters.mapping_file import beside
from bridge.characters.open import packed_file
from bridge.characters.settings import CharacterFile

from .desk import PageDesk, Section
from .guide_verbs import GuideVerbs
from .jobs import Jobs
from .mapping_verbs import MappingVerbs
from .on_stage import OnStage
from .order_verbs import OrderVerbs
from .running import Running, Tell
from .saving import Saving
from .stage import Stage
from .take_folder import TakeFolder
from .take_jobs import TakeJobs
from .take_verbs import TakeVerbs
from .uploads import Uploads


def open_stage(settings: CharacterFile, character: LiveCharacter | None) -> Stage:
    """Return a stage with the character of the settings, or with the built-in head.

    Args:
        settings: name its file.
        character: that file, opened; None without one.

    Raises:
        CharacterError: the file cannot be read, or has too many morph targets.
    """
    if character is None or settings.file is None:
        made, mapping = builtin_character()
        return Stage(made, mapping, builtin_file())
    data = packed_file(settings.file)
    return Stage(character.character, character.mapping, data)


def open_desk(
    running: Running, stage: Stage, tell: Tell, settings: Path | None = None
) -> PageDesk:
    """Return the desk of the pages. The caller closes it.

    Args:
        running: the daemon.
        stage: from `open_stage`.
        tell: sends a message to every page.
        settings: the settings file that the daemon was started with, if any.
    """
    named = running.config.character
    mapping = named.mapping
    if mapping is None and named.file is not None:
        mapping = beside(named.file)
    on_stage = OnStage(
        stage, running, tell, file=mapping, on_wires=named.file is not None
    )
    saving = Saving(running, settings)
    jobs = Jobs(tell)
    folder = TakeFolder(running.config.record.folder)
    uploads = Uploads(on_stage, jobs, saving.folder)
    guide = GuideVerbs(running, saving.folder)
    sections: list[Section] = [
        OrderVerbs(running, saving.folder, tell),
        saving,
        MappingVerbs(on_stage),
        uploads,
        TakeVerbs(running, folder, lambda: stage.now),
        TakeJobs(folder, jobs, tell),
        guide,
    ]
    return PageDesk(sections, uploads, guide)
