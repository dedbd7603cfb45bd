from __future__ import annotations

import pytest

from protocols.gltf.terms import terms0, terms1


def test_a_vrm_0_says_who_and_what() -> None:
    found = terms0(
        {
            "title": "Ann\n",
            "author": "me",
            "licenseName": "Other",
            "otherLicenseUrl": "https://example.org/terms",
            "allowedUserName": "OnlyAuthor",
            "violentUssageName": "Disallow",
            "commercialUssageName": "Disallow",
            "texture": 3,
            "reference": "",
        }
    )
    assert (found.title, found.authors) == ("Ann", ("me",))
    assert (found.name, found.url) == ("Other", "https://example.org/terms")
    assert found.forbids == (
        "use by anyone but its author",
        "violent scenes",
        "commercial use",
    )
    assert found.facts[:2] == (
        ("otherLicenseUrl", "https://example.org/terms"),
        ("allowedUserName", "OnlyAuthor"),
    )


@pytest.mark.parametrize(
    ("name", "forbids"),
    [
        ("CC0", ()),
        ("Redistribution_Prohibited", ("passing on the file",)),
        ("CC_BY", ("use without naming its author",)),
        (
            "CC_BY_NC_ND",
            (
                "commercial use",
                "passing on a changed character",
                "use without naming its author",
            ),
        ),
    ],
)
def test_the_name_of_a_licence_forbids(name: str, forbids: tuple[str, ...]) -> None:
    assert terms0({"licenseName": name}).forbids == forbids


def test_a_vrm_1_that_says_nothing_forbids_most() -> None:
    assert terms1({}).forbids == (
        "use by anyone but its author",
        "commercial use",
        "changing the character",
        "use without naming its authors",
        "excessively violent scenes",
        "excessively sexual scenes",
        "political or religious use",
        "antisocial use or hate",
        "passing on the file",
    )


def test_a_vrm_1_that_allows_all_forbids_nothing() -> None:
    found = terms1(
        {
            "name": "Ann",
            "authors": ["me", 3, "you"],
            "licenseUrl": "https://vrm.dev/licenses/1.0/",
            "avatarPermission": "everyone",
            "commercialUsage": "corporation",
            "modification": "allowModificationRedistribution",
            "creditNotation": "unnecessary",
            "allowExcessivelyViolentUsage": True,
            "allowExcessivelySexualUsage": True,
            "allowPoliticalOrReligiousUsage": True,
            "allowAntisocialOrHateUsage": True,
            "allowRedistribution": True,
        }
    )
    assert found.forbids == ()
    assert found.authors == ("me", "you")
    assert found.name == "VRM Public License 1.0"
    assert ("allowRedistribution", "yes") in found.facts


def test_words_of_strangers_stay_on_one_line() -> None:
    found = terms1({"name": "\x1b[2Jgone", "authors": ["a\nb"], "x": "y" * 9000})
    assert found.title == "\ufffd[2Jgone"
    assert found.authors == ("a\ufffdb",)
    assert len(dict(found.facts)["x"]) == 500
