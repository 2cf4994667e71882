"""Settings: read once from the environment, handed down by app.py."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """What one installation is.

    `home`: data folder (database when embedded, blobs, keys, checkpoints).
    `database_url`: the application role; `owner_url`: the role that migrates. Both None means
    that the embedded database under `home` is used.
    `blobs_url`: object storage (`s3://bucket`); empty means that files lie under `home`.
    `local_network`: served to phones nearby under a certificate of our own.
    `smtp_url`: mail server, `smtp://user:password@host:587` (STARTTLS) or `smtps://…`; `mail_from`:
    the sender; `sms_url`: an address of the notification library with `{phone}` in it. Empty: that way
    is closed.
    `second_factor`: court people need an authenticator to sign in; on unless switched off, and off in the
    demonstration. `demonstration`: said on every page; fixed when the installation is founded.
    """

    home: Path
    database_url: str = ""
    owner_url: str = ""
    secret_key: str = ""
    demonstration: bool = False
    base_url: str = "http://127.0.0.1:8600"
    station_phone: str = "0571-8800 1234"
    checkpoints: Path | None = None
    blobs_url: str = ""
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    sms_url: str = ""
    limits_url: str = "memory://"
    secure_cookies: bool = False
    second_factor: bool = False
    local_network: bool = False
    testing: bool = False

    @property
    def blobs(self) -> Path:
        """Originals and derivatives, named by content."""
        return self.home / "blobs"

    @property
    def keys(self) -> Path:
        """Private keys of the installation (mode 700)."""
        return self.home / "keys"

    @property
    def checkpoint_folder(self) -> Path:
        """Signed checkpoints leave the database for here; mount another disk or host."""
        return self.checkpoints or self.home / "checkpoints"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process; unknown names are ignored, missing ones have defaults."""
    env = os.environ if environ is None else environ
    home = Path(env.get("SHUZHAN_HOME", PROJECT / "var" / "station")).resolve()
    outside = env.get("SHUZHAN_CHECKPOINTS")
    demonstration = (home / "DEMONSTRATION").exists()
    return Settings(
        home=home,
        database_url=env.get("DATABASE_URL", ""),
        owner_url=env.get("DATABASE_OWNER_URL", ""),
        secret_key=env.get("SHUZHAN_SECRET_KEY", "") or kept_secret(home),
        demonstration=demonstration,
        base_url=env.get("SHUZHAN_BASE_URL", "http://127.0.0.1:8600").rstrip("/"),
        station_phone=env.get("SHUZHAN_PHONE", "0571-8800 1234"),
        checkpoints=Path(outside).resolve() if outside else None,
        blobs_url=env.get("BLOBS_URL", ""),
        stripe_key=env.get("STRIPE_KEY", ""),
        stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", ""),
        stripe_api=env.get("STRIPE_API", ""),
        smtp_url=env.get("SMTP_URL", ""),
        mail_from=env.get("MAIL_FROM", ""),
        sms_url=env.get("SMS_URL", ""),
        limits_url=env.get("LIMITS_URL", "memory://"),
        secure_cookies=env.get("SHUZHAN_BASE_URL", "").startswith("https://"),
        second_factor=env.get("SHUZHAN_SECOND_FACTOR", "0" if demonstration else "1") == "1",
    )


def kept_secret(home: Path) -> str:
    """The cookie secret of the installation, made once and kept with its keys."""
    path = home / "keys" / "cookie.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()
