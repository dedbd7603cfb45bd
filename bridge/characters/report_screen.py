"""Shows a report of a character on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from protocols.gltf.vrm import Licence
from protocols.wording import counted, shown

from .report import Report

MOST: Final = 40
"""Names of unused targets that are shown."""

_BONES: Final = {
    "shoulders": ("leftShoulder", "rightShoulder"),
    "eyes": ("leftEye", "rightEye"),
}


def report_screen(report: Report) -> RenderableType:
    """Return the report as rows of a title and text that wraps."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for title, text, style in _rows(report):
        rows.add_row(title, Text(text, style=style))
    head = Text.assemble((shown(report.file), "bold"), f"  {_what(report)}")
    alarms = [Text.assemble(("! ", "yellow"), alarm) for alarm in report.alarms]
    return Group(head, Text(), rows, *([Text(), *alarms] if alarms else []))


def _what(report: Report) -> str:
    text = report.format
    if report.generator:
        text += f", by {shown(report.generator)}"
    return text


def _rows(report: Report) -> Iterable[tuple[str, str, str]]:
    yield "Size", _size(report), ""
    if report.copyright:
        yield "Copyright", shown(report.copyright), ""
    if report.licence is not None:
        yield "Licence", _licence(report.licence), ""
        for sentence in report.licence.forbids:
            yield "Forbids", sentence, "yellow"
    yield "Curves", _count(report), ""
    for title, names, style in (
        ("  own", tuple(report.own), "green"),
        ("  by others", report.mixed, "cyan"),
        ("  missing", report.missing, "dim"),
    ):
        if names:
            yield title, "  ".join(paired(names)), style
    yield "Vowels", " ".join(report.vowels) or _no_vowels(report), ""
    if report.emotions:
        yield "Emotions", " ".join(report.emotions), ""
    if report.format.startswith("VRM"):
        yield "Presets", " ".join(report.presets) or "none", ""
    yield "Bones", "  ".join(_bones(report)), ""
    yield "Gaze", _gaze(report), ""
    if any(report.blink):
        left, right = (f"{share:.0%}" for share in report.blink)
        closed = left if left == right else f"{left} left, {right} right"
        yield "Blink", f"closes {closed} of the gap between the lids", ""
    yield "Faces", report.facing, ""
    if report.unused:
        unused = [shown(name, 40) for name in report.unused[:MOST]]
        more = len(report.unused) - len(unused)
        text = "  ".join(unused) + (f"  and {more} more" if more else "")
        yield "Not moved", text, ""


def _size(report: Report) -> str:
    text = (
        f"{counted(report.triangles, 'triangle', ',')}, "
        f"{counted(len(report.targets), 'morph target')}"
    )
    if report.expressions:
        text += f", {counted(len(report.expressions), 'expression')}"
    return text


def _licence(licence: Licence) -> str:
    by = f"by {', '.join(licence.authors)}" if licence.authors else ""
    parts = [licence.title, by, licence.name, licence.url]
    told = [shown(part, 120) for part in parts if part]
    return "; ".join(told) or "the file tells none"


def _count(report: Report) -> str:
    total = len(report.own) + len(report.mixed)
    text = f"{total} of {total + len(report.missing)}"
    ways = [
        (how, sum(report.by.get(name) == how for name in report.own))
        for how in ("name", "expression", "geometry", "file")
    ]
    told = [f"{number} by {how}" for how, number in ways if number]
    if report.mixed:
        told.append(f"{len(report.mixed)} through others")
    if report.family:
        told.append(f"names of {report.family}")
    return f"{text}: {', '.join(told)}" if told else text


def _no_vowels(report: Report) -> str:
    if {"jawOpen", "mouthPucker"} <= report.own.keys():
        return "not needed: the curves shape the mouth"
    return "none: the jaw bone opens the mouth" if report.jaw else "none"


def _bones(report: Report) -> list[str]:
    names = list(report.bones)
    for both, pair in _BONES.items():
        if set(pair) <= set(names):
            names[names.index(pair[0])] = both
            names.remove(pair[1])
    if not {"head", "neck"} & set(names):
        names.append("no head: the whole scene turns")
    return names


def _gaze(report: Report) -> str:
    gaze = report.gaze
    if gaze.by == "bones":
        if not {"leftEye", "rightEye"} <= report.bones.keys():
            return "none: it has no bones of the eyes"
        return (
            f"eye bones, {gaze.inner:g} degrees inward, {gaze.outer:g} outward, "
            f"{gaze.up:g} up, {gaze.down:g} down"
        )
    return "the eyeLook curves" if gaze.by == "curves" else "none"


def paired(names: Sequence[str]) -> list[str]:
    """Return names of curves; a pair of sides is one name without side."""
    out: list[str] = []
    for name in names:
        base = name.removesuffix("Left").removesuffix("Right")
        both = {f"{base}Left", f"{base}Right"} <= set(names)
        # jawLeft and mouthLeft are directions.
        if both and base not in ("jaw", "mouth"):
            name = base
        if name not in out:
            out.append(name)
    return out
