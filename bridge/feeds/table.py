"""The table of sources of packets. To add one, write its file and add its row.

`--source`, its help texts, the feed and `facewire doctor` use this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .fmv3 import FMV3
from .ifacialmocap import FACEMOTION3D, IFACIALMOCAP
from .kind import Kind
from .livelink import LIVELINK
from .native import NATIVE, ZMQ
from .openseeface import OPENSEEFACE
from .spec import Spec
from .vmc import VMC
from .vts_phone import VTS_PHONE

KINDS: Final[Mapping[str, Kind]] = {
    kind.word: kind
    for kind in (
        LIVELINK,
        IFACIALMOCAP,
        FACEMOTION3D,
        FMV3,
        VTS_PHONE,
        NATIVE,
        ZMQ,
        VMC,
        OPENSEEFACE,
    )
}
"""Every kind of packets by its word, in the order of the help texts."""


def is_packets(text: str) -> bool:
    """Return True for a source of packets, False for a source of images."""
    return Spec.of(text).word in KINDS


def kind_of(spec: Spec) -> Kind:
    """Return the kind of a source of packets; KeyError for other sources."""
    return KINDS[spec.word]


def forms() -> list[str]:
    """Return the names of all kinds, for help texts."""
    return [kind.form for kind in KINDS.values()]
