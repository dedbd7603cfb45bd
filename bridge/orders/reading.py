"""Parses orders from text, as the control socket receives them.

    calibrate   seconds                     steadiness  value, 0 to 1
    reset                                   lead        value, ms, 0 to 120
    take start  slate, number, folder       style       value
    take stop                               mirror      value, on or off
    idle        value, on or off            profile     file, a full path; "" for none
    pause       value, on or off            gain        curve, value, 0 to 10

All verbs except those of takes may have a `subject`. Values have the same limits as
the settings, because the same model checks both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from bridge.config import Shape, Solve
from bridge.errors import ConfigError
from bridge.mistakes import mistakes
from bridge.shape.gains import with_gain
from bridge.shape.profile import CurveRange, Profile, load_profile
from bridge.takes.store import LAST_NUMBER

from .order import (
    CALIBRATE_S,
    Calibrate,
    Order,
    ResetNeutral,
    SetGain,
    SetIdle,
    SetLead,
    SetMirror,
    SetPause,
    SetProfile,
    SetSteadiness,
    SetStyle,
    StartTake,
    StopTake,
)

Arguments = Mapping[str, str]


def read_order(verb: str, arguments: Arguments) -> Order:
    """Return the order for a verb and its arguments.

    This reads a profile's file, so do not call it on the pipeline's thread.

    Raises:
        ConfigError: the verb or an argument is unknown, an argument is missing or out
            of range, or the profile cannot be read.
    """
    if verb not in _READERS:
        raise ConfigError(f"{verb!r} is not an order; expected {', '.join(_READERS)}")
    names, read = _READERS[verb]
    if unknown := set(arguments) - set(names):
        told = ", ".join(sorted(unknown))
        raise ConfigError(f"{verb}: unknown argument {told}")
    return read(verb, arguments)


def _calibrate(verb: str, arguments: Arguments) -> Calibrate:
    seconds = CALIBRATE_S
    if "seconds" in arguments:
        seconds = _checked(Solve, "calibrate_s", verb, arguments["seconds"])
        if seconds == 0.0:
            raise ConfigError(f"{verb}: got 0, expected seconds above 0")
    return Calibrate(seconds, arguments.get("subject"))


def _gain(verb: str, arguments: Arguments) -> SetGain:
    curve = _given(verb, arguments, "curve")
    text = _given(verb, arguments, "value")
    gain: float = _checked(CurveRange, "gain", verb, text)
    # Raises ConfigError if there is no such curve.
    with_gain(Profile(), curve, gain)
    return SetGain(curve, gain, arguments.get("subject"))


def _pause(verb: str, arguments: Arguments) -> SetPause:
    # Any setting of on or off reads the text alike.
    return SetPause(_shape("mirror", verb, arguments), arguments.get("subject"))


def _profile(verb: str, arguments: Arguments) -> SetProfile:
    text = _given(verb, arguments, "file")
    subject = arguments.get("subject")
    if not text:
        return SetProfile(Profile(), "", subject)
    return SetProfile(load_profile(_full_path(verb, "file", text)), text, subject)


def _start(verb: str, arguments: Arguments) -> StartTake:
    number, folder = arguments.get("number"), arguments.get("folder")
    return StartTake(
        arguments.get("slate"),
        None if number is None else _number(verb, number),
        None if folder is None else _full_path(verb, "folder", folder),
    )


def _number(verb: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7 and int(text)):
        raise ConfigError(f"{verb}: number {text!r}, expected 1 to {LAST_NUMBER}")
    return int(text)


def _full_path(verb: str, name: str, text: str) -> Path:
    # The daemon and its client may have different working folders.
    if not Path(text).is_absolute() or "\0" in text:
        raise ConfigError(f"{verb}: {name} {text!r}, expected a full path")
    return Path(text)


def _given(verb: str, arguments: Arguments, name: str) -> str:
    if name not in arguments:
        raise ConfigError(f"{verb}: {name} is missing")
    return arguments[name]


def _shape(field: str, verb: str, arguments: Arguments) -> Any:
    return _checked(Shape, field, verb, _given(verb, arguments, "value"))


def _checked(section: type[BaseModel], field: str, verb: str, text: str) -> Any:
    """Parse a value as the settings do, or raise ConfigError."""
    try:
        return getattr(section.model_validate({field: text}), field)
    except ValidationError as error:
        told = mistakes(error)[0].removeprefix(f"{field}: ")
        raise ConfigError(f"{verb}: {told}") from None


_VALUE: Final = ("value", "subject")
_READERS: Final[
    dict[str, tuple[tuple[str, ...], Callable[[str, Arguments], Order]]]
] = {
    "calibrate": (("seconds", "subject"), _calibrate),
    "reset": (("subject",), lambda verb, given: ResetNeutral(given.get("subject"))),
    "steadiness": (
        _VALUE,
        lambda verb, given: SetSteadiness(
            _shape("steadiness", verb, given), given.get("subject")
        ),
    ),
    "lead": (
        _VALUE,
        lambda verb, given: SetLead(
            _shape("lead_ms", verb, given), given.get("subject")
        ),
    ),
    "style": (
        _VALUE,
        lambda verb, given: SetStyle(
            _shape("style", verb, given), given.get("subject")
        ),
    ),
    "mirror": (
        _VALUE,
        lambda verb, given: SetMirror(
            _shape("mirror", verb, given), given.get("subject")
        ),
    ),
    "idle": (
        _VALUE,
        lambda verb, given: SetIdle(_shape("idle", verb, given), given.get("subject")),
    ),
    "pause": (_VALUE, _pause),
    "gain": (("curve", *_VALUE), _gain),
    "profile": (("file", "subject"), _profile),
    "take start": (("slate", "number", "folder"), _start),
    "take stop": ((), lambda verb, given: StopTake()),
}
