"""`facewire discover`: lists phones and programs in the network."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from bridge.printing import PlainConsole, say, say_json

COLUMNS = ("what", "name", "where", "next")


def discover(
    seconds: Annotated[
        float, typer.Option(min=0.5, max=60.0, help="How long to listen.")
    ] = 4.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for scripts.")
    ] = False,
) -> None:
    """List phones, facewires, VRChat, VTube Studio and OSC programs in the network.

    It listens to announcements (mDNS, and VTube Studio's own) and connects to
    nothing. Phones with Live Link Face announce nothing reliable: enter this
    machine's address there.
    """
    from bridge.discovery.browse import discover as listen
    from bridge.discovery.browse import own_addresses

    rows = listen(seconds)
    if as_json:
        found = [asdict(row) for row in rows]
        say_json({"found": found, "addresses": own_addresses()})
        return
    if rows:
        table = Table(box=None, pad_edge=False)
        for column in COLUMNS:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(row.what, row.name, row.where, row.next)
        PlainConsole().print(table)
    else:
        say("nothing has announced itself")
    here = ", ".join(own_addresses()) or "none; it has no network"
    say(
        f"addresses of this machine: {here}; phones with Live Link Face do not "
        "announce themselves: enter one of these there, with port 11112, and run "
        "`facewire run --source livelink:0.0.0.0:11112`"
    )
