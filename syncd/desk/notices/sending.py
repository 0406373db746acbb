"""What sending can come to, for every kind of channel, and what follows from it for the other messages of a round.

In: how sending went. Out: one error, which says whether trying again can help; which servers to spare in this round.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from syncd.errors import SyncdError

MOST_BROKEN = 3


class NotSentError(SyncdError):
    """A message was not taken. ``for_good``: it never will be.

    ``is_down``: the server cannot be reached, so no other message can go there either. ``is_broken``: it broke off or
    fell silent over this message, which may be the message's fault or the server's.
    """

    slug = "not_sent"
    staff = "Chưa gửi được thông báo; hệ thống sẽ tự gửi lại."

    def __init__(
        self,
        message: str,
        *,
        action: str = "",
        for_good: bool = False,
        is_down: bool = False,
        is_broken: bool = False,
    ) -> None:
        super().__init__(message, action=action)
        self.for_good = for_good
        self.is_down = is_down
        self.is_broken = is_broken


@dataclass(slots=True)
class Servers:
    """What is known in one round of the servers that messages go to, so that none is hammered and none starves.

    All messages for a server that is down fail together. One that keeps breaking off is left alone until the next
    round; those that were not tried then go first.
    """

    _down: dict[str, NotSentError] = field(default_factory=dict)
    _broken: dict[str, int] = field(default_factory=dict)

    def require_up(self, server: str) -> None:
        """Raises the error of a server that is down."""
        if server in self._down:
            raise self._down[server]

    def is_left_alone(self, server: str) -> bool:
        """Whether nothing more is sent there in this round."""
        return self._broken.get(server, 0) >= MOST_BROKEN

    def answered(self, server: str) -> None:
        """It took a message."""
        self._broken.pop(server, None)

    def failed(self, server: str, error: SyncdError) -> None:
        """It did not take a message."""
        if not isinstance(error, NotSentError):
            return
        if error.is_down:
            self._down[server] = error
        if error.is_broken:
            self._broken[server] = self._broken.get(server, 0) + 1
