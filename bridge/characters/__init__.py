"""Characters on disk: open their files and the files beside these."""
