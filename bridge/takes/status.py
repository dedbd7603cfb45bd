"""The state of a recorder, for logs, the live table and control commands."""

from __future__ import annotations

from dataclasses import dataclass

from .take_thread import TakeThread


@dataclass(frozen=True, slots=True)
class Status:
    """A recorder's state at one instant."""

    recording: bool = False
    file: str = ""
    """The running take, or the last one."""
    slate: str = ""
    number: int = 0
    seconds: float = 0.0
    frames: int = 0
    dropped: int = 0
    pictures: int = 0
    """Pictures in the reference video."""
    pictures_dropped: int = 0
    """Pictures that the encoder had no time for."""
    error: str = ""
    """Why the last recording failed."""
    video_error: str = ""
    """Why the reference video failed while the take continued."""

    def sentence(self) -> str:
        """Return `recording 12A 003 0:12`, or the error, or nothing."""
        if not self.recording:
            return self.error
        minutes, seconds = divmod(int(self.seconds), 60)
        lost = f", {self.dropped} dropped" if self.dropped else ""
        blind = ", no more video" if self.video_error else ""
        name = f"{self.slate} {self.number:03}"
        return f"recording {name} {minutes}:{seconds:02}{lost}{blind}"


def status_of(take: TakeThread, *, recording: bool) -> Status:
    """Return the state of a take."""
    return Status(
        recording,
        str(take.path or ""),
        take.about.slate,
        take.about.number,
        take.seconds,
        take.frames,
        take.dropped,
        take.pictures,
        take.pictures_dropped,
        take.error,
        take.video_error,
    )
