"""The monitor page: see a running facewire in a browser, and control it from there."""
