"""Everything a user can set: one frozen tree, checked in one go.

`bridge.config_file` reads it from TOML, flags and `--set`. Units stand in the names.
The settings of each kind of sink are in the wire's own file, under `bridge/wires`.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    field_validator,
    model_validator,
)

from engines.motion.absence import Absence
from engines.motion.style import Style
from engines.one_euro import GROUPS, Tuning
from engines.runtime.precision import Precision
from engines.runtime.runtimes import Device
from protocols.plain_osc import address_subject

from .errors import TakeError
from .section import FilePath, Seconds, Section, Share
from .takes.store import LAST_NUMBER, check_slate
from .wires.settings import Target
from .wires.table import any_target, default_targets


class Capture(Section):
    """Where images come from."""

    source: str = "camera:0"
    """camera:N, video:PATH, url:ADDRESS, images:DIR, demo or livelink:PORT."""
    width: Annotated[int, Field(ge=0, le=7680)] = 640
    """Pixels asked of a camera; 0 leaves the camera's own."""
    height: Annotated[int, Field(ge=0, le=4320)] = 480
    """Pixels asked of a camera; 0 leaves the camera's own."""
    fps: Annotated[float, Field(ge=0.0, le=240.0)] = 30.0
    """Asked of a camera, and the pace of an image folder."""
    mjpg: bool = True
    """Ask the camera for MJPG: most give 30 fps and more at 720p only so."""
    pace: Literal["real", "fast"] = "real"
    """A file at its own pace, or as fast as it can be solved, no frame dropped."""
    loop: bool | None = None
    """Start a file again at its end. Unset: yes for the demo, no for the rest."""


class Track(Section):
    """How faces are found."""

    faces: Annotated[int, Field(ge=1, le=8)] = 1
    """At most so many faces in one picture, each a subject of its own."""
    detection_confidence: Share = 0.5
    """How sure MediaPipe must be to find a face."""
    tracking_confidence: Share = 0.5
    """How sure MediaPipe must be to go on following a face."""


class Solve(Section):
    """How landmarks become curves."""

    solver: Literal["learned", "geometric", "mediapipe"] = "learned"
    """learned is our network, geometric needs none, mediapipe takes the curves of a
    task file of MediaPipe's."""
    task: FilePath | None = None
    """face_landmarker.task, which MediaPipe offers for download; mediapipe needs it."""
    calibrate_s: Seconds = 0.0
    """Take the first seconds as the neutral face; 0 finds neutral by itself."""
    field_of_view_deg: Annotated[float, Field(ge=20.0, le=140.0)] = 63.0
    """The camera's horizontal angle; it scales the head's distance."""
    neck_share: Share = 0.35
    """The neck's part of the head's rotation."""

    @model_validator(mode="after")
    def _has_task(self) -> Solve:
        if self.solver == "mediapipe" and self.task is None:
            raise ValueError(
                'solver "mediapipe" needs task = "PATH", MediaPipe\'s '
                "face_landmarker.task, which has to be downloaded; or choose another "
                "solver"
            )
        return self


class GroupTuning(Section):
    """One-Euro tuning of one group of channels."""

    min_cutoff_hz: Annotated[float, Field(gt=0.0, le=120.0)]
    """Cutoff at rest: lower is calmer and later."""
    beta: Annotated[float, Field(ge=0.0, le=1000.0)]
    """Hz per unit of speed: higher follows quick moves sooner."""


class Smooth(Section):
    """The One-Euro filter."""

    enabled: bool = True
    """False is the same as motion = "off", and how older files say it."""
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
        """Return the overrides as the filter wants them."""
        return {n: Tuning(g.min_cutoff_hz, g.beta) for n, g in self.groups.items()}


class Hold(Section):
    """What happens while no face is seen."""

    hold_s: Seconds = 0.5
    """The last pose is kept so long."""
    ease_s: Seconds = 1.0
    """Then it eases to neutral over this time."""
    return_s: Seconds = 0.2
    """A face that returns is blended in over this time."""

    def timing(self) -> Absence:
        """Return the same as a plain value."""
        return Absence(self.hold_s, self.ease_s, self.return_s)


