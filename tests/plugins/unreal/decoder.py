"""What the plugin makes of datagrams."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from .building import Programs


def answers(programs: Programs, datagrams: Sequence[bytes]) -> list[dict[str, Any]]:
    """Return the plugin's answer to each datagram: a frame, a schema or `refused`."""
    said = b"".join(len(data).to_bytes(4, "little") + data for data in datagrams)
    done = subprocess.run(
        [programs("decode")], input=said, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(datagrams)
    return found
