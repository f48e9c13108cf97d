"""Shards of one split: how large they grow and what they are called, whatever is in them."""

from collections.abc import Sequence
from pathlib import Path

# What `datasets` itself writes, and what a hub's viewer and a download resume well with.
SHARD_BYTES = 500_000_000


def name_shards(shards: Sequence[Path], split: str) -> list[Path]:
    """Gives the finished shards of a split their final names, which tell how many there are.

    Args:
        shards: The files in their order; their folder and ending stay.
        split: The split's name.

    Returns:
        `<split>-00000-of-0000N.<ending>` in order.
    """
    return [
        shard.rename(shard.with_name(f"{split}-{index:05d}-of-{len(shards):05d}{shard.suffix}"))
        for index, shard in enumerate(shards)
    ]
