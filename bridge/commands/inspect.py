"""`facewire inspect`: shows what arrives on a wire."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bridge.ending import Ending
from bridge.inspect.endpoint import parse_endpoint
from bridge.printing import PlainConsole
from bridge.wires.table import kinds

from .options import LONGEST_S


def inspect(
    wire: Annotated[
        str,
        typer.Argument(
            metavar="KIND[:PORT]",
            help=f"{kinds()}; KIND=HOST:PORT listens on another "
            "address, zmq=tcp://HOST:PORT subscribes to another machine.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON line per frame.")
    ] = False,
    count: Annotated[
        int | None,
        typer.Option(min=1, help="With --json: end after this number of frames."),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(min=0.0, max=LONGEST_S, help="End after this number of seconds."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="The publisher's public key, if the stream is encrypted."),
    ] = None,
) -> None:
    """Receive a wire and show its curves, rate, jitter, loss and age.

    No other program may listen on the UDP port at the same time: close the receiving
    program, or let facewire also send to a second port.
    """
    # Imported here, because every command imports this module at its start.
    from bridge.inspect.watch import inspect_json, inspect_live

    chosen = parse_endpoint(wire)
    with Ending() as ending:
        if as_json:
            ending.run(partial(inspect_json, chosen, key, count, duration))
        else:
            ending.run(partial(inspect_live, chosen, key, PlainConsole(), duration))
