"""Limits on guessing: a token bucket for each login and each address, in bounded memory.

In: keys and the time. Out: seconds to wait, 0 when one may go on. A full table forgets nobody: those who are new to it
share one bucket, so that filling it buys an attacker nothing.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

MOST_KEYS = 10_000


class Buckets:
    """Buckets that hold ``size`` tokens and gain one every ``seconds``."""

    def __init__(self, *, size: int, seconds: float, most: int = MOST_KEYS) -> None:
        self.size = size
        self.seconds = seconds
        self._most = most
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def wait(self, key: str, now: float) -> float:
        """Seconds until there is a token; 0 when there is one."""
        full_at = self._full_at.get(self._place(key, now), now)
        return max(0.0, full_at - now - (self.size - 1) * self.seconds)

    def take(self, key: str, now: float) -> None:
        """Take one token; ask `wait` first."""
        place = self._place(key, now)
        self._full_at[place] = max(self._full_at.get(place, now), now) + self.seconds
        self._full_at.move_to_end(place)

    def give_back(self, key: str, now: float) -> None:
        """Put one token back."""
        place = self._place(key, now)
        if place in self._full_at:
            self._full_at[place] -= self.seconds

    def forget(self, now: float) -> None:
        """Drop every bucket that is full again: one that is not there says the same."""
        for place in [place for place, full_at in self._full_at.items() if full_at <= now]:
            del self._full_at[place]

    def _place(self, key: str, now: float) -> str:
        place = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        if place in self._full_at or len(self._full_at) < self._most:
            return place
        self._forget_full(now)
        return place if len(self._full_at) < self._most else ""

    def _forget_full(self, now: float) -> None:
        for place, full_at in list(self._full_at.items())[:64]:
            if full_at <= now:
                del self._full_at[place]


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """Ten tries at one login, then one every half minute; thirty from one address, then one every ten seconds."""

    by_login: Buckets = field(default_factory=lambda: Buckets(size=10, seconds=30))
    by_address: Buckets = field(default_factory=lambda: Buckets(size=30, seconds=10))

    def take(self, login: str, address: str, now: datetime) -> int:
        """One try. Returns the whole seconds to wait (``Retry-After``), and takes nothing then; 0: go on."""
        at = now.timestamp()
        wait = max(self.by_login.wait(login.casefold(), at), self.by_address.wait(address, at))
        if wait > 0:
            return math.ceil(wait)
        self.by_login.take(login.casefold(), at)
        self.by_address.take(address, at)
        return 0

    def forget(self, now: datetime) -> None:
        """Drop the tries that count no longer."""
        for buckets in (self.by_login, self.by_address):
            buckets.forget(now.timestamp())

    def give_back(self, login: str, address: str, now: datetime) -> None:
        """The try was a right one."""
        self.by_login.give_back(login.casefold(), now.timestamp())
        self.by_address.give_back(address, now.timestamp())
