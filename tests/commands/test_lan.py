"""Phones on the local network: a certificate that they can trust, for private addresses alone."""

from __future__ import annotations

import io
import ssl
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from cryptography import x509
from flask import Flask
from flask.testing import FlaskClient

from commands import lan


@pytest.fixture
def certificate(tmp_path: Path) -> lan.Certificate:
    return lan.certify(tmp_path / "keys", ("192.168.3.7", "127.0.0.1"))


def test_the_certificate_is_for_this_machines_addresses_and_hangs_on_one_authority(
    certificate: lan.Certificate, tmp_path: Path
) -> None:
    leaf, authority = x509.load_pem_x509_certificates(certificate.chain.read_bytes())
    leaf.verify_directly_issued_by(authority)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == [
        "192.168.3.7",
        "127.0.0.1",
    ]
    again = lan.certify(tmp_path / "keys", ("10.0.0.2",))
    assert x509.load_pem_x509_certificates(again.chain.read_bytes())[1] == authority
    assert [oct(p.stat().st_mode)[-3:] for p in sorted((tmp_path / "keys").iterdir())] == [
        "600"
    ] * 4


@pytest.mark.parametrize(
    ("address", "private"), [("192.168.3.7", True), ("10.9.8.7", True), ("8.8.8.8", False)]
)
def test_the_authority_vouches_for_private_addresses_alone(address: str, private: bool) -> None:
    assert lan.is_private(address) is private
    assert "127.0.0.1" in lan.find_addresses()


def test_a_browser_that_trusts_the_authority_trusts_the_server(
    certificate: lan.Certificate, tmp_path: Path
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.chain, certificate.key)
    trusting = ssl.create_default_context(cafile=tmp_path / "keys" / "lan-ca.crt")
    assert shake_hands(server, trusting, "192.168.3.7") == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, trusting, "192.168.3.8")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(server, ssl.create_default_context(), "192.168.3.7")


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> str | None:
    """The protocol on which both agree, without a socket."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = server.wrap_bio(there, back, server_side=True)
    theirs = client.wrap_bio(back, there, server_hostname=host)
    for _ in range(4):
        for side in (theirs, ours):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return theirs.version()


def test_the_code_in_the_terminal_reads_as_the_address() -> None:
    url = "https://192.168.3.7:8600"
    rows = [row for row in lan.invite(url).splitlines() if set(row) & set("█▀▄")]
    dots = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    halves = [[dots[sign][part] for sign in row] for row in rows for part in (0, 1)]
    picture = cv2.copyMakeBorder(
        np.array(halves, np.uint8), 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=(255.0,)
    )
    picture = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [url]


def test_a_phone_fetches_the_authority_only_where_there_is_one(
    app: Flask, client: FlaskClient
) -> None:
    keys: Path = app.extensions["settings"].keys
    assert client.get("/ca.crt").status_code == 404
    lan.certify(keys, ("127.0.0.1",))
    try:
        told = client.get("/ca.crt")
        assert x509.load_pem_x509_certificate(io.BytesIO(told.data).read())
        assert b"PRIVATE" not in told.data
    finally:
        for name in ("lan-ca.crt", "lan-ca.key", "lan.crt", "lan.key"):
            (keys / name).unlink()
