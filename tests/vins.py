"""Chassis numbers with a right check digit, for as many cars as a test wants."""

from __future__ import annotations

from station.vehicles.rules import check_digit


def vin_with_serial(number: int, stem: str = "LSJA24U6") -> str:
    """A valid VIN that ends in `number`, six digits."""
    draft = f"{stem}0JG{number:06d}"
    return draft[:8] + check_digit(draft) + draft[9:]
