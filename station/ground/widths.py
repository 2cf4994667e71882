"""Full-width characters as Chinese input methods leave them, made half-width."""

from __future__ import annotations

_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE |= {0x3000: 0x20, 0xFFE5: 0xA5}


def half_width(text: str) -> str:
    """Turn full-width ASCII, the wide space and the wide ¥ into their half-width forms.

    Nothing else changes. Unicode NFKC would go further and read ``1²`` as 12, which must not
    happen to an amount or a VIN.
    """
    return text.translate(_TABLE)


def ascii_upper(text: str) -> str:
    """Upper-case a–z alone: ``str.upper`` turns ß into SS and so changes the length."""
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text)
