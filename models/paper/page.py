"""The report as one HTML file: pictures are in it, and nothing is fetched."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from .part import Part, Picture, Table

TITLE: Final = "facewire and the paper, figure by figure"
STYLE: Final = """
:root { color-scheme: light dark;
  --ground: #fbfbfa; --ink: #1d1f21; --quiet: #5d646b; --line: #d9dcdf;
  --mark: #eef1f4; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #17191b; --ink: #e6e7e8; --quiet: #9aa2aa; --line: #363b40;
  --mark: #22262a; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.25rem; margin: 0 0 .3rem; }
section { border-top: 1px solid var(--line); padding: 1.4rem 0; }
.figure { color: var(--quiet); font-size: .85rem; margin: 0; }
.claim { border-left: 3px solid var(--line); padding-left: .8rem; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .88rem; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; white-space: nowrap; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: right;
  vertical-align: top; font-variant-numeric: tabular-nums; white-space: nowrap; }
.words { text-align: left; }
.long { text-align: left; white-space: normal; min-width: 14rem; }
@media (max-width: 40rem) { .long { min-width: 9rem; } caption { white-space: normal; }
  th, td { padding: .25rem .45rem; } body { padding: 1rem; } }
thead th { background: var(--mark); }
code { font-size: .92em; }
img { max-width: 100%; border: 1px solid var(--line); }
figure { margin: 1rem 0; } figcaption { color: var(--quiet); font-size: .85rem; }
.out { background: var(--mark); padding: .6rem .8rem; }
nav ul { list-style: none; padding: 0; columns: 22rem; }
nav li { break-inside: avoid; } nav .figure { display: inline; } a { color: inherit; }
"""


LONG: Final = 32
"""Letters of a cell that may be broken into lines."""

_NUMBER: Final = re.compile(r"[-+]?[0-9]|-$")
_CODE: Final = re.compile("`([^`]+)`")


def page(parts: Sequence[Part], facts: dict[str, Any]) -> str:
    """Return the HTML.

    Args:
        parts: in order.
        facts: shown at the end: commit, machine.
    """
    links = "".join(
        f'<li><a href="#part{i}">{escape(part.title)}</a> '
        f'<span class="figure">{escape(part.figure)}'
        f"{', left out' if part.left_out else ''}</span></li>"
        for i, part in enumerate(parts)
    )
    sections = "\n".join(_section(i, part) for i, part in enumerate(parts))
    about = "; ".join(f"{name}: {_told(value)}" for name, value in facts.items())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{TITLE}</title><style>{STYLE}</style></head>\n<body>"
        f"<h1>{TITLE}</h1>\n<p>Each part says what the paper claims, what was measured "
        "here, and what to keep in mind. Parts that could not be measured say why.</p>"
        f"\n<nav><ul>{links}</ul></nav>\n{sections}\n"
        f'<section><p class="figure">{escape(about)}</p></section>\n</body></html>\n'
    )


def _section(number: int, part: Part) -> str:
    body = [
        f'<section id="part{number}"><p class="figure">{escape(part.figure)}</p>',
        f"<h2>{escape(part.title)}</h2>",
        f'<p class="claim">The paper: {_text(part.claim)}</p>',
    ]
    if part.left_out:
        body.append(f'<p class="out">Left out: {_text(part.left_out)}</p>')
    if part.measured:
        body.append(f"<p>{_text(part.measured)}</p>")
    body += [_table(each) for each in part.tables]
    body += [_picture(each) for each in part.pictures]
    if part.caveats:
        items = "".join(f"<li>{_text(each)}</li>" for each in part.caveats)
        body.append(f"<ul>{items}</ul>")
    return "\n".join([*body, "</section>"])


def _table(table: Table) -> str:
    kinds = [_kind(table, column) for column in range(len(table.head))]
    head = "".join(
        f"<th{kind}>{escape(cell)}</th>"
        for kind, cell in zip(kinds, table.head, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{_text(cell)}</td>"
            for kind, cell in zip(kinds, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(table.title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _kind(table: Table, column: int) -> str:
    """Return the class of a column: words read better from the left."""
    cells = [row[column] for row in table.rows]
    if any(len(cell) > LONG for cell in cells):
        return ' class="long"'
    numbers = column > 0 and all(_NUMBER.match(cell) for cell in cells)
    return "" if numbers else ' class="words"'


def _told(value: Any) -> str:
    """Return a fact in words."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return str(value)


def _text(text: str) -> str:
    """Return a text as HTML; what stands in backticks is code."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _picture(picture: Picture) -> str:
    data = b64encode(picture.png).decode("ascii")
    title = escape(picture.title)
    return (
        f'<figure><img alt="{title}" src="data:image/png;base64,{data}">'
        f"<figcaption>{title}</figcaption></figure>"
    )


def as_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Return the parts as JSON can hold them, with titles for pictures."""
    return [
        {
            "figure": part.figure,
            "title": part.title,
            "claim": part.claim,
            "measured": part.measured,
            "tables": [
                {"title": t.title, "head": t.head, "rows": t.rows} for t in part.tables
            ],
            "pictures": [picture.title for picture in part.pictures],
            "caveats": part.caveats,
            "left_out": part.left_out,
        }
        for part in parts
    ]
