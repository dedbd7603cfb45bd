"""Converts `About`, the description of a recording, to and from text fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from bridge.address import masked, masked_in

from .take import About


def about_texts(about: About) -> dict[str, str]:
    """Return the fields as text, without the empty ones.

    Logins and keys in addresses are masked. This also covers takes that an older
    version wrote unmasked, because a cut or refined copy may be given to others.
    """
    return {
        # Some fields contain a file name, which may not be valid UTF-8.
        name: hide(str(value)).encode("utf-8", "replace").decode()
        for name, value in asdict(about).items()
        if value != ""
        for hide in (masked if name == "source" else masked_in,)
    }


def about_of(texts: Mapping[str, str]) -> About:
    """Return the description; missing or invalid fields keep their defaults."""
    known = {
        field.name: texts[field.name]
        for field in fields(About)
        if field.name in texts and field.name != "number"
    }
    number = texts.get("number", "")
    # At most nine digits; no take has a longer number.
    told = number.isascii() and number.isdecimal() and len(number) < 10
    return About(number=int(number) if told else 1, **known)
