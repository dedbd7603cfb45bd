"""Results as the evaluations write them, in small."""

from __future__ import annotations

from models.paper.part import Results

SCORE: Results = {
    "n": 3589,
    "accuracy": 0.694,
    "low": 0.679,
    "high": 0.709,
    "macro_f1": 0.664,
    "weighted_f1": 0.69,
}

EXPRESSION: Results = {
    "fer2013": {"PublicTest": SCORE, "PrivateTest": SCORE},
    "ferplus": {"PrivateTest": {**SCORE, "accuracy": 0.86}},
    "baselines": {"haar_svm": {**SCORE, "accuracy": 0.432, "macro_f1": 0.345}},
    "robustness": {"gamma": {"0.5": 0.66, "2": 0.6}},
    "ckplus": "not run: the data needs a signed licence",
    "label_agreement": 0.636,
}

MOTION: Results = {
    "headline": {"lag_ratio_generated": 0.45},
    "generated": {
        "no_lead": {
            "network, low": {
                "jitter": 4.1,
                "lag_ms": {"all": 8.0},
                "rmse": 30.4,
                "blink_peak": None,
            }
        }
    },
    "remarks": ["Real takes were left out."],
}

REFINER: Results = {"headline": {"error_ratio": 0.8}, "remarks": []}

SPEED: Results = {
    "machine": {"cpu": "EPYC", "cores": 2},
    "paces": [
        {
            "name": "60 fps",
            "latency_ms": {"capture_to_send": {"p50": 6.9, "p95": 8.0, "p99": 8.6}},
            "alone_ms": {"p50": 3.4, "p95": 4.0, "p99": 5.0},
        }
    ],
}

_MEANS: Results = {
    "ours": {"distance": 2.0, "jerk": 8.0},
    "linear keys": {"distance": 1.9, "jerk": None},
}

ANIMATION: Results = {
    "measures": {"distance": "How far away.", "jerk": "How rough."},
    "stills": {
        "performances": ["a", "b"],
        "characters": ["<head>"],
        "means": _MEANS,
        "by_character": {"<head>": _MEANS},
        "ahead": {"linear keys": {"distance": [0, 2], "jerk": [2, 2]}},
        "behind": ["distance, 2.00 % (linear keys 1.90 %)"],
    },
    "remarks": [],
}
