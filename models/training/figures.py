"""Figures for model cards, drawn without a window system."""

from __future__ import annotations

from typing import Any


def panels(wide: float, high: float, columns: int = 1, rows: int = 1) -> Any:
    """Return a figure so many inches wide and high, and its (rows, columns) axes."""
    # Without pyplot: no global state, and no window system is looked for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(wide, high), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)
