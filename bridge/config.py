"""All settings: one frozen tree, validated at once.

`bridge.config_file` reads it from TOML, flags and `--set`. The names contain the units.
The settings of each kind of sink are in the wire's file, under `bridge/wires`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from engines.motion.absence import Absence
from engines.motion.style import Style
from engines.one_euro import GROUPS, Tuning
from engines.runtime.precision import Precision
from engines.runtime.runtimes import Device
from protocols.plain_osc import address_subject

from .characters.settings import CharacterFile
from .discovery.settings import Announce
from .mix.settings import Mix
from .page.settings import Monitor
from .remote.settings import Remote
from .section import FilePath, Seconds, Section, Share
from .shape.mood import Mood
from .takes.settings import Record
from .timecode.settings import Timecode
from .wires.settings import Target
from .wires.table import any_target, default_targets


class Capture(Section):
    """The source of images or packets."""

    source: str = "camera:0"
    """camera:N, video:PATH, url:ADDRESS, images:DIR, demo, or packets of solved faces,
    such as livelink:PORT."""
    width: Annotated[int, Field(ge=0, le=7680)] = 640
    """Image width requested from a camera, pixels; 0 keeps the camera's default."""
    height: Annotated[int, Field(ge=0, le=4320)] = 480
    """Image height requested from a camera, pixels; 0 keeps the camera's default."""
    fps: Annotated[float, Field(ge=0.0, le=240.0)] = 30.0
    """Frame rate requested from a camera, and the frame rate of an image folder."""
    mjpg: bool = True
    """Request MJPG from the camera. Most cameras give 30 fps or more at 720p only in
    this format."""
    pace: Literal["real", "fast"] = "real"
    """real plays a file in real time; fast solves it as fast as possible and drops no
    frame."""
    loop: bool | None = None
    """Start a file again at its end. Unset: true for the demo, false otherwise."""


class Track(Section):
    """How faces are found."""

    faces: Annotated[int, Field(ge=1, le=8)] = 1
    """Maximum number of faces in one image, each with its own subject."""
    tracker: Literal["own", "mediapipe"] = "own"
    """own finds the face with networks on our engines; mediapipe uses MediaPipe's task
    file (`solve.task`) and needs facewire[mediapipe]."""
    detection_confidence: Share = 0.5
    """Minimum confidence to find a face."""
    tracking_confidence: Share = 0.5
    """Minimum confidence to continue to track a face."""


class Solve(Section):
    """How landmarks become curves."""

    solver: Literal["learned", "geometric", "mediapipe"] = "learned"
    """learned is our network; geometric needs no network; mediapipe uses the curves of
    MediaPipe's task file."""
    task: FilePath | None = None
    """Path of MediaPipe's face_landmarker.task, which you download; required for
    mediapipe."""
    calibrate_s: Seconds = 0.0
    """Use the first seconds as the neutral face; 0 finds the neutral face
    automatically."""
    field_of_view_deg: Annotated[float, Field(ge=20.0, le=140.0)] = 63.0
    """The camera's horizontal field of view; it scales the head's distance."""
    neck_share: Share = 0.35
    """The neck's share of the head's rotation."""

    @model_validator(mode="after")
    def _has_task(self) -> Solve:
        if self.solver == "mediapipe" and self.task is None:
            raise ValueError(
                'solver "mediapipe" needs task = "PATH": download MediaPipe\'s '
                "face_landmarker.task and give its path, or choose another solver"
            )
        return self


class GroupTuning(Section):
    """One-Euro tuning of one group of channels."""

    min_cutoff_hz: Annotated[float, Field(gt=0.0, le=120.0)]
    """Cutoff frequency at rest; a lower value is calmer but has more delay."""
    beta: Annotated[float, Field(ge=0.0, le=1000.0)]
    """Hz per unit of speed; a higher value follows quick moves sooner."""


class Smooth(Section):
    """The One-Euro filter."""

    enabled: bool = True
    """False is the older form of motion = "off"."""
    groups: dict[str, GroupTuning] = {}
    """Overrides by group: lids, gaze, brows, mouth, head, body, position."""

    @field_validator("groups")
    @classmethod
    def _known(cls, value: dict[str, GroupTuning]) -> dict[str, GroupTuning]:
        unknown = [name for name in value if name not in GROUPS]
        if unknown:
            raise ValueError(
                f"no such group: {', '.join(unknown)}; there are {', '.join(GROUPS)}"
            )
        return value

    def tunings(self) -> dict[str, Tuning]:
        """Return the overrides for the filter."""
        return {n: Tuning(g.min_cutoff_hz, g.beta) for n, g in self.groups.items()}


class Hold(Section):
    """What is sent while no face is seen."""

    hold_s: Seconds = 0.5
    """How long the last pose is held."""
    ease_s: Seconds = 1.0
    """How long the pose then takes to ease to neutral."""
    return_s: Seconds = 0.2
    """How long a returning face is blended in."""

    def timing(self) -> Absence:
        """Return these settings as a plain value."""
        return Absence(self.hold_s, self.ease_s, self.return_s)


