"""Small servers on 127.0.0.1 that misbehave like a partner might, and stop by themselves."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Handler = Callable[[socket.socket, bytes], None]
LONGEST_SECONDS = 15.0


@dataclass
class Partner:
    """A listening server: its address, and the first bytes of every request it got."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def a_partner(handle: Handler) -> Iterator[Partner]:
    """Serves every connection with ``handle`` until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(LONGEST_SECONDS)
    partner = Partner(listener.getsockname()[1])
    open_connections: list[socket.socket] = []

    def serve_one(connection: socket.socket) -> None:
        connection.settimeout(LONGEST_SECONDS)
        try:
            request = _whole_request(connection)
            partner.requests.append(request)
            handle(connection, request)
        except OSError:
            pass  # the caller hung up, as it should
        finally:
            connection.close()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            open_connections.append(connection)
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield partner
    finally:
        listener.close()
        for connection in open_connections:
            connection.close()


def _whole_request(connection: socket.socket) -> bytes:
    """Head and body; the two may arrive apart."""
    request = b""
    while b"\r\n\r\n" not in request:
        block = connection.recv(65_536)
        if not block:
            return request
        request += block
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *([0-9]+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(
    body: bytes = b"{}", status: str = "200 OK", headers: tuple[str, ...] = ()
) -> Handler:
    """A well-behaved answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: application/json")
    head = "\r\n".join([*lines, "", ""]).encode()

    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head + body)

    return handle


def dripping(head: bytes, drop: bytes, every_seconds: float = 0.2) -> Handler:
    """The head at once, then a drop at a time: no single read ever waits long."""

    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            connection.sendall(drop)
            time.sleep(every_seconds)

    return handle


def pouring(head: bytes, block: bytes) -> Handler:
    """The head, then blocks as fast as they are taken, without an end."""

    def handle(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            connection.sendall(block)

    return handle


def silent(connection: socket.socket, _: bytes) -> None:
    """Takes the request and never answers; ends when the caller hangs up."""
    connection.recv(1)
