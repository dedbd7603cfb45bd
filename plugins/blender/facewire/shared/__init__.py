"""Copies of facewire's own files, made by plugins/blender/copies.py."""