class Shape(Section):
    """How solved frames are changed before they are sent."""

    mirror: bool = False
    """Swap left and right: the character moves like your mirror image."""
    profile: FilePath | None = None
    """A TOML file with ranges for curves and bones."""
    motion: Literal["lstm", "one_euro", "off"] = "lstm"
    """lstm is our network: it smooths with little delay, predicts, fills gaps and moves
    the body; one_euro is a filter; off sends the solved curves."""
    steadiness: Share = 0.75
    """For lstm: 0 is quick, 1 is calm."""
    lead_ms: Annotated[float, Field(ge=0.0, le=120.0)] = 0.0
    """For lstm: how far ahead it predicts, to compensate for the camera's delay."""
    style: Style = "natural"
    """For lstm: natural, calm, snappy, toon or held."""
    idle: bool = True
    """For lstm: breathe and sway; without a face, also blink and look around."""
    rate: Literal[0, 60, 90, 120] = 0
    """Frames sent per second, independent of the camera; 0 sends one per image.
    Between images, lstm generates frames; one_euro and off repeat the last one."""
    smooth: Smooth = Smooth()
    hold: Hold = Hold()

    @model_validator(mode="after")
    def _one_word(self) -> Shape:
        if self.smooth.enabled or self.motion == "off":
            return self
        if "motion" in self.model_fields_set:
            raise ValueError(
                f'smooth.enabled = false means motion = "off", but motion is '
                f'"{self.motion}"; delete one of the two'
            )
        return self

    @property
    def mover(self) -> Literal["lstm", "one_euro", "off"]:
        """The motion stage in use; off if an older file disables `smooth`."""
        return self.motion if self.smooth.enabled else "off"

    def absence(self) -> Absence:
        """Return the generator's settings for the time without a face."""
        hold = self.hold
        return Absence(hold.hold_s, hold.ease_s, hold.return_s, self.idle)


class Engines(Section):
    """The runtime of networks; `facewire engines` compiles, lists and times them."""

    device: Device = "auto"
    """auto uses the best runtime that is ready. With any other value, facewire uses
    that runtime or stops with an error."""
    precision: Precision = "auto"
    """auto uses the networks as shipped, and fp32 on TensorRT."""
    expression_precision: Literal["same"] | Precision = "same"
    """Precision of the expression network: same uses `precision`. Only this network is
    available in int8."""

    def for_expression(self) -> Engines:
        """Return the settings for the expression network."""
        own = self.expression_precision
        precision = self.precision if own == "same" else own
        return Engines(device=self.device, precision=precision)


if TYPE_CHECKING:
    Sink = Target
else:
    Sink = any_target()


class Config(Section):
    """All settings."""

    subjects: Annotated[list[str], Field(min_length=1, max_length=8)] = ["facewire"]
    """Names on the wire, one per face. Missing names are the first name with a number.
    """
    capture: Capture = Capture()
    mix: Mix = Mix()
    track: Track = Track()
    expression: Literal["auto", "on", "off"] = "auto"
    """Identify expressions. If the network cannot be used, auto continues without it
    and on stops with an error."""
    mood: Mood = Mood()
    solve: Solve = Solve()
    shape: Shape = Shape()
    character: CharacterFile = CharacterFile()
    engines: Engines = Engines()
    timecode: Timecode = Timecode()
    record: Record = Record()
    monitor: Monitor = Monitor()
    remote: Remote = Remote()
    announce: Announce = Announce()
    sinks: Annotated[list[Sink], Field(max_length=64)] = default_targets()
    """The receivers of the frames; each table has a `kind`."""

    @field_validator("subjects")
    @classmethod
    def _names(cls, value: list[str]) -> list[str]:
        for name in value:
            if not name.strip() or len(name) > 64 or not name.isprintable():
                raise ValueError(f"{name!r}, expected 1 to 64 printable characters")
        if len({address_subject(name) for name in value}) < len(value):
            raise ValueError(
                f"names must differ, also as OSC addresses: {', '.join(value)}"
            )
        return value

    @model_validator(mode="after")
    def _one_rate(self) -> Config:
        if self.timecode.genlock and (self.shape.rate or self.capture.pace == "fast"):
            raise ValueError(
                "timecode.genlock sends at timecode.rate, in real time; set "
                'shape.rate = 0 and capture.pace = "real"'
            )
        return self

    @model_validator(mode="after")
    def _has_task(self) -> Config:
        if self.track.tracker == "mediapipe" and self.solve.task is None:
            raise ValueError(
                'tracker "mediapipe" needs solve.task = "PATH": download MediaPipe\'s '
                'face_landmarker.task and give its path, or use tracker = "own"'
            )
        return self

    def subject_names(self) -> tuple[str, ...]:
        """Return one name per face: the given names, then the first with a number."""
        names = list(self.subjects[: self.track.faces])
        number = 2
        while len(names) < self.track.faces:
            name = f"{self.subjects[0]}{number}"
            number += 1
            if name not in names:
                names.append(name)
        return tuple(names)
