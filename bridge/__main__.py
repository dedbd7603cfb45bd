"""`python -m bridge` is `facewire`."""

from .cli import main

main()
