"""Who can fill which post of a case when one person may fill only one. Pure: posts, and ids of people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Post(StrEnum):
    """What a person gives to a version; besides writing."""

    NETWORK = "network"
    DEPUTY_DPO = "deputydpo"
    SAFEGUARDING = "safeguarding"
    ADVICE = "advice"
    SIGN = "sign"


GIVES = {
    Post.NETWORK: "the Network Team's review",
    Post.DEPUTY_DPO: "the Deputy DPO's review",
    Post.SAFEGUARDING: "the safeguarding review",
    Post.ADVICE: "the Data Protection Officer's advice",
    Post.SIGN: "the signature",
}


def unfilled(candidates: Mapping[Post, Collection[int]]) -> Post | None:
    """The first post left without anybody when nobody takes two, or None when all can be filled."""
    holds: dict[int, Post] = {}
    for post in candidates:
        if not _place(post, candidates, holds, set()):
            return post
    return None


def _place(post: Post, candidates: Mapping[Post, Collection[int]], holds: dict[int, Post], tried: set[int]) -> bool:
    """Give `post` to somebody free, or to somebody whose own post another can take."""
    for person in sorted(candidates[post]):
        if person in tried:
            continue
        tried.add(person)
        if person not in holds or _place(holds[person], candidates, holds, tried):
            holds[person] = post
            return True
    return False
