"""`facewire inspect`: see what arrives on a wire."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from bridge.ending import Ending
from bridge.inspect.endpoint import parse_endpoint
from bridge.inspect.watch import inspect_json, inspect_live
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
        bool, typer.Option("--json", help="A JSON line a frame, for scripts.")
    ] = False,
    count: Annotated[
        int | None, typer.Option(min=1, help="With --json: end after so many frames.")
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(min=0.0, max=LONGEST_S, help="End after so many seconds."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="The publisher's public key, where a stream is encrypted."),
    ] = None,
) -> None:
    """Receive a wire and show its curves, rate, jitter, loss and age.

    Nothing else may listen on a UDP port meanwhile: close the receiving program, or
    let facewire send to a second port as well.
    """
    chosen = parse_endpoint(wire)
    with Ending() as ending:
        if as_json:
            ending.run(partial(inspect_json, chosen, key, count, duration))
        else:
            ending.run(partial(inspect_live, chosen, key, PlainConsole(), duration))
