"""Serving phones on the local network: a certificate of our own, the address, and its QR code.

Browsers give camera, position and service workers to https alone, and the service worker only where
the certificate is trusted. So the installation has a small authority of its own (valid for nothing but
private addresses), whose certificate a phone installs once from /ca.crt.
"""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import qrcode
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.ground import clock
from station.ground.installable import AUTHORITY

YEARS = timedelta(days=3650)
LEAF = timedelta(days=397)  # phones accept no longer one
EARLY = timedelta(days=1)
# Addresses that no stranger's site can have (IANA special-purpose registry).
PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "192.0.2.0/24",
    "127.0.0.0/8",
)
NOWHERE = ("192.0.2.1", 9)  # TEST-NET: no packet is sent, the route alone is asked for


@dataclass(frozen=True)
class Certificate:
    """Files for the web server, and the addresses they are for, the one to show first."""

    chain: Path
    key: Path
    addresses: tuple[str, ...]


def find_addresses() -> tuple[str, ...]:
    """Private IPv4 addresses of this machine, the one of the default route first."""
    found = []
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with probe, suppress(OSError):  # no network at all: this machine alone
        probe.connect(NOWHERE)
        found.append(str(probe.getsockname()[0]))
    with suppress(socket.gaierror):  # a name that nobody knows
        told = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found += [str(one[4][0]) for one in told]
    return tuple(one for one in dict.fromkeys([*found, "127.0.0.1"]) if is_private(one))


def is_private(address: str) -> bool:
    """Whether the authority may vouch for it."""
    one = ipaddress.ip_address(address)
    return any(one in ipaddress.ip_network(network) for network in PRIVATE)


def certify(keys: Path, addresses: tuple[str, ...]) -> Certificate:
    """A fresh certificate for these addresses, by the installation's authority (made once)."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, ca_key = _authority(keys)
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
    leaf = (
        _builder("Shuzhan", LEAF)
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .add_extension(
            x509.SubjectAlternativeName([*names, x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(ca_key, SHA256())
    )
    made = Certificate(keys / "lan.crt", keys / "lan.key", addresses)
    _write(made.key, _pem(key))
    chain = leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    _write(made.chain, chain)
    return made


def _authority(keys: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, secret = keys / AUTHORITY, keys / "lan-ca.key"
    if certificate.exists() and secret.exists():
        kept = load_pem_private_key(secret.read_bytes(), None)
        assert isinstance(kept, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate.read_bytes()), kept
    key = ec.generate_private_key(ec.SECP256R1())
    private = [x509.IPAddress(ipaddress.ip_network(one)) for one in PRIVATE]
    allowed = x509.NameConstraints([*private, x509.DNSName("localhost")], None)
    builder = _builder("Shuzhan local network", YEARS)
    made = (
        builder.issuer_name(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Shuzhan local network")])
        )
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(allowed, critical=True)
        .sign(key, SHA256())
    )
    _write(secret, _pem(key))
    _write(certificate, made.public_bytes(Encoding.PEM))
    return made, key


def _builder(name: str, valid: timedelta) -> x509.CertificateBuilder:
    now = clock.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).serial_number(x509.random_serial_number())
    )
    return made.not_valid_before(now - EARLY).not_valid_after(now + valid)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, body: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(body)
    path.chmod(0o600)


def invite(url: str) -> str:
    """What the terminal says to whoever holds a phone."""
    code = qrcode.QRCode(border=2)
    code.add_data(url)
    rows = code.get_matrix()
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    halves = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    picture = "\n".join(
        "".join(halves[top, bottom] for top, bottom in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return (
        f"\n{picture}\n\n手机扫码打开 / open on a phone: {url}\n"
        f"第一次请先在手机上安装证书，相机、定位和离线才可用 / install once, or camera, position"
        f" and offline do not work: {url}/ca.crt\n\n"
    )
