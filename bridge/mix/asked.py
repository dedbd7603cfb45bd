"""What the daemon asks a feed that may be a mix. Other feeds have simple answers."""

from __future__ import annotations

from bridge.feeds.feed import Feed
from bridge.feeds.names import SenderNames
from bridge.feeds.packets import PacketFeed

from .feed import MixFeed
from .figures import PartFigures


def joined(feed: Feed) -> bool:
    """Wait a moment for the threads of a feed; return True if it has none left."""
    return not isinstance(feed, MixFeed) or feed.join()


def parts_of(feed: Feed) -> tuple[PartFigures, ...]:
    """Return the figures of each source of a mix; nothing for another feed."""
    return feed.figures() if isinstance(feed, MixFeed) else ()


def wait_ms_of(feed: Feed) -> float:
    """Return how far the faster sources of a mix are held back; 0 for another feed."""
    return round(feed.wait_ns / 1e6, 2) if isinstance(feed, MixFeed) else 0.0


def names_of(feed: Feed) -> SenderNames | None:
    """Return the names under which faces go out, if they keep their senders' names.

    The mixed face has the name that the base's sender gives it.
    """
    first = feed.parts[0].feed if isinstance(feed, MixFeed) else feed
    return first.names if isinstance(first, PacketFeed) else None


def has_images(feed: Feed) -> bool:
    """Return True if a feed gives images with its faces; a mix gives its base's."""
    first = feed.parts[0].feed if isinstance(feed, MixFeed) else feed
    return bool(first.actors)
