"""The pages of summaries and studies as they lie in the cache, to be taken out one by one.

What stays in memory is a slip for each: memory then hardly grows with the size of what the pages hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from evibrief.publishing.cache import Cache
from evibrief.publishing.sheets import MALFORMED, Leaf, Slip, leaf_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Slips, and where the pages lie; ``again`` makes a page anew that the cache has lost meanwhile."""

    slips: Sequence[Slip]
    cache: Cache = field(compare=False)
    again: Callable[[str], bytes] = field(compare=False)

    def take(self, slip: Slip) -> Leaf:
        """Return a page with the files beside it."""
        return self._kept(slip) or leaf_from(self.again(slip.uri))

    def _kept(self, slip: Slip) -> Leaf | None:
        """The page from the cache, unless that holds another: a cache may have been filled by strangers."""
        kept = self.cache.get(slip.key)
        try:
            leaf = leaf_from(kept) if kept is not None else None
        except MALFORMED:
            return None
        if leaf is None or leaf.sheet.page.uri != slip.uri or tuple(file.uri for file in leaf.files) != slip.files:
            return None
        return leaf

    @property
    def leaves(self) -> Iterator[Leaf]:
        """All pages, one after the other."""
        return map(self.take, self.slips)
