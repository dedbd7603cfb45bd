"""Recorded performances: record, read, play, cut, import and export them."""
