"""Other people's plugin of VTube Studio, pyvts, at our servers.

It speaks to what `facewire inspect vts` answers, and to the server that our own plugin
is tested with: so that server, too, is understood by somebody else. pyvts wants the
package opencv-python, which would overwrite facewire's own; install it beside:
`pip install --no-deps pyvts aiofiles`.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from bridge.inspect.vtube_studio import VtubeReceiver
from bridge.wires.vts import VtsReader
from tests.bridge.fakes import PATIENCE_S

from .server import Studio, StudioServer


async def drive(port: int, token_file: Path) -> tuple[Any, Any, Any]:
    """Log in, make a parameter and move it; return the three answers."""
    pyvts = pytest.importorskip("pyvts", reason="no pyvts; see the head of this file")
    plugin = pyvts.vts(
        plugin_info={
            "plugin_name": "facewire",
            "developer": "facewire",
            "authentication_token_path": str(token_file),
        },
        vts_api_info={
            **{"version": "1.0", "name": "VTubeStudioPublicAPI"},
            **{"host": "127.0.0.1", "port": port},
        },
    )
    await plugin.connect()
    await plugin.request_authenticate_token()
    logged_in = await plugin.request_authenticate()
    asked = plugin.vts_request
    made = await plugin.request(asked.requestCustomParameter("FacewireTest", 0, 1))
    moved = await plugin.request(
        asked.requestSetParameterValue("FacewireTest", 0.5, face_found=True)
    )
    await plugin.close()
    return logged_in, made, moved


def test_it_is_admitted_and_shown_by_inspect(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    receiver = VtubeReceiver("127.0.0.1", port)
    try:
        logged_in, made, moved = asyncio.run(drive(port, tmp_path / "token"))
        parts = receiver.receive(PATIENCE_S)
    finally:
        receiver.close()
    assert logged_in is True
    assert made["messageType"] == "ParameterCreationResponse"
    assert moved["messageType"] == "InjectParameterDataResponse"
    assert parts is not None
    (heard,) = VtsReader()(parts)
    assert dict(heard.values) == {"Test": 0.5} and heard.tracked is True


def test_it_understands_the_server_of_our_tests(tmp_path: Path) -> None:
    studio = Studio()
    server = StudioServer(studio)
    try:
        logged_in, made, moved = asyncio.run(drive(server.port, tmp_path / "token"))
    finally:
        server.close()
    assert logged_in is True and "FacewireTest" in studio.custom
    assert made["data"] == {"parameterName": "FacewireTest"} and moved["data"] == {}
    assert studio.values() == {"FacewireTest": 0.5}
