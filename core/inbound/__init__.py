"""What vendors and hotels send by themselves: addresses, proof of origin, the post until it is read.

A post is only a hint. The sync's way with it: `pending` → look again at the vendor → `mark_done`, and the
handler of `WORK`, which is enqueued with every post that brings something new, begins it.
"""

from core.inbound.posts import WORK, Pending, mark_done, newest, pending

__all__ = ["WORK", "Pending", "mark_done", "newest", "pending"]
