"""Flat drawings that carry a car's own words and figures: plates, instruments, VIN plate, screen."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from demo.cars import Car
from demo.painter import Picture
from demo.yard import write


def centred(
    picture: Picture,
    text: str,
    middle: tuple[int, int],
    colour: tuple[int, int, int],
    size: int,
    weight: int = 500,
) -> None:
    """Text with its middle at a pixel."""
    (left, top, wide, high) = cv2.getTextSize(
        (0, 0), text, (0, 0), cv2.FontFace("uni"), size, weight
    )
    write(
        picture,
        text,
        (middle[0] - wide // 2 - left, middle[1] - high // 2 - top),
        colour,
        size,
        weight,
    )


@lru_cache(maxsize=64)
def plate(number: str) -> Picture:
    """A number plate, 440 × 140 mm blue, or 480 × 140 mm green for new-energy cars (eight characters; GA 36)."""
    green = len(number) == 8
    wide, ink = (960, (24, 24, 20)) if green else (880, (250, 250, 250))
    down = np.linspace(0, 1, 280)[:, None, None]
    ground = (
        np.array([244, 250, 246]) * (1 - down) + np.array([106, 190, 86]) * down
        if green
        else np.array([158.0, 66, 22])
    )
    mask = np.zeros(
        (175, wide, 3), np.uint8
    )  # the letters of a plate are narrow: drawn low, then stretched
    places = (40, 94, 172, 224, 276, 328, 380, 432) if green else (38, 95, 174, 231, 288, 345, 402)
    for x, letter in zip(places, number, strict=True):
        centred(
            mask, letter, (2 * x + 8, 88), (255, 255, 255), 128 if letter.isascii() else 96, 700
        )
    cover = cv2.resize(mask, (wide, 280), interpolation=cv2.INTER_CUBIC)
    cv2.circle(cover, (places[1] + places[2] + 8, 140), 10, (255, 255, 255), -1, cv2.LINE_AA)
    cv2.rectangle(cover, (10, 10), (wide - 11, 269), (255, 255, 255), 5, cv2.LINE_AA)
    share = cover.astype(float) / 255
    return np.asarray(ground * (1 - share) + np.array(ink) * share, np.uint8)


def chrome_name(text: str) -> Picture:
    """Chrome letters as (h, w, 4) with their cover, 60 mm high letters at 2 pixels a millimetre."""
    cover = np.zeros((120, 900, 3), np.uint8)
    centred(cover, text, (450, 60), (255, 255, 255), 90, 600)
    columns = np.flatnonzero(cover.any(axis=(0, 2)))
    tight = cover[:, columns[0] : columns[-1] + 1]
    shine = np.full_like(tight, 205)
    shine[60:] = 150
    return np.concatenate([shine, tight[..., :1]], axis=2)


def instruments(car: Car) -> Picture:
    """Instrument panel, 340 × 150 mm: two dials, and the odometer's digits in the middle below."""
    picture = np.full((600, 1360, 3), 14, np.uint8)
    unit, marks = ("kW", 16) if car.energy == "BEV" else ("r/min ×1000", 8)
    _dial(picture, (300, 280), marks, unit, 0.06)
    _dial(picture, (1060, 280), 12, "km/h ×20", 0.0)
    centred(picture, "P" if car.number % 3 else "N", (680, 190), (230, 230, 230), 96)
    for i, colour in enumerate(((40, 40, 220), (30, 170, 250), (60, 200, 90))):
        cv2.circle(picture, (600 + 80 * i, 70), 15, colour, 4, cv2.LINE_AA)
    share = (car.number * 37 % 80 + 12) / 100
    cv2.rectangle(picture, (560, 370), (800, 392), (70, 70, 70), 2)
    cv2.rectangle(
        picture,
        (563, 373),
        (563 + int(234 * share), 389),
        (110, 210, 120) if car.energy == "BEV" else (200, 200, 200),
        -1,
    )
    centred(picture, "电量" if car.energy == "BEV" else "油量", (680, 322), (180, 180, 180), 34)
    cv2.rectangle(picture, (500, 440), (860, 530), (40, 38, 34), -1)
    centred(picture, f"ODO {car.odometer_km:06d} km", (680, 486), (236, 240, 240), 46)
    return picture


def _dial(picture: Picture, middle: tuple[int, int], marks: int, unit: str, share: float) -> None:
    cv2.circle(picture, middle, 236, (64, 60, 56), 8, cv2.LINE_AA)
    cv2.circle(picture, middle, 226, (26, 24, 22), -1, cv2.LINE_AA)
    for i in range(marks + 1):
        turn = np.radians(220 - 260 * i / marks)
        way = np.array([np.cos(turn), -np.sin(turn)])
        ends = [tuple((np.array(middle) + way * r).astype(int).tolist()) for r in (188, 216)]
        cv2.line(picture, ends[0], ends[1], (235, 235, 235), 5, cv2.LINE_AA)
        at = (np.array(middle) + way * 156).astype(int)
        centred(picture, str(i), (int(at[0]), int(at[1])), (225, 225, 225), 34)
    turn = np.radians(220 - 260 * share)
    tip = (int(middle[0] + 180 * np.cos(turn)), int(middle[1] - 180 * np.sin(turn)))
    cv2.line(picture, middle, tip, (40, 60, 235), 9, cv2.LINE_AA)
    cv2.circle(picture, middle, 26, (50, 50, 50), -1, cv2.LINE_AA)
    centred(picture, unit, (middle[0], middle[1] + 120), (150, 150, 150), 30)


def vin_plate(car: Car) -> Picture:
    """The VIN as it stands behind the windscreen, 170 × 24 mm."""
    picture = np.full((144, 1020, 3), 26, np.uint8)
    cv2.rectangle(picture, (6, 6), (1013, 137), (120, 122, 124), 3, cv2.LINE_AA)
    centred(picture, car.vin, (510, 72), (232, 234, 236), 82, 500)
    return picture


def screen(car: Car) -> Picture:
    """The centre screen, switched on: the maker's greeting and a clock."""
    picture = np.full((480, 760, 3), (52, 36, 20), np.uint8)
    picture[:] = np.linspace(0.5, 1.3, 480)[:, None, None] * np.array([52, 38, 24])
    centred(picture, car.maker, (380, 170), (240, 240, 240), 90)
    centred(picture, car.model_en, (380, 280), (190, 190, 190), 46)
    for i in range(5):
        cv2.rectangle(
            picture, (60 + 135 * i, 370), (155 + 135 * i, 440), (110 + 20 * i, 96, 70), -1
        )
    return picture
