"""What the code calls by name exists by that name in every supported version.

The lists are made of the bindings themselves by `list_names.py`.
"""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from engines.runtime.nvidia import bindings

from .list_names import NAMES

FOLDER = Path(bindings.__file__).parent
LISTS = sorted(NAMES.glob("*.json"))

VARIABLES = {
    "builder": "Builder",
    "network": "INetworkDefinition",
    "config": "IBuilderConfig",
    "parser": "OnnxParser",
    "error": "ParserError",
    "engine": "ICudaEngine",
    "_engine": "ICudaEngine",
    "_runtime": "Runtime",
    "context": "IExecutionContext",
    "tensor": "ITensor",
    "lent": "ITimingCache",
}
"""Names that the code gives to objects of the bindings, in these files only."""

FILES = ("bindings.py", "builder.py", "plan.py", "timings.py")

BEHIND_A_LOOK = {"REQUIRE_USER_ALLOCATION"}
"""Asked for as text, for one flavour has it."""


def names(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(path.read_text())["names"]
    return found


def chain(node: ast.AST) -> list[str]:
    """Return ["self", "_trt", "Runtime"] for `self._trt.Runtime`."""
    if isinstance(node, ast.Attribute):
        return [*chain(node.value), node.attr]
    return [node.id] if isinstance(node, ast.Name) else []


def used(source: str) -> set[tuple[str, str]]:
    """Return (class, member) for all that a file uses; ("", class) for classes."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(ast.parse(source)):
        parts = chain(node)
        if parts[:1] == ["self"]:
            parts = parts[1:]
        if parts[:1] in (["trt"], ["_trt"]) and len(parts) > 1:
            found.add(("", parts[1]))
            if len(parts) > 2:
                found.add((parts[1], parts[2]))
        elif len(parts) > 1 and parts[0] in VARIABLES:
            found.add((VARIABLES[parts[0]], parts[1]))
    return found


def everything() -> set[tuple[str, str]]:
    found = set[tuple[str, str]]()
    for file in FILES:
        found |= used((FOLDER / file).read_text("utf-8"))
    return found - {("", "__version__"), ("ParserError", "errno")}


def test_versions_from_the_oldest_to_the_newest_are_listed() -> None:
    listed = {path.stem.rpartition(".")[0] for path in LISTS}
    assert {"tensorrt-10.13.3", "tensorrt-11.4.0", "tensorrt_rtx-1.7.1"} <= listed


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_name_exists(path: Path) -> None:
    known = names(path)
    missing = {
        f"{owner}.{name}" if owner else name
        for owner, name in everything()
        if (name not in known if not owner else name not in known.get(owner, []))
        # Metaclass members and dunders are not listed.
        and not name.startswith("__")
    }
    assert not missing


def test_the_walk_sees_what_is_used() -> None:
    found = everything()
    for one in (
        ("", "Builder"),
        ("BuilderFlag", "TF32"),
        ("Builder", "build_serialized_network"),
        ("IBuilderConfig", "progress_monitor"),
        ("ICudaEngine", "device_memory_size_v2"),
        ("Runtime", "deserialize_cuda_engine"),
        ("IExecutionContext", "set_device_memory"),
        ("IBuilderConfig", "create_timing_cache"),
        ("ITimingCache", "combine"),
    ):
        assert one in found


def test_a_removed_name_would_be_seen() -> None:
    (oldest, newest) = (
        NAMES / f"tensorrt-{v}.json" for v in ("10.13.3.9", "11.4.0.106")
    )
    gone = used("config.set_flag(trt.BuilderFlag.FP16)") - {("", "BuilderFlag")}
    assert ("BuilderFlag", "FP16") in gone
    assert "FP16" in names(oldest)["BuilderFlag"]
    assert "FP16" not in names(newest)["BuilderFlag"]


def test_the_runner_uses_what_contexts_have() -> None:
    source = (FOLDER / "runner.py").read_text("utf-8")
    calls = {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in ("set_tensor_address", "execute_async_v3")
    }
    assert calls == {"set_tensor_address", "execute_async_v3"}
    for path in LISTS:
        assert calls <= set(names(path)["IExecutionContext"])


@pytest.mark.parametrize("file", FILES)
def test_flags_are_never_numbers(file: str) -> None:
    """Values were renumbered in 11.0: `create_network(1)` means another thing there."""
    takes_flags = {"create_network", "set_flag", "clear_flag", "get_flag"}
    for node in ast.walk(ast.parse((FOLDER / file).read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in takes_flags:
            assert node.args
            assert not any(isinstance(arg, ast.Constant) for arg in node.args)


def test_names_asked_for_as_text_are_known_somewhere() -> None:
    texts = {
        node.value
        for file in FILES
        for node in ast.walk(ast.parse((FOLDER / file).read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isupper()
        and "_" in node.value
    }
    loops = {"LOOP_OUTPUT", "TRIP_LIMIT"}
    assert texts == BEHIND_A_LOOK | loops
    rtx: Any = names(next(path for path in LISTS if "rtx" in path.stem))
    assert set(rtx["BuilderFlag"]) >= BEHIND_A_LOOK
    for path in LISTS:
        assert {*loops, "RECURRENCE", "ITERATOR"} <= set(names(path)["LayerType"])
