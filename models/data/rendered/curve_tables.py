"""Emotions, visemes and gestures as tables of ARKit curves.

The emotions follow EMFACS.
"""

from __future__ import annotations

from typing import Final

Recipe = dict[str, float]
"""Curve to weight; a curve without its side stands for both."""

HAPPY: Final[Recipe] = {"mouthSmile": 0.9, "cheekSquint": 0.6, "eyeSquint": 0.35}
LAUGHING: Final[Recipe] = {
    **{"mouthSmile": 0.8, "cheekSquint": 0.5, "jawOpen": 0.3, "mouthUpperUp": 0.3},
}
SAD: Final[Recipe] = {
    **{"browInnerUp": 0.75, "browDown": 0.15, "mouthFrown": 0.6},
    **{"mouthShrugLower": 0.4},
}
SURPRISED: Final[Recipe] = {
    **{"browInnerUp": 0.8, "browOuterUp": 0.8, "eyeWide": 0.75, "jawOpen": 0.45},
}

EMOTIONS: Final[tuple[Recipe, ...]] = (
    HAPPY,
    LAUGHING,
    SAD,
    {"browDown": 0.85, "eyeSquint": 0.4, "mouthPress": 0.5, "noseSneer": 0.45},
    SURPRISED,
    {
        **{"browInnerUp": 0.8, "browOuterUp": 0.4, "browDown": 0.25, "eyeWide": 0.7},
        **{"mouthStretch": 0.55, "jawOpen": 0.25},
    },
    {"noseSneer": 0.8, "mouthUpperUp": 0.5, "browDown": 0.3, "mouthShrugLower": 0.3},
    {"mouthSmileRight": 0.25, "mouthDimpleRight": 0.6},
    {"mouthSmileLeft": 0.25, "mouthDimpleLeft": 0.6},
)
VISEMES: Final[tuple[Recipe, ...]] = (
    {"jawOpen": 0.6, "mouthLowerDown": 0.2, "mouthUpperUp": 0.15},
    {"jawOpen": 0.4, "mouthStretch": 0.2, "mouthLowerDown": 0.25},
    {"jawOpen": 0.22, "mouthStretch": 0.3, "mouthSmile": 0.15},
    {"jawOpen": 0.35, "mouthFunnel": 0.5, "mouthPucker": 0.15},
    {"jawOpen": 0.12, "mouthPucker": 0.65, "mouthFunnel": 0.2},
    {"mouthRollLower": 0.5, "mouthUpperUp": 0.25, "jawOpen": 0.1},
    {
        **{"mouthPress": 0.4, "jawOpen": 0.15, "mouthClose": 0.15},
        **{"mouthRollUpper": 0.2, "mouthRollLower": 0.25},
    },
    {"jawOpen": 0.2, "tongueOut": 0.15},
    {"jawOpen": 0.06, "mouthStretch": 0.2, "mouthLowerDown": 0.2, "mouthUpperUp": 0.1},
    {"mouthFunnel": 0.45, "mouthPucker": 0.15, "mouthUpperUp": 0.15, "jawOpen": 0.1},
)
GESTURES: Final[tuple[Recipe, ...]] = (
    {"browInnerUp": 0.8, "browOuterUp": 0.7},
    {"browOuterUpLeft": 0.8, "browDownRight": 0.4},
    {"browOuterUpRight": 0.8, "browDownLeft": 0.4},
    {"browDown": 0.9},
    {"browInnerUp": 0.7, "browDown": 0.35},
    {"noseSneer": 0.9},
    {"cheekPuff": 0.9},
    {"cheekPuff": 0.6, "mouthPucker": 0.4},
    {"mouthPucker": 0.9},
    {"mouthFunnel": 0.8, "jawOpen": 0.2},
    {"mouthPress": 0.9},
    {"mouthRollLower": 0.8, "mouthRollUpper": 0.7},
    {"mouthRollLower": 0.9},
    {"mouthShrugLower": 0.8, "mouthShrugUpper": 0.6},
    {"mouthLeft": 0.8},
    {"mouthRight": 0.8},
    {"jawLeft": 0.8},
    {"jawRight": 0.8},
    {"jawForward": 0.8},
    {"mouthDimple": 0.8},
    {"mouthFrown": 0.8},
    {"mouthUpperUp": 0.8},
    {"mouthLowerDown": 0.8, "jawOpen": 0.1},
    {"mouthStretch": 0.8},
    {"eyeSquint": 0.8},
    {"cheekSquint": 0.8, "eyeSquint": 0.3},
    {"eyeWide": 0.9},
    {"tongueOut": 0.9, "jawOpen": 0.3},
    {"jawOpen": 0.7, "mouthClose": 0.65},
    # Smiles and grimaces with closed lips, which open mouths must not be read into.
    {"mouthSmile": 0.9},
    {"mouthSmile": 0.7, "mouthPress": 0.4, "cheekSquint": 0.3},
    {"mouthSmile": 0.6, "mouthDimple": 0.5, "mouthRollLower": 0.2},
    {"mouthSmile": 0.6, "jawOpen": 0.25, "mouthClose": 0.25},
    {"mouthFrown": 0.6, "mouthPress": 0.5, "mouthShrugLower": 0.4},
    {"mouthPress": 0.6, "mouthRollLower": 0.5, "mouthRollUpper": 0.4},
    {"mouthPucker": 0.8, "mouthFrown": 0.4},
    {"mouthPucker": 0.7, "browDown": 0.6},
    {"mouthPucker": 0.7, "mouthLeft": 0.5},
    {"mouthPucker": 0.7, "mouthRight": 0.5},
    {"jawLeft": 0.7, "mouthLeft": 0.4},
    {"jawRight": 0.7, "mouthRight": 0.4},
    {"browInnerUp": 0.9},
    {"browDown": 0.8, "eyeSquint": 0.6},
    {"browDown": 0.6, "browOuterUp": 0.6},
)
POSED: Final[dict[str, tuple[Recipe, ...]]] = {
    "neutral": ({},),
    "happiness": (
        HAPPY,
        LAUGHING,
        {"mouthSmile": 0.7, "mouthDimple": 0.3, "cheekSquint": 0.4},
    ),
    "surprise": (
        SURPRISED,
        {
            **{"browInnerUp": 0.8, "browOuterUp": 0.8, "eyeWide": 0.8},
            **{"jawOpen": 0.2, "mouthFunnel": 0.3},
        },
    ),
    "sadness": (
        SAD,
        {
            **{"browInnerUp": 0.9, "browDown": 0.4, "eyeSquint": 0.4},
            **{"mouthFrown": 0.4, "mouthStretch": 0.3, "jawOpen": 0.15},
        },
    ),
    "anger": (
        {"browDown": 0.85, "eyeSquint": 0.4, "mouthPress": 0.5, "noseSneer": 0.35},
        {
            **{"browDown": 0.95, "eyeWide": 0.4, "noseSneer": 0.3, "jawOpen": 0.35},
            **{"mouthUpperUp": 0.4, "mouthLowerDown": 0.4},
        },
        {"browDown": 0.95, "eyeWide": 0.3, "mouthPress": 0.4, "mouthRollUpper": 0.3},
    ),
    "disgust": (
        {
            **{"noseSneer": 0.9, "mouthUpperUp": 0.6, "mouthShrugLower": 0.3},
            **{"browDown": 0.4, "eyeSquint": 0.3},
        },
        {
            **{"noseSneer": 0.7, "mouthUpperUp": 0.8, "jawOpen": 0.25},
            **{"browDown": 0.4, "eyeSquint": 0.6, "cheekSquint": 0.5},
        },
        {
            **{"noseSneer": 0.7, "mouthUpperUp": 0.4, "mouthLowerDown": 0.4},
            **{"mouthFrown": 0.4, "jawOpen": 0.3, "tongueOut": 0.3, "browDown": 0.5},
        },
        {
            **{"noseSneer": 0.6, "mouthUpperUp": 0.3, "mouthShrugLower": 0.7},
            **{"mouthFrown": 0.6, "browDown": 0.5},
        },
    ),
    "fear": (
        {
            **{"browInnerUp": 0.8, "browOuterUp": 0.4, "browDown": 0.25},
            **{"eyeWide": 0.8, "mouthStretch": 0.6, "jawOpen": 0.25},
        },
        {
            **{"browInnerUp": 0.9, "browOuterUp": 0.5, "browDown": 0.3},
            **{"eyeWide": 0.9, "mouthStretch": 0.7, "mouthLowerDown": 0.3},
            **{"jawOpen": 0.1},
        },
        {
            **{"browInnerUp": 0.9, "browOuterUp": 0.5, "browDown": 0.3},
            **{"eyeWide": 0.8, "mouthStretch": 0.5, "mouthUpperUp": 0.3},
            **{"jawOpen": 0.6},
        },
    ),
    "contempt": (
        {"mouthSmileOne": 0.3, "mouthDimpleOne": 0.7},
        {"mouthSmileOne": 0.45, "mouthDimpleOne": 0.5, "eyeSquint": 0.3},
        {
            **{"mouthDimpleOne": 0.8, "mouthPressOne": 0.5, "mouthOne": 0.25},
            **{"eyeSquint": 0.3},
        },
        {
            **{"mouthSmileOne": 0.3, "mouthDimpleOne": 0.6, "mouthUpperUpOne": 0.35},
            **{"noseSneerOne": 0.25, "browOuterUpOne": 0.4},
        },
    ),
}
"""By expression, in FER+'s order: whole faces that show it alone, stronger than
`EMOTIONS` for mixtures. A curve that ends in One stands for one side, the same one in
all of a face."""
