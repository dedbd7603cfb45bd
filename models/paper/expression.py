"""Figures 2 and 3, and section 3.3: how well expressions are identified."""

from __future__ import annotations

from typing import Final

from .part import Part, Results, Table, number, percent

CLAIM: Final = (
    "The network identifies over 90 % of expressions on FER2013 and over 95 % on CK+, "
    "more than SVMs on Haar and LBP features."
)
CK: Final = (
    "CK+ was not run: its pictures are given out only under a signed licence. "
    "`evaluate expression --ckplus DIR` runs it where they are at hand."
)
CAVEATS: Final = (
    "Over 90 % on FER2013 cannot be reproduced: the paper gives neither split nor "
    "confusion matrix, and the makers of FER2013 say that people reach about 65 %. "
    "The best published single networks reach about 73 %.",
    "Faces come from the official split. All choices were made on PublicTest.",
)
_TITLES: Final = {
    "lbp_svm": "LBP + SVM",
    "haar_svm": "Haar + SVM",
    "hog_svm": "HOG + SVM",
    "geometry_svm": "landmark geometry + SVM",
    "random_forest": "HOG + random forest",
}
_CHANGES: Final = {
    "gamma": "gamma (exponent)",
    "blur": "blur (sigma, pixels of 48)",
    "noise": "noise (sigma, grey levels)",
    "occlusion": "occlusion (black square, share of the side)",
    "shift": "shift (share of the side)",
    "rotation": "rotation (degrees)",
}


def identification(results: Results) -> Part:
    """Return the part on accuracy and F1 from what `evaluate expression` wrote."""
    fer, plus = results.get("fer2013", {}), results.get("ferplus", {})
    private = fer.get("PrivateTest", {})
    rows = [("this network", private)]
    rows += [
        (_TITLES.get(key, key), found)
        for key, found in results.get("baselines", {}).items()
    ]
    compared = Table(
        "FER2013 PrivateTest by method",
        ("method", "accuracy", "95 % interval", "macro F1", "weighted F1"),
        tuple(_row(name, found) for name, found in rows),
    )
    others = [(name, found) for name, found in fer.items() if name != "PrivateTest"]
    others += [(f"FER+ {name}", found) for name, found in plus.items()]
    more = Table(
        "The same network on other labels and parts",
        compared.head,
        tuple(_row(name, found) for name, found in others),
    )
    folds = results.get("ckplus")
    known = isinstance(folds, dict) and folds
    tables = [compared, more]
    if isinstance(folds, dict) and folds:
        cells = tuple((k, percent(v[0]), percent(v[1])) for k, v in folds.items())
        tables.append(
            Table("CK+, ten folds", ("method", "accuracy", "deviation"), cells)
        )
    caveats = list(CAVEATS) if known else [CK, *CAVEATS]
    if len(rows) == 1:
        caveats.append("The SVMs were left out of that run (`--no-baselines`).")
    agreement = percent(results.get("label_agreement"))
    return Part(
        "Figures 2 and 3",
        "Expressions: the network against SVMs",
        CLAIM,
        f"{number(private.get('n'), 0)} faces of FER2013's PrivateTest, one look at "
        "each. Most of ten people (FER+) agree with FER2013's labels on "
        f"{agreement} of them.",
        tuple(tables),
        caveats=tuple(caveats),
    )


def robustness(results: Results) -> Part:
    """Return the part on changed faces from what `evaluate expression` wrote."""
    changes = results.get("robustness", {})
    part = Part(
        "Section 3.3",
        "Light, noise and pose",
        "The network adapts to illumination and posture.",
    )
    if not changes:
        return Part(
            *(part.figure, part.title, part.claim),
            left_out="The results of `evaluate expression` hold no changed faces.",
        )
    rows = tuple(
        (
            _CHANGES.get(name, name),
            ", ".join(f"{level}: {percent(hits)}" for level, hits in levels.items()),
        )
        for name, levels in changes.items()
    )
    return Part(
        *(part.figure, part.title, part.claim),
        "Faces of PrivateTest, changed by a program; accuracy at each level.",
        (Table("FER2013 PrivateTest, changed", ("change", "accuracy by level"), rows),),
        caveats=("Pose is made by a program, not by turned heads.",),
    )


def _row(name: str, found: Results) -> tuple[str, ...]:
    low, high = percent(found.get("low")), percent(found.get("high"))
    return (
        name,
        percent(found.get("accuracy")),
        f"{low} to {high}",
        number(found.get("macro_f1"), 3),
        number(found.get("weighted_f1"), 3),
    )
