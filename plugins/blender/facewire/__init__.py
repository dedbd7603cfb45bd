"""facewire for Blender: live faces on shape keys and bones, recordings and takes.

`core` and `shared` need no Blender. `shell` is what Blender sees; it is imported when
the extension is switched on.
"""

from __future__ import annotations


def register() -> None:
    """Switch the extension on. Blender calls this."""
    from . import shell

    shell.register()


def unregister() -> None:
    """Switch the extension off, and close its port. Blender calls this."""
    from . import shell

    shell.unregister()
