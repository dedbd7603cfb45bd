"""What `facewire inspect vts` answers in place of VTube Studio.

It admits every plugin at once, has the default parameters that a face moves, and makes
every custom one. The requests come from a stranger: lengths and counts are bounded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from . import vtube_studio as api
from .errors import DecodeError
from .vtube_parameters import DEFAULTS
from .wording import shown

TOKEN: Final = "facewire-inspect-admits-every-plugin"
MOST_VALUES: Final = 400
"""Parameters of one request: 300 custom ones, and the default ones."""
MOST_CREATED: Final = 300


@dataclass(frozen=True, slots=True)
class Injected:
    """The values of one InjectParameterDataRequest."""

    values: Mapping[str, float]
    face_found: bool | None
    """None if the plugin does not say."""
    plugin: str = "vts"


def injected(message: str | bytes) -> Injected:
    """Return the values of an InjectParameterDataRequest.

    Raises:
        DecodeError: the message is no such request; nothing else is ever raised.
    """
    asked = api.read(message)
    if asked.kind != f"{api.INJECT}Request":
        raise DecodeError(f"vts: {shown(asked.kind)!r}, expected {api.INJECT}Request")
    rows = asked.data.get("parameterValues")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_VALUES:
        raise DecodeError(f"vts: parameterValues is no list of 1 to {MOST_VALUES}")
    values = dict(_value(row) for row in rows)
    found = asked.data.get("faceFound")
    return Injected(values, found if isinstance(found, bool) else None)


def _value(row: object) -> tuple[str, float]:
    if not isinstance(row, dict):
        raise DecodeError("vts: a value is no JSON object")
    name, value = row.get("id"), row.get("value")
    if not isinstance(name, str) or not 0 < len(name) <= 64:
        raise DecodeError("vts: a value has no id of 1 to 64 characters")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodeError(f"vts: {shown(name)} has no number")
    # A comparison of a whole number with a float is exact, however many digits it has.
    if not abs(value) <= api.LARGEST:
        raise DecodeError(
            f"vts: {shown(name)} is not within {api.LARGEST:.0f} either way"
        )
    return shown(name), float(value)


@dataclass(slots=True)
class StandIn:
    """Answers one plugin."""

    created: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, message: str | bytes) -> str:
        """Return the answer to a request; raise DecodeError if it is none."""
        asked = api.read(message)
        kind = asked.kind.removesuffix("Request")
        match kind:
            case api.TOKEN:
                return _answer(asked, {"authenticationToken": TOKEN})
            case api.AUTHENTICATE:
                return _answer(asked, {"authenticated": True, "reason": ""})
            case api.LIST:
                return _answer(
                    asked,
                    {
                        "defaultParameters": _defaults(),
                        "customParameters": list(self.created.values()),
                    },
                )
            case api.CREATE:
                return self._create(asked)
            case api.INJECT:
                injected(message)
                return _answer(asked, {})
            case "APIState":
                return _answer(asked, {"active": True})
        return _error(asked, 7, "facewire inspect does not know this request")

    def _create(self, asked: api.Answer) -> str:
        name = asked.data.get("parameterName")
        if not isinstance(name, str) or not api.is_name(name):
            return _error(asked, 350, "The parameter's name is invalid")
        if name not in self.created and len(self.created) >= MOST_CREATED:
            return _error(asked, 356, "There are too many parameters")
        low, high = (_finite(asked.data.get(key)) for key in ("min", "max"))
        self.created[name] = {
            **{"name": name, "addedBy": api.PLUGIN["pluginName"], "value": 0},
            **{"min": low, "max": high, "defaultValue": 0},
        }
        return _answer(asked, {"parameterName": name})


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if abs(value) <= api.LARGEST else 0.0


def _defaults() -> list[dict[str, Any]]:
    return [
        {
            **{"name": name, "addedBy": "VTube Studio", "value": 0},
            **{"min": one.low, "max": one.high, "defaultValue": 0},
        }
        for name, one in DEFAULTS.items()
    ]


def _answer(asked: api.Answer, data: Mapping[str, Any], kind: str = "") -> str:
    kind = kind or f"{asked.kind.removesuffix('Request')}Response"
    return json.dumps(
        {
            **{"apiName": api.API, "apiVersion": api.VERSION, "timestamp": 0},
            **{"requestID": asked.request, "messageType": kind, "data": dict(data)},
        }
    )


def _error(asked: api.Answer, number: int, message: str) -> str:
    return _answer(asked, {"errorID": number, "message": message}, api.ERROR)
