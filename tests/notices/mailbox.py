"""A mail server and a caller's machine that really listen, on loopback, for as long as a test."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mailbox:
    """What came. `refuse`: the answer to the next recipients, instead of taking them."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    refuse: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As the setting names it."""
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """As much of RFC 5321 as one message needs."""
    box = Mailbox()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

        def handle(self) -> None:
            self.say("220 test")
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.say("354 go on")
                    self.take()
                elif word == b"RCPT" and box.refuse:
                    self.say(box.refuse.pop(0))
                elif word == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def take(self) -> None:
            body = b""
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                body += line.removeprefix(b".") if line.startswith(b"..") else line
            box.mails.append(message_from_bytes(body, policy=default))
            self.say("250 taken")

    with _served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)) as port:
        box.port = port
        yield box


@dataclass
class Machine:
    """Calls that came: (headers, body). `answers`: statuses of the next calls, 204 when there is none."""

    port: int = 0
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is called."""
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def machine() -> Iterator[Machine]:
    """Takes POST calls."""
    here = Machine()

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.calls.append((dict(self.headers), body))
            self.send_response(here.answers.pop(0) if here.answers else 204)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Take)) as port:
        here.port = port
        yield here


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
