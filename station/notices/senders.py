"""The channels themselves: a mail server, the notification library, and signed calls."""

from __future__ import annotations

import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from apprise import Apprise
from flask import current_app

from station.ground import clock
from station.ground.settings import Settings

from . import delivery
from .contact_models import Contact, Message
from .delivery import Passing, Permanent, Way

SECONDS = 20
TITLE = {"zh": "数站：有新的事项", "en": "Shuzhan: something new"}
FOOT = {"zh": "请登录查看和办理：", "en": "Please sign in to see and to act: "}


def send(contact: Contact, rows: Sequence[Message]) -> str:
    """Send one or more messages to one address as one; what proves that it was taken.

    Raises `Permanent` or `Passing`.
    """
    settings: Settings = current_app.extensions["settings"]
    text = "\n".join(row.text for row in rows)
    match contact.way:
        case Way.EMAIL:
            return _mail(settings, contact, text)
        case Way.SMS:
            return _notify(settings.sms_url.replace("{phone}", contact.address), text)
        case Way.CHAT:
            return _notify(contact.address, f"{text}\n{settings.base_url}")
        case Way.WEBHOOK:
            return "; ".join(_call(contact, row) for row in rows)


def _mail(settings: Settings, contact: Contact, text: str) -> str:
    message = EmailMessage()
    message["Subject"] = TITLE[contact.language]
    message["From"] = settings.mail_from
    message["To"] = contact.address
    message["Message-ID"] = make_msgid(domain="station")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers a machine
    message.set_content(f"{text}\n\n{FOOT[contact.language]}{settings.base_url}\n")
    try:
        with _server(settings.smtp_url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise _by_code(code, f"SMTP {code}") from None
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, f"SMTP {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise Passing(type(error).__name__) from None
    return str(message["Message-ID"])


def _by_code(code: int, words: str) -> Exception:
    return Permanent(words) if 500 <= code < 600 else Passing(words)


def _server(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif parts.username:  # a password does not travel in the clear
            server.close()
            raise Passing("no STARTTLS")
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _notify(url: str, text: str) -> str:
    service = Apprise()
    if not service.add(url):
        raise Permanent("address")
    if not service.notify(body=text):
        raise Passing("refused")
    return f"taken {clock.now().isoformat(timespec='seconds')}"


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirected call could reach where the address must not."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def _check_outside(url: str) -> None:
    """Raise `Permanent` when a name leads into a network that is not the public one."""
    if current_app.extensions["settings"].testing:
        return
    parts = urlsplit(url)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    except OSError as error:
        raise Passing(type(error).__name__) from None
    if not all(ip_address(one[4][0]).is_global for one in found):
        raise Permanent("inside")


def _call(contact: Contact, row: Message) -> str:
    _check_outside(contact.address)
    moment = int(clock.now().timestamp())
    told = {"id": row.id, "node": row.node, "text": row.text, "made_at": row.made_at.isoformat()}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    request = urllib.request.Request(  # noqa: S310 - https alone, see delivery.read_address
        contact.address,
        body,
        {
            "Content-Type": "application/json; charset=utf-8",
            "Shuzhan-Message": row.id,
            "Shuzhan-Time": str(moment),
            "Shuzhan-Signature": delivery.sign(contact.secret, moment, body),
        },
    )
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            return f"HTTP {answer.status}"
    except urllib.error.HTTPError as error:
        error.close()
        for_good = 300 <= error.code < 500 and error.code not in (408, 425, 429)
        raise (Permanent if for_good else Passing)(f"HTTP {error.code}") from None
    except OSError as error:
        raise Passing(type(error).__name__) from None
