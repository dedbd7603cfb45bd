"""A wire that is not there, added as any wire is: python -m tests.bridge.wires.with_toy

Prints, as JSON, what each part of the program says of it. A process of its own, because
the table has to have its row before other modules read the table.
"""

import json
import socket
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from bridge.sinks.udp import Encode
from bridge.wires import table
from bridge.wires.heard import Heard, Parts
from bridge.wires.settings import UdpTarget
from bridge.wires.udp import udp_wire
from protocols.channels import INDEX
from protocols.errors import DecodeError
from protocols.frame import FaceFrame
from protocols.timecode import Timecode

# What would be the protocol's file.


def encode(frame: FaceFrame, letter: str) -> bytes:
    return f"{letter} {frame.subject} {frame.vector[INDEX['jawOpen']]:.2f}".encode()


def decode(data: bytes) -> tuple[str, float]:
    try:
        _, subject, value = data.decode("ascii").split(" ")
        return subject, float(value)
    except ValueError:
        raise DecodeError("toy: expected LETTER SUBJECT VALUE") from None


# What would be the wire's file.


class Toy(UdpTarget):
    kind: Literal["toy"] = "toy"
    port: int = 7007
    letter: str = "t"


def encoder(target: Toy, subjects: Sequence[str]) -> Encode:
    return lambda frame, time: (encode(frame, target.letter),)


class ToyReader:
    def __call__(self, parts: Parts) -> list[Heard]:
        subject, value = decode(parts[0])
        return [Heard(subject, {"jawOpen": value}, None, None)]


TOY = udp_wire(
    Toy,
    encoder,
    lambda left_out: ToyReader(),
    help="toys",
    sample='[[sinks]]\nkind = "toy"\nhost = "127.0.0.1"\nport = 7007\nletter = "t"\n',
    default=True,
)


# What would be the row in the table.

table.WIRES = {**table.WIRES, "toy": TOY}  # type: ignore[misc]


def said() -> dict[str, Any]:
    from typer.testing import CliRunner

    from bridge.cli import app
    from bridge.config import Config
    from bridge.config_file import load_config
    from bridge.errors import ConfigError
    from bridge.ports import ports
    from bridge.settings_file import sample_settings

    def output(*words: str) -> str:
        told = CliRunner().invoke(app, words, env={"COLUMNS": "100"}).output
        return " ".join(told.replace("│", " ").split())

    def error(call: Callable[[], object]) -> str:
        try:
            call()
        except ConfigError as problem:
            return str(problem)
        return ""

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "facewire.toml"
        path.write_text(sample_settings(), "utf-8")
        from_file = load_config(path)
    return {
        "run": output("run", "--help"),
        "play": output("take", "play", "--help"),
        "inspect": output("inspect", "--help"),
        "inspect fax": output("inspect", "fax"),
        "sink": load_config(sinks=["toy=10.0.0.1:7?letter=x"]).sinks[0].model_dump(),
        "file": from_file == Config() and Toy() in from_file.sinks,
        "wrong sink": error(lambda: load_config(sinks=["fax"])),
        "wrong kind": error(lambda: load_config(settings=["sinks=[{kind='fax'}]"])),
        "wrong port": error(lambda: load_config(sinks=["toy?port=0.5"])),
        "doctor": [one.sentence for one in ports(Config()) if one.part == "toy"],
        "heard": heard(),
    }


def heard() -> dict[str, object]:
    """Send one frame to the wire's own receiver."""
    from bridge.inspect.endpoint import parse_endpoint
    from bridge.inspect.tally import Ledger
    from bridge.inspect.watch import as_json, listen, open_receiver
    from bridge.sinks.open import open_sink
    from tests.bridge.faces import face

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        target = parse_endpoint(f"toy:{probe.getsockname()[1]}")
    receiver, ledger = open_receiver(target), Ledger()
    sink = open_sink(target, ["anna"])
    try:
        sink.send(face(1, "anna", jawOpen=0.5), Timecode(0, 0.0, 60))
        frame = next(listen(receiver, target.kind, ledger, 60.0))
    finally:
        sink.close()
        receiver.close()
    return {"name": sink.name.partition(":")[0]} | (as_json(frame) if frame else {})


if __name__ == "__main__":
    sys.stdout.write(json.dumps(said()))
