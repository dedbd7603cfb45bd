import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.unified import INDEX, NAMES
from protocols.vrcft import (
    MOST,
    STATUS,
    Bits,
    Declared,
    Kind,
    Levels,
    Plan,
    everything,
    plan,
)

ROOT = "/avatar/parameters/"


def declared(*addresses: str, kind: Kind = "float") -> list[Declared]:
    return [Declared(ROOT + address, kind) for address in addresses]


def bits(count: int, *, negative: bool = False) -> Levels:
    rows = tuple((f"/{1 << place}", place) for place in range(count))
    return Levels([Bits(0, rows, "/-" if negative else None)])


def number(levels: Levels, value: float) -> int:
    """Return the number that the bits make."""
    return sum(int(address[1:]) for address, on in levels([value]).items() if on)


@pytest.mark.parametrize(
    "address",
    [
        *("v2/JawOpen", "FT/v2/JawOpen", "Some/Nest/v2/JawOpen", "v2/Head/Yaw"),
        *("v2/EyeLeftX", "FT/v2/Head/PosZ"),
    ],
)
def test_a_float_is_found_behind_any_prefix(address: str) -> None:
    made = plan(declared(address))
    ((where, at),) = made.floats
    assert where == ROOT + address
    assert NAMES[at] == address.rpartition("v2/")[2]


@pytest.mark.parametrize(
    "address",
    [
        *("JawOpen", "v1/JawOpen", "v2/jawopen", "v2/JawOpenX", "xv2/JawOpen"),
        *("v2/JawOpen/", "v2/", "v2/Head", "v2/Pupil", "v2/JawOpen 1", "v2/JawOpen1"),
    ],
)
def test_other_floats_are_left_out(address: str) -> None:
    assert plan(declared(address)) == Plan()


def test_an_address_that_a_user_changed_is_used_as_it_is() -> None:
    assert plan([Declared("/mine/v2/JawOpen", "float")]).floats == (
        ("/mine/v2/JawOpen", INDEX["JawOpen"]),
    )


@pytest.mark.parametrize("address", ["v2/JawOpen", "/x\0/v2/JawOpen", "/\n/v2/JawOpen"])
def test_what_cannot_be_an_address_is_left_out(address: str) -> None:
    assert plan([Declared(address, "float")]) == Plan()
    assert plan([Declared("/" + "x" * 300 + "/v2/JawOpen", "float")]) == Plan()


def test_bits_make_one_number_with_a_sign() -> None:
    names = ("FT/v2/JawX4", "FT/v2/JawX1", "FT/v2/JawX2", "FT/v2/JawXNegative")
    made = plan(declared(*names, kind="bool"))
    (group,) = made.bits
    assert group.at == INDEX["JawX"] and group.negative == f"{ROOT}FT/v2/JawXNegative"
    assert group.bits == tuple((f"{ROOT}FT/v2/JawX{1 << p}", p) for p in range(3))
    assert made.count == 1


@pytest.mark.parametrize("name", ["v2/JawX3", "v2/JawX0", "v2/JawX512", "v2/JawX01x"])
def test_numbers_that_are_no_bits_are_left_out(name: str) -> None:
    assert plan(declared(name, kind="bool")) == Plan()


def test_a_sign_without_bits_is_nothing() -> None:
    assert plan(declared("v2/JawXNegative", kind="bool")) == Plan()


def test_bits_of_two_prefixes_are_two_numbers() -> None:
    made = plan(declared("A/v2/JawX1", "A/v2/JawX2", "B/v2/JawX1", kind="bool"))
    assert [len(one.bits) for one in made.bits] == [2, 1]


def test_a_plain_bool_is_below_half_but_never_for_a_shape() -> None:
    made = plan(declared("v2/JawX", "v2/JawOpen", "v2/MouthSadLeft", kind="bool"))
    assert [(address, limit) for address, _, limit in made.below] == [
        (f"{ROOT}v2/JawX", 0.5),
        (f"{ROOT}v2/JawOpen", 0.0),
        (f"{ROOT}v2/MouthSadLeft", 0.0),
    ]


