"""Licences of VRM files: who wrote a character, and what its terms forbid.

Sources: `meta` of vrm-c/vrm-specification 0.0 and VRMC_vrm-1.0. A term that a VRM 1.0
leaves out has the specification's default, which is the strictest. VRM 0.x has no
defaults: a term that is left out forbids nothing.
"""

from __future__ import annotations

from typing import Final

from protocols.wording import shown

from .checks import Table, as_text, as_texts
from .vrm import Licence

LONGEST: Final = 500
"""Characters of a fact; longer ones are cut."""

_USERS: Final = "use by anyone but "
_FORBIDDEN0: Final = {
    ("allowedUserName", "onlyauthor"): _USERS + "its author",
    ("allowedUserName", "explicitlylicensedperson"): _USERS + "those its author names",
    ("violentUssageName", "disallow"): "violent scenes",
    ("sexualUssageName", "disallow"): "sexual scenes",
    ("commercialUssageName", "disallow"): "commercial use",
}
"""A key and its value in small letters; the first spelling is the specification's."""

_LICENCES: Final = (
    ("redistribution_prohibited", "passing on the file"),
    ("_nc", "commercial use"),
    ("_nd", "passing on a changed character"),
    ("cc_by", "use without naming its author"),
)
"""Parts of `licenseName` in small letters."""

_FORBIDDEN1: Final = {
    ("avatarPermission", "onlyAuthor"): _USERS + "its author",
    (
        "avatarPermission",
        "onlySeparatelyLicensedPerson",
    ): _USERS + "those its author names",
    ("commercialUsage", "personalNonProfit"): "commercial use",
    ("commercialUsage", "personalProfit"): "use by a company",
    ("modification", "prohibited"): "changing the character",
    ("modification", "allowModification"): "passing on a changed character",
    ("creditNotation", "required"): "use without naming its authors",
}
_DEFAULTS1: Final = {
    "avatarPermission": "onlyAuthor",
    "commercialUsage": "personalNonProfit",
    "modification": "prohibited",
    "creditNotation": "required",
}
_FLAGS1: Final = {
    "allowExcessivelyViolentUsage": "excessively violent scenes",
    "allowExcessivelySexualUsage": "excessively sexual scenes",
    "allowPoliticalOrReligiousUsage": "political or religious use",
    "allowAntisocialOrHateUsage": "antisocial use or hate",
    "allowRedistribution": "passing on the file",
}

_NAMED: Final = {"title", "name", "author", "authors", "licenseName", "licenseUrl"}
_PICTURES: Final = {"texture", "thumbnailImage"}


def terms0(meta: Table) -> Licence:
    """Return the terms of a VRM 0.x."""
    name = as_text(meta.get("licenseName"))
    forbids = [
        text
        for (key, value), text in _FORBIDDEN0.items()
        if _plain(meta.get(key, meta.get(key.replace("Ussage", "Usage")))) == value
    ]
    forbids += [text for part, text in _LICENCES if part in name.lower()]
    author = as_text(meta.get("author"))
    return Licence(
        title=_line(meta.get("title")),
        authors=(_line(author),) if author else (),
        name=_line(name),
        url=_line(meta.get("otherLicenseUrl")),
        facts=_facts(meta),
        forbids=tuple(dict.fromkeys(forbids)),
    )


def terms1(meta: Table) -> Licence:
    """Return the terms of a VRM 1.0."""
    words = {
        key: as_text(meta.get(key)) or default for key, default in _DEFAULTS1.items()
    }
    forbids = [
        text for (key, value), text in _FORBIDDEN1.items() if words[key] == value
    ]
    forbids += [text for key, text in _FLAGS1.items() if meta.get(key) is not True]
    url = _line(meta.get("licenseUrl"))
    return Licence(
        title=_line(meta.get("name")),
        authors=tuple(map(_line, as_texts(meta.get("authors")))),
        name="VRM Public License 1.0" if "vrm.dev/licenses/1.0" in url else "",
        url=url,
        facts=_facts(meta),
        forbids=tuple(forbids),
    )


def _facts(meta: Table) -> tuple[tuple[str, str], ...]:
    found = []
    for key, value in meta.items():
        if key in _NAMED or key in _PICTURES:
            continue
        if isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, list):
            text = "; ".join(as_texts(value))
        else:
            text = as_text(value)
        if text:
            found.append((_line(key), _line(text)))
    return tuple(found)


def _line(value: object) -> str:
    return shown(as_text(value).strip(), LONGEST)


def _plain(value: object) -> str:
    return as_text(value).lower()
