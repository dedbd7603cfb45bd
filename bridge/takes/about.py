"""What is known of a recording, as the texts that a file keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from bridge.address import masked, masked_in

from .take import About


def about_texts(about: About) -> dict[str, str]:
    """Return the fields as texts, empty ones left out.

    Logins and keys in addresses are hidden, also those of a take from before that: it
    may be cut or refined to be given away.
    """
    return {
        # A file's name, which stands in some, may be no text.
        name: hide(str(value)).encode("utf-8", "replace").decode()
        for name, value in asdict(about).items()
        if value != ""
        for hide in (masked if name == "source" else masked_in,)
    }


def about_of(texts: Mapping[str, str]) -> About:
    """Return what the texts say; what is missing or odd is as if never told."""
    known = {
        field.name: texts[field.name]
        for field in fields(About)
        if field.name in texts and field.name != "number"
    }
    number = texts.get("number", "")
    # At most nine digits: a longer one is no take's.
    told = number.isascii() and number.isdecimal() and len(number) < 10
    return About(number=int(number) if told else 1, **known)
