"""Finds phones and programs in the network, and announces facewire there (mDNS)."""
