"""The bits of linear timecode, and its sound, at every rate, speed and direction."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.drop_frame import Label, count_of, label_of, nominal, parse_label
from protocols.errors import DecodeError
from protocols.ltc import SYNC, Word, decode, encode, from_bytes
from protocols.ltc_decoder import Heard, LtcDecoder, Samples
from protocols.ltc_signal import sound, words

HZ = 48_000

VECTORS = [
    ("00:00:00:00", "0000000800000000fcbf"),
    ("01:02:03:04", "0400030002000100fcbf"),
    ("10:06:21:23", "0302010a06000001fcbf"),
    ("01:01:00;02", "0204000801000100fcbf"),
    ("23:59:59;29", "0906090509050302fcbf"),
]

RATES = [
    (Fraction(24), False),
    (Fraction(25), False),
    (Fraction(30000, 1001), True),
    (Fraction(30), False),
]


@pytest.mark.parametrize(("text", "data"), VECTORS)
def test_the_vectors_of_libltc_hold_both_ways(text: str, data: str) -> None:
    bits = from_bytes(bytes.fromhex(data))
    assert str(decode(bits).label) == text
    assert encode(Word(parse_label(text))) == bits


def test_25_frames_have_their_polarity_bit_elsewhere() -> None:
    # The same bits at both rates, as this word needs no polarity bit.
    word = Word(parse_label("01:02:03:04"))
    assert encode(word, rate=25) == encode(word)
    odd = Word(parse_label("00:00:00:00"))
    assert encode(odd, rate=25) == SYNC << 64 | 1 << 59
    assert encode(odd) == SYNC << 64 | 1 << 27


@given(
    st.integers(0, 2_589_407), st.integers(0, 2**32 - 1), st.booleans(), st.booleans()
)
def test_decode_undoes_encode(count: int, user: int, drop: bool, colour: bool) -> None:
    word = Word(label_of(count, 30, drop=drop), user, colour)
    bits = encode(word)
    assert bits.bit_count() % 2 == 0
    found = decode(bits)
    assert (found.label, found.user, found.colour) == (word.label, user, colour)


@given(st.integers(0, 2**80 - 1))
def test_any_bits_are_a_word_or_a_decode_error(bits: int) -> None:
    for tried in (bits, bits & (1 << 64) - 1 | SYNC << 64):
        try:
            encode(decode(tried))
        except DecodeError:
            continue


@pytest.mark.parametrize("size", [*range(10), 11])
def test_a_word_has_ten_bytes(size: int) -> None:
    with pytest.raises(DecodeError, match="expected 10"):
        from_bytes(bytes(size))


def test_what_no_word_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        encode(Word(Label(0, 0, 0, 30)))
    with pytest.raises(ValueError, match="cannot be sent"):
        encode(Word(Label(0, 0, 0, 0), user=2**32))
    with pytest.raises(ValueError, match="at most 30"):
        words(1, 0, Fraction(60))


def heard(samples: Samples, rate: int = HZ, block: int = 511) -> list[Heard]:
    """Return what is heard when the sound comes in blocks of an odd size."""
    decoder, found = LtcDecoder(rate), []
    for at in range(0, len(samples), block):
        found += decoder.feed(samples[at : at + block])
    return found + decoder.feed(np.zeros(rate // 100, dtype=np.float32))


def check(
    found: list[Heard], sent: list[Word], *, reverse: bool = False, lost: int = 2
) -> None:
    """Everything heard was sent, in order, and at most `lost` frames are missing."""
    labels = [word.label for word in (sent[::-1] if reverse else sent)]
    places = [labels.index(each.word.label) for each in found]
    assert places == list(range(places[0], places[0] + len(places)))
    assert all(each.reverse is reverse for each in found)
    assert len(found) >= len(sent) - lost


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("speed", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("level_db", [-1.0, -40.0])
@pytest.mark.parametrize(("rate", "drop"), RATES)
def test_every_rate_speed_direction_and_level_is_read_through_noise(
    rate: Fraction, drop: bool, level_db: float, speed: float, reverse: bool
) -> None:
    first = count_of(Label(9, 59, 59, 0, drop), nominal(rate))
    sent = words(40, first, rate, drop=drop, user=0x0BAD_CAFE)
    samples = sound(sent, rate, HZ, speed=speed, level_db=level_db, delay=0.37)
    rng = np.random.default_rng(7)
    # 15 dB below the timecode.
    samples += rng.normal(0, 10 ** ((level_db - 15) / 20), len(samples))
    found = heard(samples[::-1] if reverse else samples)
    check(found, sent, reverse=reverse)
    assert all(each.word.user == 0x0BAD_CAFE for each in found)
    fps = np.median([each.fps(HZ) for each in found])
    assert fps == pytest.approx(float(rate) * speed, rel=1e-3)
    assert found[-1].level_db == pytest.approx(level_db, abs=5.0)


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 96_000, 192_000])
def test_every_usual_sample_rate_is_read(rate: int) -> None:
    sent = words(30, 1000, Fraction(30))
    check(heard(sound(sent, Fraction(30), rate), rate), sent)


@pytest.mark.parametrize("block", [1, 37, 4096, 1 << 20])
def test_the_size_of_blocks_does_not_matter(block: int) -> None:
    sent = words(8, 1000, Fraction(25))
    check(heard(sound(sent, Fraction(25), HZ), block=block), sent)


def test_the_place_of_a_frame_is_exact() -> None:
    sent = words(30, 0, Fraction(25))
    silence = np.zeros(1000, dtype=np.float32)
    found = heard(np.concatenate([silence, sound(sent, Fraction(25), HZ)]))
    for each in found:
        count = count_of(each.word.label, 25)
        assert each.start == pytest.approx(1000 + count * HZ / 25, abs=2.0)
        assert each.end - each.start == pytest.approx(HZ / 25, abs=1.0)


def test_inverted_humming_shifted_and_clipped_sound_is_read() -> None:
    sent = words(40, 500, Fraction(25))
    samples = sound(sent, Fraction(25), HZ, level_db=-6.0)
    at = np.arange(len(samples)) / HZ
    hum = (0.1 * np.sin(2 * np.pi * 50 * at)).astype(np.float32)
    for changed in (
        -samples,
        samples + 0.4,
        samples + hum,
        np.clip(samples * 9, -1, 1),
    ):
        check(heard(changed.astype(np.float32)), sent)


def test_a_tape_of_limited_band_and_of_uneven_speed_is_read() -> None:
    sent = words(60, 500, Fraction(30))
    samples = sound(sent, Fraction(30), HZ, level_db=-10.0)
    dull = np.convolve(samples, np.hanning(9) / np.hanning(9).sum(), "same")
    at = np.arange(len(samples), dtype=np.float64)
    # Three percent to either side, five times a second.
    wow = at + 0.03 / (2 * np.pi * 5 / HZ) * np.sin(2 * np.pi * 5 * at / HZ)
    check(heard(np.interp(wow, at, dull).astype(np.float32)), sent)


def test_after_a_dropout_it_finds_the_next_frame() -> None:
    sent = words(40, 500, Fraction(25))
    samples = sound(sent, Fraction(25), HZ)
    samples[20_000:30_000] = 0.0
    found = heard(samples)
    labels = [word.label for word in sent]
    assert all(each.word.label in labels for each in found)
    assert len(found) >= 40 - 7


def test_silence_noise_and_wild_numbers_are_no_timecode() -> None:
    rng = np.random.default_rng(3)
    wild = np.array([np.nan, np.inf, -np.inf, 1e38] * 5_000, dtype=np.float32)
    noise = rng.normal(0, 0.2, 20 * HZ).astype(np.float32)
    for samples in (np.zeros(HZ, np.float32), wild, noise, np.zeros(0, np.float32)):
        assert heard(samples) == []


def test_sound_of_too_few_samples_a_second_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 16000"):
        LtcDecoder(8_000)


@pytest.mark.slow
def test_an_hour_of_drop_frame_is_counted_right() -> None:
    # At 30000 samples a second a frame has 1001, so pieces fit without a seam.
    rate, decoder = Fraction(30000, 1001), LtcDecoder(30_000)
    counts: list[int] = []
    for first in range(0, 107_893, 999):
        sent = words(999, first, rate, drop=True)
        for each in decoder.feed(sound(sent, rate, 30_000)[: 999 * 1001]):
            counts.append(count_of(each.word.label, 30))
            assert each.word.label == label_of(counts[-1], 30, drop=True)
            # The sound card's clock and the labels agree to a sample.
            assert abs(each.end - (counts[-1] + 1) * 1001) < 1.0
    assert counts[:107_892] == list(range(107_892))


@pytest.mark.slow
def test_a_million_words_of_damaged_bits_raise_only_decode_errors() -> None:
    rng = np.random.default_rng(22)
    good = 0
    for number, wild in enumerate(rng.bytes(1_000_000 * 8 + 8)[:1_000_000]):
        bits = encode(Word(label_of(number, 30)))
        bits ^= 1 << number * 7 % 80 | (wild << number % 72)
        try:
            good += decode(bits) is not None
        except DecodeError:
            continue
    assert 0 < good < 1_000_000


@pytest.mark.slow
def test_damaged_sound_gives_few_wrong_frames_and_no_errors() -> None:
    rng, decoder, good, wrong = np.random.default_rng(22), LtcDecoder(HZ), 0, 0
    labels = {word.label for word in words(3, 7, Fraction(25))}
    for _ in range(200):
        wild = rng.normal(0, rng.uniform(0, 2), 5_000).astype(np.float32)
        wild[rng.integers(0, 5_000, 20)] = rng.choice([np.nan, np.inf, 1e30, -1.0], 20)
        found = decoder.feed(wild)
        part = sound(words(3, 7, Fraction(25)), Fraction(25), HZ)
        found += decoder.feed(part[rng.integers(0, len(part)) :])
        good += sum(each.word.label in labels for each in found)
        wrong += sum(each.word.label not in labels for each in found)
    assert good > 50
    assert wrong <= good // 20
