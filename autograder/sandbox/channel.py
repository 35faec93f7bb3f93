"""Messages over a socket: plain data, one length before each, bounded in size and in time."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from autograder.plain import MARKERS, MAX_TREE_BYTES, NotPlain, from_bytes, to_bytes


class ChannelClosed(Exception):
    """The other end is gone."""


class ChannelTimeout(Exception):
    """No whole message before the deadline."""


class Channel:
    """One end of a socket. ``largest`` bounds the array bytes of a message that is accepted, ``tags`` its kinds."""

    def __init__(self, sock: socket.socket, largest: int, tags: frozenset[str] = MARKERS) -> None:
        self._socket = sock
        self._tags = tags
        self._largest = largest + MAX_TREE_BYTES + 16

    def send(self, value: Any, deadline: float | None = None) -> None:
        self.send_bytes(to_bytes(value), deadline)

    def send_bytes(self, message: bytes, deadline: float | None = None) -> None:
        try:
            self._socket.settimeout(_remaining(deadline))
            self._socket.sendall(struct.pack(">Q", len(message)))
            self._socket.sendall(message)
        except TimeoutError:
            raise ChannelTimeout from None
        except OSError:
            raise ChannelClosed from None

    def receive(self, deadline: float | None = None) -> Any:
        """The next message; NotPlain where it is malformed or too large."""
        (length,) = struct.unpack(">Q", self._exactly(8, deadline))
        if length > self._largest:
            raise NotPlain(f"a message of {length} bytes, more than are accepted")
        return from_bytes(self._exactly(length, deadline), self._tags)

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        received = bytearray()
        while len(received) < count:
            try:
                self._socket.settimeout(_remaining(deadline))
                chunk = self._socket.recv(min(count - len(received), 1 << 20))
            except TimeoutError:
                raise ChannelTimeout from None
            except OSError:
                raise ChannelClosed from None
            if not chunk:
                raise ChannelClosed
            received += chunk
        return bytes(received)


def _remaining(deadline: float | None) -> float | None:
    return None if deadline is None else max(deadline - time.monotonic(), 0.001)
