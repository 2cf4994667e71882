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
    """/sheet/PART?kind=…&theme=…&elder=1&lang=en, /assets/…, /pictures/…, /upload."""

    uploads: list[int]
    refuse_next: int

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/assets/"):
            self._send((BUILT / address.path.removeprefix("/assets/")).read_bytes())
        elif address.path.startswith("/pictures/"):
            self._send(pictures.draw(address.path.removeprefix("/pictures/")))
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
            self.close_connection = True  # as if the signal were lost in the middle
            return
        type(self).uploads.append(size)
        number = len(type(self).uploads)
        answer = {"id": str(number), "url": "/pictures/photo-3.jpg"}
        self._send(json.dumps(answer).encode(), "application/json")

    def _page(self, part: str, wanted: Mapping[str, str]) -> str:
        made = environment(json.loads((BUILT / "manifest.json").read_text(encoding="utf-8")))
        return render(made, part, **translate(wanted))

    def _send(self, body: bytes, kind: str = "") -> None:
        self.send_response(200)
        kind = kind or guess_type(urlsplit(self.path).path)[0] or "application/octet-stream"
        self.send_header("Content-Type", kind + ("; charset=utf-8" if "text" in kind else ""))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
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


@contextmanager
def served() -> Iterator[tuple[str, type[SheetHandler]]]:
    """(address, handler class with its record of uploads) of a running sheet."""
    handler = type("Handler", (SheetHandler,), {"uploads": [], "refuse_next": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
