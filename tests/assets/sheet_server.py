"""Serves the sheet on a free port, with the policy headers of the real application."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from urllib.parse import parse_qsl, urlsplit

from tests.assets import pictures
from tests.assets.samples import REFUSAL, TYPED, rows
from tests.assets.sheet import POLICY, PROJECT, environment, render

BUILT = PROJECT / "assets" / "built"


class SheetHandler(BaseHTTPRequestHandler):
    """/sheet/PART?kind=…&theme=…&elder=1&lang=en, /assets/…, /pictures/…, /hello, /upload."""

    uploads: list[str]  # one-time tokens, in order of arrival
    refuse_next: int  # so many uploads are cut off
    happened: threading.Event  # set: one event goes out on the stream
    streams: list[str]  # one entry a stream opened
    version: int

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/assets/"):
            self._send((BUILT / address.path.removeprefix("/assets/")).read_bytes())
        elif address.path.startswith("/pictures/"):
            self._send(pictures.draw(address.path.removeprefix("/pictures/")))
        elif address.path == "/live":
            self._stream()
        elif address.path == "/hello":
            self._send(b'{"person": "p1", "name": "", "token": "t"}', "application/json")
        elif address.path.startswith("/sheet/"):
            part = address.path.removeprefix("/sheet/")
            self._send(self._page(part, dict(parse_qsl(address.query))).encode(), "text/html")
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        if type(self).refuse_next:
            type(self).refuse_next -= 1
            self.connection.close()  # as if the signal were lost in the middle
            self.close_connection = True
            return
        type(self).uploads.append(self.headers["X-Once"])
        number = len(type(self).uploads)
        answer = {"id": str(number), "url": "/pictures/photo-3.jpg"}
        self._send(json.dumps(answer).encode(), "application/json")

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        type(self).streams.append(self.path)
        while not type(self).happened.wait(0.05):
            try:
                self.wfile.write(b": still here\n\n")
            except OSError:  # the tab has gone
                return
        type(self).happened.clear()
        type(self).version += 1
        self.wfile.write(b"retry: 100\n\nevent: trail\ndata: 1\n\n")

    def _page(self, part: str, wanted: Mapping[str, str]) -> str:
        made = environment(json.loads((BUILT / "manifest.json").read_text(encoding="utf-8")))
        return render(made, part, version=type(self).version, **translate(wanted))

    def _send(self, body: bytes, kind: str = "") -> None:
        self.send_response(200)
        kind = kind or guess_type(urlsplit(self.path).path)[0] or "application/octet-stream"
        self.send_header("Content-Type", kind + ("; charset=utf-8" if "text" in kind else ""))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        if self.path.startswith("/assets/"):
            self.send_header("Cache-Control", "max-age=31536000, immutable")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


def translate(wanted: Mapping[str, str]) -> dict[str, object]:
    """What the address asks for, as the sheet understands it."""
    made: dict[str, object] = {key: wanted[key] for key in ("kind", "theme") if key in wanted}
    made["elder"] = wanted.get("elder") == "1"
    if "rows" in wanted:
        made["rows"] = rows(int(wanted["rows"]))
    if "refused" in wanted:
        made |= {"refusal": REFUSAL, "typed": TYPED}
    if wanted.get("visitor"):
        made["actor"] = None
    return made


def _fresh() -> dict[str, object]:
    return {
        "uploads": [],
        "refuse_next": 0,
        "happened": threading.Event(),
        "streams": [],
        "version": 0,
        "protocol_version": "HTTP/1.0",
    }


@contextmanager
def served() -> Iterator[tuple[str, type[SheetHandler]]]:
    """(address, handler class with its record of uploads) of a running sheet."""
    handler = type("Handler", (SheetHandler,), _fresh())
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        handler.happened.set()  # type: ignore[attr-defined] - ends an open stream
        server.shutdown()
        server.server_close()
        thread.join()
