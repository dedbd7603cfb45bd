"""`facewire-models`: training and evaluation, available only in a checkout.

The wheel contains only the daemon. The command exists in both, because a package has
one list of commands.
"""

from __future__ import annotations

import importlib

from .printing import say


def main() -> None:
    """Run `models.cli`, or print how to get it."""
    try:
        # Imported by name, because no module of the daemon may import training.
        cli = importlib.import_module("models.cli")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "models":
            raise
        say(
            "facewire-models: this is an installed wheel, which has no training; run "
            "`make train` in a checkout of facewire",
            error=True,
        )
        raise SystemExit(1) from None
    cli.main()