class Shape(Section):
    """From the solved frame to the frame that is sent."""

    mirror: bool = False
    """Swap left and right: the character moves like your mirror image."""
    profile: FilePath | None = None
    """A TOML file with ranges for curves and bones."""
    motion: Literal["lstm", "one_euro", "off"] = "lstm"
    """lstm is our network: smooth, ahead of time, with a body; one_euro is a filter;
    off sends what was solved."""
    steadiness: Share = 0.75
    """lstm: 0 is quick, 1 is calm."""
    lead_ms: Annotated[float, Field(ge=0.0, le=120.0)] = 0.0
    """lstm: how far ahead it predicts, to make up for the camera's delay."""
    style: Style = "natural"
    """lstm: natural, calm, snappy, toon or held."""
    idle: bool = True
    """lstm: breathe, sway and, when nobody is seen, blink and look about."""
    rate: Literal[0, 60, 90, 120] = 0
    """Frames a second that are sent, whatever the camera gives; 0 sends one for every
    image. lstm makes those between, the others repeat."""
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
        """What makes the motion, older files' `smooth.enabled` considered."""
        return self.motion if self.smooth.enabled else "off"

    def absence(self) -> Absence:
        """Return what the generator does while nobody is seen."""
        hold = self.hold
        return Absence(hold.hold_s, hold.ease_s, hold.return_s, self.idle)


class Engines(Section):
    """What runs the networks; `facewire engines` compiles, lists and times them."""

    device: Device = "auto"
    """auto takes the best that is ready; anything else is that or an error."""
    precision: Precision = "auto"
    """auto is the network as it ships, and fp32 on TensorRT."""
    expression_precision: Literal["same"] | Precision = "same"
    """The expression network's own: it alone comes in int8 as well."""

    def for_expression(self) -> Engines:
        """Return what runs the expression network."""
        own = self.expression_precision
        precision = self.precision if own == "same" else own
        return Engines(device=self.device, precision=precision)


if TYPE_CHECKING:
    Sink = Target
else:
    Sink = any_target()


def _rate(value: object) -> object:
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(
            f"got {value!r}, expected frames a second: 60 or '30000/1001'"
        ) from None
    if not 1 <= rate <= 240 or rate.denominator > 1001:
        raise ValueError(f"got {value!r}, expected 1 to 240 frames a second")
    return rate


class Timecode(Section):
    """The clock that travels with every frame."""

    rate: Annotated[
        Fraction, BeforeValidator(_rate), PlainSerializer(str, return_type=str)
    ] = Fraction(60)
    """Frames a second, whole or a fraction such as 30000/1001. Constant for a
    session, whatever the camera does: Unreal flushes its buffer when it changes."""


class Record(Section):
    """Takes on disk; also started and stopped while it runs."""

    folder: FilePath = Path("takes")
    """Where they go; made when the first one begins."""
    slate: str = "Take"
    """What is shot; `<slate>_<number>.mcap` is the file."""
    number: Annotated[int, Field(ge=0, le=LAST_NUMBER)] = 0
    """Of the first take; 0 is the next that is free."""
    video: bool = False
    """Keep what the camera saw, as an MP4 beside the take."""
    at_start: bool = False
    """Record from the beginning."""

    @field_validator("slate")
    @classmethod
    def _name(cls, value: str) -> str:
        try:
            check_slate(value)
        except TakeError as error:
            raise ValueError(str(error)) from None
        return value


class Config(Section):
    """The whole of it."""

    subjects: Annotated[list[str], Field(min_length=1, max_length=8)] = ["facewire"]
    """Names on the wire, one a face; missing ones are made from the first."""
    capture: Capture = Capture()
    track: Track = Track()
    expression: Literal["auto", "on", "off"] = "auto"
    """Identify expressions: auto goes on without where the network cannot be used, on
    makes that an error."""
    solve: Solve = Solve()
    shape: Shape = Shape()
    engines: Engines = Engines()
    timecode: Timecode = Timecode()
    record: Record = Record()
    sinks: Annotated[list[Sink], Field(max_length=64)] = default_targets()
    """Where frames go; each table has a `kind`."""

    @field_validator("subjects")
    @classmethod
    def _names(cls, value: list[str]) -> list[str]:
        for name in value:
            if not name.strip() or len(name) > 64 or not name.isprintable():
                raise ValueError(f"{name!r} is no name of 1 to 64 printable characters")
        if len({address_subject(name) for name in value}) < len(value):
            raise ValueError(
                f"names must differ, in OSC addresses too: {', '.join(value)}"
            )
        return value

    def subject_names(self) -> tuple[str, ...]:
        """Return one name a face: those given, then the first with a number."""
        names = list(self.subjects[: self.track.faces])
        number = 2
        while len(names) < self.track.faces:
            name = f"{self.subjects[0]}{number}"
            number += 1
            if name not in names:
                names.append(name)
        return tuple(names)
