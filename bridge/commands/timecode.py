"""`facewire timecode`: reads and writes LTC, asks a time server, lists inputs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import BridgeError, ConfigError
from bridge.printing import say, say_json

timecode = typer.Typer(
    name="timecode",
    help="Read and write timecode as sound (LTC), ask a time server, and list sound "
    "inputs.",
    no_args_is_help=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
LONGEST_S = 86_400.0
"""Of a file that is written: a day."""


@timecode.command()
def read(
    file: Annotated[Path, typer.Argument(help="A WAV file.")],
    channel: Annotated[int, typer.Option(min=1, max=64, help="From 1.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Show the timecode (LTC) of a WAV file: rate, level, and every stretch of it."""
    from bridge.timecode.report import read_tape

    report = read_tape(file, channel)
    if as_json:
        say_json(report.as_json())
    else:
        for line in report.lines():
            say(line)
    if not report.stretches:
        raise typer.Exit(1)


@timecode.command()
def listen(
    sound: Annotated[
        str, typer.Argument(help="A sound device, by number or name, or a WAV file.")
    ] = "default",
    channel: Annotated[int, typer.Option(min=1, max=64, help="From 1.")] = 1,
    seconds: Annotated[
        float, typer.Option(min=1.0, max=3600.0, help="How long to listen.")
    ] = 10.0,
) -> None:
    """Show the timecode (LTC) that comes in, once a second. Ends with 1 without any."""
    from threading import Event

    from bridge.timecode.ltc import LtcReference
    from bridge.timecode.open import open_sound

    reference = LtcReference(open_sound(sound, channel), None, None)
    try:
        for _ in range(round(seconds)):
            Event().wait(1.0)
            say(reference.sentence())
    except KeyboardInterrupt:
        pass
    finally:
        reference.close()
    if reference.state.offset_ns is None:
        raise typer.Exit(1)


@timecode.command()
def write(
    file: Annotated[Path, typer.Argument(help="The WAV file to write.")],
    start: Annotated[
        str, typer.Option(help="HH:MM:SS:FF; HH:MM:SS;FF for drop frame.")
    ] = "01:00:00:00",
    rate: Annotated[
        str, typer.Option(help="24000/1001, 24, 25, 30000/1001 or 30.")
    ] = "25",
    seconds: Annotated[
        float, typer.Option(min=0.1, max=LONGEST_S, help="Length.")
    ] = 60.0,
    level: Annotated[
        float, typer.Option(min=-60.0, max=0.0, help="Peak in dB.")
    ] = -12.0,
    sample_rate: Annotated[
        int, typer.Option(min=16_000, max=192_000, help="Samples per second.")
    ] = 48_000,
) -> None:
    """Write timecode (LTC) as sound, to play into other devices or to test with."""
    from bridge.timecode.tape_file import write_tape

    count = write_tape(
        file,
        start=start,
        rate=_rate(rate),
        seconds=seconds,
        level_db=level,
        sample_rate=sample_rate,
    )
    say(f"wrote {file}: {count} frames from {start} at {rate}")


@timecode.command()
def ntp(
    server: Annotated[str, typer.Argument(help="HOST or HOST:PORT.")] = (
        "time.apple.com"
    ),
    as_json: AsJson = False,
) -> None:
    """Ask a time server once, and show how far this machine's clock is from it."""
    from bridge.clock import read_offset
    from bridge.timecode.ntp import ask, told_of
    from protocols.errors import DecodeError

    try:
        sample = ask(server)
    except DecodeError as error:
        raise BridgeError(f"time server {server}: {error}") from None
    ahead_ns = sample.offset_ns - read_offset().utc_ns
    if as_json:
        say_json(
            {
                "server": server,
                "offset_ms": ahead_ns / 1e6,
                "delay_ms": sample.delay_ns / 1e6,
                "stratum": sample.stratum,
            }
        )
    else:
        say(told_of(server, sample, ahead_ns))


@timecode.command()
def devices(as_json: AsJson = False) -> None:
    """List the sound inputs that timecode can come from."""
    from bridge.timecode.sound import inputs
    from protocols.wording import counted

    found = inputs()
    if as_json:
        say_json([{"number": n, "name": name, "channels": ch} for n, name, ch in found])
        return
    for number, name, channels in found:
        say(f"{number}  {name} ({counted(channels, 'channel')})")
    if not found:
        say("no sound input on this machine; connect one, or use a WAV file")


def _rate(text: str) -> Fraction:
    from protocols.drop_frame import RATES

    if text not in map(str, RATES):
        listed = ", ".join(map(str, RATES))
        raise ConfigError(f"--rate {text}: expected one of {listed}")
    return Fraction(text)
