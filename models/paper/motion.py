"""Figure 4 and section 4: the networks that make and refine motion; and the time."""

from __future__ import annotations

from typing import Any, Final

from .part import Part, Results, Table, number

GENERATOR: Final = "A recurrent network generates natural motion, frame after frame."
REFINER: Final = "A generative adversarial network refines the animation."
_NAMES: Final = {
    "lag_ratio": "lag",
    "rmse_ratio": "error",
    "rmse_sound_ratio": "error away from dropouts",
    "rmse_moving_ratio": "error while it moves",
    "rmse_ratio_lead50": "error 50 ms ahead, filters as they are tuned",
    "rmse_ratio_lead50_equal": "error 50 ms ahead, filters of equal jitter",
    "blink_peak": "height of blinks, over the truth",
    "dropout_ratio": "error in dropouts",
    "dropout_ratio_half_second": "error in dropouts of up to half a second",
    "unmatched": "levels at which the network trembles more, count",
    "jitter_ratio": "jitter",
    "detail_3_8": "movement at 3 to 8 Hz, over the truth",
    "events_lost": "blinks and closed lips lost, count",
    "events_invented": "blinks and closed lips invented, count",
}
_COUNTS: Final = ("unmatched", "events_lost", "events_invented")


def generator(results: Results) -> Part:
    """Return the part on the generator from what `evaluate motion` wrote."""
    tables = [_headline(results, "The network over tuned filters of equal jitter")]
    for name, judged in results.items():
        rows = judged.get("no_lead") if isinstance(judged, dict) else None
        if isinstance(rows, dict):
            tables.append(_methods(name, rows))
    return Part(
        "Figure 4, section 4",
        "Motion: the recurrent generator",
        GENERATOR,
        "Observed motion with the tracker's noise, against filters that were tuned on "
        "other data. Ratios are those of the worst of three levels of steadiness; the "
        "network is better below 1. Blinks are best at 1.",
        tuple(tables),
        caveats=(
            "The paper compares with manual animation, of which there is no record; "
            "keyframes are compared below, and filters here.",
            *_remarks(results),
        ),
    )


def refiner(results: Results) -> Part:
    """Return the part on the refiner from what `evaluate refiner` wrote."""
    return Part(
        "Figure 4, section 4",
        "Motion: the adversarial refiner",
        REFINER,
        "Recorded takes with made defects, against the best classical filter. The "
        "refiner is better below 1. What is over the truth is best at 1.",
        (_headline(results, "The refiner over filters"),),
        caveats=_remarks(results),
    )


def speed(results: Results) -> Part:
    """Return the part on time from what `facewire bench --json` wrote."""
    tables = []
    for pace in results.get("paces", ()):
        laps = {
            **pace.get("latency_ms", {}),
            f"{pace.get('alone', 'MediaPipe')} alone": pace.get("alone_ms", {}),
        }
        rows = tuple(
            (stage.replace("_", " "), *(number(lap.get(k)) for k in _PERCENTILES))
            for stage, lap in laps.items()
        )
        title = f"{pace.get('name', '')}: milliseconds"
        tables.append(Table(title, ("stage", *_PERCENTILES), rows))
    machine = results.get("machine", {})
    told = (
        f"{machine.get('cpu', 'unknown processor')}, {machine.get('cores', '?')} cores"
    )
    return Part(
        "Sections 1 and 5",
        "Real time",
        "The method animates in real time.",
        f"`facewire bench` on {told}: from the capture of a picture to the last byte.",
        tuple(tables),
        caveats=("The camera's exposure and the display are not in it.",),
    )


_PERCENTILES: Final = ("p50", "p95", "p99")


def _headline(results: Results, title: str) -> Table:
    by_name: dict[str, dict[str, Any]] = {}
    for key, value in results.get("headline", {}).items():
        name, _, data = key.rpartition("_")
        if name not in _NAMES:
            name, data = key, "all"
        by_name.setdefault(name, {})[data] = value
    columns = tuple(dict.fromkeys(data for row in by_name.values() for data in row))
    rows = tuple(
        (
            _NAMES.get(name, name.replace("_", " ")),
            *(number(row.get(data), 0 if name in _COUNTS else 2) for data in columns),
        )
        for name, row in by_name.items()
    )
    return Table(title, ("figure", *columns), rows)


def _methods(source: str, rows: dict[str, Any]) -> Table:
    made = []
    for name, row in rows.items():
        lag = row.get("lag_ms", {}).get("all")
        cells = (row.get("jitter"), lag, row.get("rmse"), row.get("blink_peak"))
        made.append((name, *(number(cell) for cell in cells)))
    head = ("method, level", "jitter", "lag, ms", "error", "blink height")
    return Table(
        f"{source.capitalize()} motion, thousandths of a large movement",
        head,
        tuple(made),
    )


def _remarks(results: Results) -> tuple[str, ...]:
    return tuple(str(each) for each in results.get("remarks") or ())
