"""Finds VRChat and the avatar that is worn, and sends to it by OSC."""
