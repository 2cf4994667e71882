"""Signed checkpoints outside the database: what tail cuts and rewritten chains are seen against."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select

from station.ground import clock
from station.ground.database import db

from . import rules
from .models import Chain
from .reads import Fault, list_leaves


def load_key(folder: Path) -> Ed25519PrivateKey:
    """The installation's signing key, made once (Ed25519, RFC 8032)."""
    path = folder / "trail_ed25519.pem"
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(f"{path} does not hold an Ed25519 key")
        return key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = Ed25519PrivateKey.generate()
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return made


def export(folder: Path, key: Ed25519PrivateKey) -> int:
    """Append one signed checkpoint per grown chain to `folder/<chain>.jsonl`; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "public_key.pem").write_bytes(public)
    count = 0
    for chain in db.session.scalars(select(Chain).order_by(Chain.id)):
        if _last_length(folder, chain.id) != chain.length:
            _append(folder / f"{chain.id}.jsonl", _signed(chain, key))
            count += 1
    return count


def _signed(chain: Chain, key: Ed25519PrivateKey) -> dict[str, str | int]:
    body: dict[str, str | int] = {
        "chain": chain.id,
        "length": chain.length,
        "root": rules.root(list_leaves(chain.id, chain.length)).hex(),
        "at": rules.as_text(clock.now()),
    }
    signature = key.sign(rfc8785.dumps(body))
    return {**body, "signature": base64.b64encode(signature).decode("ascii")}


def _append(path: Path, body: dict[str, str | int]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(body, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _last_length(folder: Path, chain: str) -> int | None:
    path = folder / f"{chain}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return int(json.loads(lines[-1])["length"]) if lines else None


@dataclass(frozen=True)
class Checkpoint:
    """At `at` a chain had `length` lines and this `root` (64 hexadecimal digits)."""

    length: int
    root: str
    at: datetime


def find_before(
    folder: Path, chain: str, moment: datetime, public: Ed25519PublicKey
) -> Checkpoint | None:
    """The last checkpoint of a chain made before `moment` that bears our signature."""
    path = folder / f"{chain}.jsonl"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    for text in reversed(lines):
        body = _read_signed(text, public)
        if body is None or body["chain"] != chain:
            continue
        at = datetime.fromisoformat(str(body["at"]))
        if at < moment:
            return Checkpoint(int(body["length"]), str(body["root"]), at)
    return None


def _read_signed(text: str, public: Ed25519PublicKey) -> dict[str, str | int] | None:
    """What one line of a chain's file says, which anybody may have written; None unless it is ours."""
    try:
        checkpoint = json.loads(text)
        body = {name: value for name, value in checkpoint.items() if name != "signature"}
        public.verify(base64.b64decode(checkpoint["signature"]), rfc8785.dumps(body))
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return body


def find_faults(folder: Path, public: Ed25519PublicKey) -> Iterator[Fault]:
    """Hold every chain against every checkpoint of it in `folder`."""
    known = {chain.id: chain.length for chain in db.session.scalars(select(Chain))}
    for path in sorted(folder.glob("*.jsonl")):
        leaves = list_leaves(path.stem) if path.stem in known else []
        for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
            fault = _fault(path.stem, text, leaves, public)
            if fault:
                yield fault
                break


def _fault(chain: str, text: str, leaves: list[bytes], public: Ed25519PublicKey) -> Fault | None:
    """What is wrong with one line of a chain's file."""
    body = _read_signed(text, public)
    if body is None:
        return Fault(chain, 0, "a checkpoint's signature is not ours")
    length = int(body["length"])
    if body["chain"] != chain:
        return Fault(chain, length, "a checkpoint of another chain stands in its file")
    if len(leaves) < length:
        return Fault(chain, len(leaves) + 1, f"the tail is cut: a checkpoint saw {length} lines")
    if rules.root(leaves[:length]).hex() != body["root"]:
        return Fault(chain, length, "the chain was rewritten since a checkpoint saw it")
    return None
