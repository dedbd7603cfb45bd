"""Writes the report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

from protocols.wording import counted, shown

from .curves import Picture

ROWS: Final = 200
"""Largest number of rows in a table; the JSON has all of them."""

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2430; --dim: #667080; --line: #d8dde5;
  --paper: #ffffff; --before: #b8541e; --after: #1f6fb2; --gap: #cfe3f5;
  --lost: #f3d3d0; --repeat: #e6e0f3; --pop: #f6e5c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --dim: #97a1b0;
  --line: #39414e; --paper: #171b21; --before: #e0935f; --after: #6db3ef;
  --gap: #20394f; --lost: #532b2a; --repeat: #352d4b; --pop: #4a3a1b; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); margin: 2rem auto;
  background: var(--paper); max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
.verdict { font-size: 1.1rem; padding: .3rem .8rem;
  border-left: 4px solid var(--after); }
.verdict.left { border-color: var(--before); }
.dim, td.dim { color: var(--dim); }
table { border-collapse: collapse; margin: .4rem 0; }
th, td { text-align: left; padding: .18rem .9rem .18rem 0; vertical-align: top; }
th { color: var(--dim); font-weight: 500; border-bottom: 1px solid var(--line); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.spans td:nth-child(-n+4), td.number { white-space: nowrap; }
.plot { overflow-x: auto; margin-bottom: .8rem; }
svg { width: 100%; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--dim); }
svg .grid { stroke: var(--line); } svg polyline { fill: none; stroke-width: 1.3; }
svg .before { stroke: var(--before); } svg .after { stroke: var(--after); }
svg .gap { fill: var(--gap); } svg .lost { fill: var(--lost); }
svg .repeat { fill: var(--repeat); } svg .pop { fill: var(--pop); }
.key span { padding: 0 .5rem; margin: 0 .5rem .3rem 0; display: inline-block;
  color: var(--ink); }
/* Narrow screens: a table row becomes a paragraph, and plots scroll sideways. */
@media (max-width: 40rem) {
  .spans, .spans tbody { display: block; } .spans tr:first-child { display: none; }
  .spans tr { display: block; padding: .35rem 0; border-top: 1px solid var(--line); }
  .spans td { padding: 0 .9rem 0 0; display: inline-block; }
  .spans td:nth-child(2)::after { content: " s"; }
  .spans td:nth-child(3)::before { content: "frames "; }
  .spans td:nth-child(n+4) { display: block; white-space: normal; }
  svg { min-width: 42rem; } svg text { font-size: 14px; } }
"""

_KINDS: Final = {
    "gap": "short gap without a face",
    "lost": "long gap without a face",
    "repeat": "repeated picture",
    "pop": "jump of one or two frames",
}
_WAYS: Final = {"filter": "filtered only", "input": "kept as recorded"}


def page(report: dict[str, Any], drawn: Sequence[Sequence[Picture]]) -> str:
    """Return the HTML page.

    Args:
        report: the report of `report_of`.
        drawn: the plots of each face.
    """
    body = [
        f"<h1>{_text(report['input'])}, refined</h1>",
        f'<p class="dim">Written to {_text(report["output"])} with amount '
        f"{report['amount']:g}"
        + (f"; locked: {_text(', '.join(report['locks']))}" if report["locks"] else "")
        + f". Network {_text(report['network_sha256'][:12])} on "
        f"{_text(report['runtime'])}; {_text(report['software'])}.</p>",
    ]
    body += [f"<p>Damaged file: {_text(text)}.</p>" for text in report["damage"]]
    for face, pictures in zip(report["faces"], drawn, strict=True):
        body += _face(report, face, pictures)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{_text(report['input'])}, refined</title>"
        f"<style>{_STYLE}</style></head>\n<body>" + "\n".join(body) + "</body></html>\n"
    )


def verdict(face: dict[str, Any]) -> str:
    """Return the result for a face's take in one line."""
    if not face["refined"]:
        return f"left unchanged: {face['reason']}"
    told = [f"{counted(face['frames_made_up'], 'frame')} filled in"]
    if face["jitter_before"] > 0.0:
        left = 100.0 * face["jitter_after"] / face["jitter_before"]
        told.insert(0, f"{left:.0f} % of the jitter left")
    if face["gaps_left"]:
        left = face["gaps_left"]
        which = "1 long gap needs" if left == 1 else f"{left} long gaps need"
        told.append(f"{which} an animator")
    return f"refined: {', '.join(told)}; {face['reason']}"


def _text(text: str) -> str:
    """Return text as HTML, without invisible and direction-changing characters."""
    return escape(shown(text, None))


