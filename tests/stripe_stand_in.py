"""A stateful stand-in for the payment provider's Checkout, on loopback.

It keeps sessions, answers an idempotency key with its first answer and refuses the key with
another body, shows a hosted page whose button pays, and sends signed webhooks, again and again
until they are taken. Its answers have the shape that the provider's own library reads.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stripe import WebhookSignature

DAY = 24 * 3600
METHODS_GONE = "payment_method_types"


@dataclass
class StandIn:
    """The provider's state. `tries`: webhook answers, in order, as (event id, HTTP status)."""

    secret: str = "whsec_for_tests"
    key: str = "sk_test_for_tests"
    webhook_url: str = ""
    most_tries: int = 4
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    tries: list[tuple[str, int]] = field(default_factory=list)
    answered: dict[str, tuple[str, int, dict[str, Any]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""

    def create(self, key: str, body: str) -> tuple[int, dict[str, Any], bool]:
        """(status, answer, replayed) of a create; the same key gives the first answer again."""
        print_of_body = hashlib.sha256(body.encode()).hexdigest()
        with self.lock:
            if key and key in self.answered:
                seen, status, answer = self.answered[key]
                if seen != print_of_body:
                    return 400, _idempotency_error(key), False
                return status, answer, True
            status, answer = self._create(parse(body))
            if key:
                self.answered[key] = (print_of_body, status, answer)
            return status, answer, False

    def _create(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if METHODS_GONE in asked:
            return 400, _error(f"Received unknown parameter: {METHODS_GONE}", METHODS_GONE)
        for name in ("mode", "success_url", "line_items"):
            if name not in asked:
                return 400, _error(f"Missing required param: {name}.", name)
        total, currency = 0, ""
        for line in asked["line_items"].values():
            price = line["price_data"]
            total += int(price["unit_amount"]) * int(line["quantity"])
            currency = price["currency"]
        session_id, now = f"cs_test_{secrets.token_hex(16)}", int(time.time())
        session: dict[str, Any] = {
            "id": session_id,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "cancel_url": asked.get("cancel_url"),
            "client_reference_id": asked.get("client_reference_id"),
            "created": now,
            "currency": currency,
            "expires_at": now + DAY,
            "livemode": False,
            "metadata": asked.get("metadata", {}),
            "mode": asked["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": asked["success_url"],
            "url": f"{self.url}/pay/{session_id}",
        }
        self.sessions[session_id] = session
        return 200, dict(session)  # a replay gives the answer as it was, not as it is

    def pay(self, session_id: str, *, kind: str = "checkout.session.completed") -> dict[str, Any]:
        """The customer pays; the event that tells of it."""
        session = self.sessions[session_id]
        session |= {
            "payment_status": "paid",
            "status": "complete",
            "payment_intent": f"pi_{secrets.token_hex(8)}",
            "url": None,
        }
        return self.tell(kind, session)

    def tell(self, kind: str, session: dict[str, Any]) -> dict[str, Any]:
        """A new event about a session."""
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": "2026-01-28.preview",
            "created": int(time.time()),
            "data": {"object": dict(session)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        return event

    def signed(self, event: dict[str, Any], *, at: int | None = None) -> tuple[bytes, str]:
        """The body of a webhook and its signature header; `at`: seconds since 1970."""
        body = json.dumps(event)
        header = WebhookSignature.generate_signature_header(body, self.secret, at)
        return body.encode(), header

    def deliver(self, event: dict[str, Any]) -> bool:
        """Send a webhook until it is taken (2xx) or the tries run out."""
        for _ in range(self.most_tries):
            body, header = self.signed(event)
            request = urllib.request.Request(
                self.webhook_url,
                body,
                {"Content-Type": "application/json", "Stripe-Signature": header},
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
            except OSError:
                status = 0
            self.tries.append((event["id"], status))
            if 200 <= status < 300:
                return True
        return False


def parse(body: str) -> dict[str, Any]:
    """A form body with brackets (`a[b][0]=c`) as nested dictionaries."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        parts = re.findall(r"[^\[\]]+", name)
        at = found
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return found


def _error(message: str, param: str = "") -> dict[str, Any]:
    error = {"type": "invalid_request_error", "message": message, "param": param}
    return {"error": error}


def _idempotency_error(key: str) -> dict[str, Any]:
    message = (
        f"Keys for idempotent requests can only be used with the same parameters they were "
        f"first used with. Try using a key other than '{key}'."
    )
    return {"error": {"type": "idempotency_error", "message": message}}


PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Checkout</title>
<main><h1>{amount} {currency}</h1><p>{number}</p>
<form method="post"><button type="submit">Pay</button></form><a href="{cancel}">Back</a></main>"""


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""

    def _answer(
        self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Request-Id", f"req_{secrets.token_hex(7)}")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_mine(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.stand_in.key}":
            return True
        self._answer(401, _error("Invalid API Key provided"))
        return False

    def do_GET(self) -> None:
        """Retrieve a session, or show its hosted page."""
        path = urlsplit(self.path).path
        session = self.stand_in.sessions.get(path.rsplit("/", 1)[-1])
        if session is None:
            self._answer(404, _error("No such checkout session"))
        elif path.startswith("/pay/"):
            self._page(session)
        elif self._is_mine():
            self._answer(200, session)

    def _page(self, session: dict[str, Any]) -> None:
        body = PAGE.format(
            amount=f"{session['amount_total'] / 100:.2f}",
            currency=session["currency"].upper(),
            number=session["client_reference_id"],
            cancel=session["cancel_url"],
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Create a session, or pay on its hosted page."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path).path
        if path == "/v1/checkout/sessions":
            if self._is_mine():
                key = self.headers.get("Idempotency-Key", "")
                status, answer, replayed = self.stand_in.create(key, body)
                headers = {"Idempotency-Key": key} if key else {}
                self._answer(
                    status, answer, headers | ({"Idempotent-Replayed": "true"} if replayed else {})
                )
            return
        session = self.stand_in.sessions.get(path.removeprefix("/pay/"))
        if session is None or session["status"] != "open":
            self._answer(404, _error("No such checkout session"))
            return
        self.stand_in.deliver(self.stand_in.pay(session["id"]))
        self.send_response(303)
        self.send_header("Location", session["success_url"])
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def running(stand_in: StandIn | None = None) -> Iterator[StandIn]:
    """A stand-in that listens on a free port of loopback until the end."""
    state = stand_in or StandIn()
    handler = type("Handler", (_Handler,), {"stand_in": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
