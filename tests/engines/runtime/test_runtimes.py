import pytest

from engines.runtime.runtimes import RUNTIMES, DeviceError, Runtime, load, need


def test_the_processor_is_always_there() -> None:
    assert RUNTIMES["cpu"].missing() == ""
    assert need("cpu").provider == "CPUExecutionProvider"


@pytest.mark.parametrize("name", sorted(RUNTIMES.keys() - {"cpu"}))
def test_what_is_missing_comes_with_the_command(name: str) -> None:
    runtime = RUNTIMES[name]
    lacks = runtime.missing()
    if not lacks:
        assert need(name) is runtime
        return
    assert lacks.startswith(f"{name}: ")
    assert "\n" not in lacks
    assert f"run: {runtime.install}" in lacks or "exists on" in lacks
    with pytest.raises(DeviceError) as raised:
        need(name)
    assert str(raised.value) == lacks


def test_every_command_is_pips() -> None:
    for runtime in RUNTIMES.values():
        assert " -m pip " in runtime.install
        assert runtime.name in RUNTIMES


def test_a_provider_that_onnx_runtime_lacks_is_said() -> None:
    other = Runtime("cuda", "CUDA", "pip install it", provider="NoSuchProvider")
    assert "has no NoSuchProvider; run: pip install it" in other.missing()


def test_several_packages_are_missed_together() -> None:
    other = Runtime("tensorrt", "T", "pip install it", ("no_such", "none.such"))
    assert other.missing() == (
        "tensorrt: no_such and none.such are not installed; run: pip install it"
    )


@pytest.mark.parametrize(
    ("system", "says"),
    [("Linux", "coreml: exists on macOS only, this is Linux"), ("Darwin", "")],
)
def test_what_only_another_system_has_is_said(system: str, says: str) -> None:
    here = Runtime("coreml", "Core ML", "pip", ("sys",), system="Darwin")
    assert here.missing(system) == says


def test_an_unknown_device_lists_the_known_ones() -> None:
    with pytest.raises(DeviceError, match="tpu: no such device; choose cpu, cuda,"):
        need("tpu")


def test_libraries_that_cannot_be_loaded_are_said() -> None:
    with pytest.raises(
        DeviceError, match=r"cannot be loaded .* run: .* -m pip install"
    ):
        load("engines.no_such_module", RUNTIMES["tensorrt"])