def _face(
    report: dict[str, Any], face: dict[str, Any], pictures: Sequence[Picture]
) -> Iterable[str]:
    name = face["subject"]
    yield f"<h2>{_text(name)}</h2>"
    side, told = "" if face["refined"] else " left", verdict(face)
    yield f'<p class="verdict{side}">{_text(told[0].upper() + told[1:])}.</p>'
    yield _numbers(face)
    spans = [row for row in report["spans"] if row["face"] == name]
    repaired = [row for row in spans if row["done"] == "repaired"]
    left = [row for row in spans if row["done"] == "left"]
    kept = [row for row in report["guarded"] if row["face"] == name]
    bent = [row for row in kept if row["way"] == "bend"]
    guarded = [row for row in kept if row["way"] != "bend"]
    yield "<h3>Repaired</h3>" + _table(
        ("timecode", "second", "frames", "what", "where"),
        [(*_place(row), _KINDS[row["kind"]], _where(row)) for row in repaired],
        "No defects were found.",
    )
    yield "<h3>Left unchanged</h3>" + _table(
        ("timecode", "second", "frames", "what", "why"),
        [
            (*_place(row), *_reason(row))
            for row in sorted([*left, *guarded], key=lambda row: int(row["first"]))
        ],
        "Nothing.",
    )
    yield "<h3>Corrected to keep an event</h3>" + _table(
        ("timecode", "second", "frames", "channel", "event"),
        [(*_place(row), row["channel"], row["why"]) for row in bent],
        "Nothing.",
    )
    if pictures:
        yield (
            '<h3>Most changed</h3><p class="key dim">'
            '<span style="color: var(--before)">before</span>'
            '<span style="color: var(--after)">after</span>'
            + "".join(
                f'<span style="background: var(--{kind})">{text}</span>'
                for kind, text in _KINDS.items()
            )
            + "</p>"
        )
    for picture in pictures:
        yield f"<h3>{_text(picture.title)}</h3>"
        yield f'<div class="plot">{picture.svg}</div>'


def _numbers(face: dict[str, Any]) -> str:
    def thousandths(key: str) -> str:
        return f"{1e3 * face[key]:.2f}"

    rows = [
        (
            "jitter, thousandths",
            thousandths("jitter_before"),
            thousandths("jitter_after"),
        ),
        ("blinks", face["blinks_before"], face["blinks_after"]),
        ("lip closures", face["closures_before"], face["closures_after"]),
        ("gaps to 0.1 s", face["gaps_to_100_ms"], ""),
        ("gaps to 0.25 s", face["gaps_to_250_ms"], ""),
        ("gaps to 0.5 s", face["gaps_to_500_ms"], ""),
        ("longer gaps, left", face["gaps_left"], ""),
        ("repeated pictures", face["repeats"], ""),
        ("jumps of a signal", face["pops"], ""),
        ("frames locked", face["frames_locked"], ""),
        (
            "change in healthy frames, thousandths",
            "",
            thousandths("healthy_change"),
        ),
        (
            "changed share of the motion's energy",
            "",
            f"{face['changed_energy_percent']:.2f} %",
        ),
        ("sections corrected by the event guard", "", face["guarded"]),
    ]
    head = counted(face["frames"], "frame")
    if face["frames"] > 1:
        head += f", {face['seconds']:.1f} s, {face['fps']:.4g} fps"
    cells = "".join(
        f'<tr><td>{name}</td><td class="number">{was}</td>'
        f'<td class="number">{now}</td></tr>'
        for name, was, now in rows
    )
    return (
        f'<table><tr><th>{head}</th><th class="number">before</th>'
        f'<th class="number">after</th></tr>{cells}</table>'
    )


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    first, last = row["first"], row["last"]
    frames = str(first) if first == last else f"{first} to {last}"
    return row["timecode"], f"{row['seconds']:.2f}", frames


def _reason(row: dict[str, Any]) -> tuple[str, str]:
    """Return what was left unchanged, and why, for a row of spans or of guarded."""
    if "kind" in row:
        return _KINDS[row["kind"]], row["why"]
    return f"{row['channel']}: {row['why']}", _WAYS[row["way"]]


def _where(row: dict[str, Any]) -> str:
    channels: list[str] = row["channels"]
    if len(channels) > 4:
        return f"{', '.join(channels[:4])} and {len(channels) - 4} more"
    return ", ".join(channels) or "the whole face"


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> str:
    if not rows:
        return f'<p class="dim">{none}</p>'
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
        for row in rows[:ROWS]
    )
    more = len(rows) - ROWS
    note = f'<p class="dim">and {more} more in the JSON file</p>' if more > 0 else ""
    return f'<table class="spans"><tr>{head}</tr>{body}</table>{note}'
