"""A TCP proxy before a database that can go silent, break, or lose one message of a commit.

In: the address of a server. Out: an address of its own; and every way in which a network lets one down.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

COMMIT = b"COMMIT"


class Loss(StrEnum):
    """What happens to the next commit: its request is lost, or the answer to it."""

    REQUEST = "request"
    ANSWER = "answer"


class Proxy:
    """Forwards until told otherwise. ``lose`` strikes once; ``leaves_then``: nobody can connect after it."""

    def __init__(self, host: str, port: int, here: str = "127.0.0.1") -> None:
        self._server = (host, port)
        self._listener = socket.create_server((here, 0))
        self._flowing = threading.Event()
        self._flowing.set()
        self._open: set[socket.socket] = set()
        self._is_closed = False
        self.lose: Loss | None = None
        self.leaves_then = False
        self.struck = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def stall(self) -> None:
        """From now on nothing gets through in either direction, and nobody is told."""
        self._flowing.clear()

    def flow(self) -> None:
        """What was held up arrives."""
        self._flowing.set()

    def cut(self) -> None:
        """Break every connection there is."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._is_closed = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._flowing.set()
        self.cut()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._server, timeout=5)
        except OSError:
            client.close()
            return
        self._open |= {client, server}
        with client, server, suppress(OSError):
            self._shuttle(client, server)
        self._open -= {client, server}

    def _shuttle(self, client: socket.socket, server: socket.socket) -> None:
        while True:
            ready, _, _ = select.select([client, server], [], [])
            self._flowing.wait()
            for source in ready:
                content = source.recv(65536)
                if not content or (source is client and self._is_lost(content, server)):
                    return
                (server if source is client else client).sendall(content)

    def _is_lost(self, content: bytes, server: socket.socket) -> bool:
        """Whether this message ends the connection. An answer is lost only once the server has given it."""
        loss = self.lose
        if loss is None or COMMIT not in content:
            return False
        self.lose = None
        if loss is Loss.ANSWER:
            server.sendall(content)
            server.recv(65536)
        if self.leaves_then:
            self.close()
        self.struck.set()
        return True


@contextmanager
def proxied(url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the server of this address, and the address through it."""
    head, _, rest = url.partition("@")
    place, _, name = rest.partition("/")
    host, _, port = place.partition(":")
    proxy = Proxy(host, int(port))
    try:
        yield proxy, f"{head}@127.0.0.1:{proxy.port}/{name}"
    finally:
        proxy.close()