def test_the_bools_of_the_state() -> None:
    names = ("EyeTrackingActive", "FT/LipTrackingActive", "LipTrackingActive2")
    made = plan(declared(*names, kind="bool"))
    assert made.status == (f"{ROOT}EyeTrackingActive", f"{ROOT}FT/LipTrackingActive")
    assert plan(declared("EyeTrackingActive")) == Plan() and made.count == 0


def test_whole_numbers_are_not_driven() -> None:
    assert plan(declared("v2/JawOpen", "v2/JawOpen1", kind="int")) == Plan()


def test_everything_is_every_value_and_the_state() -> None:
    made = everything("FT/")
    assert [address for address, _ in made.floats] == [
        f"{ROOT}FT/v2/{name}" for name in NAMES
    ]
    assert made.status == tuple(f"{ROOT}FT/{name}" for name in STATUS)
    assert plan(Declared(address, "float") for address, _ in made.floats).floats == (
        made.floats
    )


def test_a_plan_knows_what_it_moves() -> None:
    made = plan(declared("v2/EyeLidLeft1", kind="bool"))
    assert made.moves("EyeLid") and not made.moves("EyeOpen", "JawOpen")


def test_only_so_many_parameters_are_looked_at() -> None:
    rows = [Declared(f"{ROOT}{i}/v2/JawOpen", "float") for i in range(MOST + 10)]
    assert len(plan(rows).floats) == MOST


@pytest.mark.parametrize(
    ("value", "count", "expected"),
    [
        (0.0, 3, 0),
        (0.2, 3, 1),
        (0.5, 3, 4),
        (0.9, 3, 7),
        (1.0, 3, 7),
        (0.99998, 3, 7),
        (0.5, 1, 1),
        (1.0, 1, 1),
        (0.6, 4, 9),
    ],
)
def test_bits_are_the_value_times_two_to_their_number_rounded_down(
    value: float, count: int, expected: int
) -> None:
    assert number(bits(count), value) == expected


def test_without_a_sign_values_below_zero_are_zero() -> None:
    assert number(bits(3), -0.9) == 0
    levels = bits(3, negative=True)
    got = levels([-0.9])
    assert got["/-"] is True and got["/4"] is True


def test_bits_with_a_gap_are_scaled_by_how_many_there_are() -> None:
    # As VRCFaceTracking does: two bits are four steps, also if they are 2 and 4.
    levels = Levels([Bits(0, (("/2", 1), ("/4", 2)), None)])
    assert levels([0.75]) == {"/2": True, "/4": False}
    assert levels([1.0]) == {"/2": True, "/4": True}


def test_a_value_between_two_steps_does_not_flicker() -> None:
    levels, changes, before = bits(3), 0, -1
    for i in range(1000):
        now = number(levels, 0.5 + (0.01 if i % 2 else -0.01))
        changes += now != before
        before = now
    assert changes == 1  # The first one.


def test_a_sign_does_not_flicker_around_zero() -> None:
    levels = bits(3, negative=True)
    signs = {levels([0.005 if i % 2 else -0.005])["/-"] for i in range(1000)}
    assert signs == {False}
    assert levels([-0.1])["/-"] is True and levels([-0.001])["/-"] is True
    assert levels([0.0])["/-"] is False


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=50))
def test_bits_are_within_a_step_and_a_tenth_of_the_value(values: list[float]) -> None:
    levels = bits(3, negative=True)
    for value in values:
        got = levels([value])
        level = sum(int(a[1:]) for a, on in got.items() if on and a != "/-")
        low = (level - 0.1) / 8
        high = 1.0 if level == 7 else (level + 1.1) / 8
        assert low - 1e-9 <= abs(value) <= high + 1e-9


@given(
    st.lists(
        st.builds(
            Declared,
            st.text(max_size=40)
            | st.sampled_from(NAMES).map(lambda n: f"{ROOT}v2/{n}1")
            | st.sampled_from(NAMES).map(lambda n: f"{ROOT}v2/{n}Negative")
            | st.sampled_from(NAMES).map(lambda n: f"{ROOT}FT/v2/{n}"),
            st.sampled_from(["float", "bool", "int"]),
        ),
        max_size=20,
    )
)
def test_any_list_of_parameters_makes_a_plan(rows: list[Declared]) -> None:
    made = plan(rows)
    assert made.count <= len(rows)
    Levels(made.bits)([0.5] * len(NAMES))
