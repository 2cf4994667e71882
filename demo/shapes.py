"""The measures of the demonstration's eight models: invented makers, honest proportions."""

from __future__ import annotations

from dataclasses import dataclass, field

Knots = tuple[tuple[float, float], ...]

# fmt: off
SECTION: Knots = ((0, 0.925), (0.1, 0.962), (0.3, 0.988), (0.5, 1.0), (0.66, 0.996), (0.7, 0.984), (0.9, 0.962), (0.97, 0.945), (1, 0.905))
NOSE: Knots = ((0, -0.15), (0.12, -0.03), (0.28, 0), (0.46, -0.005), (0.6, -0.03), (0.84, -0.06), (0.95, -0.10), (1, -0.17))
TAIL: Knots = ((0, -0.15), (0.12, -0.04), (0.28, 0), (0.46, -0.01), (0.56, -0.05), (0.8, -0.06), (0.93, -0.09), (1, -0.16))
# fmt: on


@dataclass(frozen=True)
class Shape:
    """One model's body. Lengths in metres along x (forward), heights z; see demo.mesh for the axes.

    `belt` is the shoulder line (x, z) from rear to front, `crown` how far bonnet and boot rise above it
    at the middle; `cowl`/`back` are the feet of windscreen and rear window, `roof` its (rear, front)
    edge; `doors` the gaps at front, middle and rear of the side doors.
    """

    kind: str
    front: float
    rear: float
    width: float
    height: float
    axles: tuple[float, float]
    wheel: float
    sill: float
    belt: Knots
    crown: Knots
    cowl: float
    back: float
    roof: tuple[float, float]
    doors: tuple[float, float, float]
    quarter: float = 0.86
    roof_share: float = 0.76
    glass_top: float = 0.9
    rear_glass_foot: float = 0.08
    corners: tuple[float, float] = (5.0, 6.0)
    nose: Knots = NOSE
    tail: Knots = TAIL
    section: Knots = SECTION
    spokes: int = 5
    grille: str = "slats"
    cladding: bool = False
    rails: bool = False
    floating_roof: bool = False
    light_bar: bool = False
    bed: tuple[float, float] | None = None
    sliding: bool = False
    lamp: tuple[float, float] = field(default=(0.62, 0.84))
    tail_lamp: tuple[float, float] = field(default=(0.66, 0.9))


# fmt: off
_BLUFF: Knots = ((0, -0.14), (0.12, -0.03), (0.28, 0), (0.5, 0), (0.7, -0.015), (0.88, -0.03),
    (0.96, -0.06), (1, -0.11))
_HATCH_TAIL: Knots = ((0, -0.14), (0.12, -0.03), (0.28, 0), (0.42, -0.01), (0.5, -0.06), (0.8,
    -0.06), (0.95, -0.07), (1, -0.09))
_UPRIGHT: Knots = ((0, -0.1), (0.1, -0.02), (0.25, 0), (0.36, 0), (0.42, -0.05), (0.8, -0.05),
    (0.96, -0.05), (1, -0.06))

SHAPES: dict[str, Shape] = {
    "sedan": Shape(
        kind="sedan", front=2.33, rear=-2.42, width=1.82, height=1.46, axles=(1.37, -1.37),
        wheel=0.325, sill=0.19, belt=((-2.42, 0.98), (-1.7, 1.0), (0, 0.94), (1.0, 0.93),
        (1.9, 0.85), (2.33, 0.75)), crown=((-2.42, 0.03), (-1.6, 0.06), (1.0, 0.07),
        (2.33, 0.05)), cowl=1.04, back=-1.82, roof=(-1.1, 0.26), doors=(1.0, -0.08, -1.05),
        quarter=0.83),
    "executive": Shape(
        kind="executive", front=2.48, rear=-2.62, width=1.88, height=1.48, axles=(1.52, -1.5),
        wheel=0.345, sill=0.18, belt=((-2.62, 1.02), (-1.8, 1.03), (0, 0.97), (1.1, 0.96),
        (2.0, 0.9), (2.48, 0.82)), crown=((-2.62, 0.03), (-1.7, 0.06), (1.1, 0.08), (2.48, 0.05)),
        cowl=1.08, back=-1.98, roof=(-1.2, 0.26), doors=(1.08, -0.1, -1.18), quarter=0.83,
        grille="upright", spokes=10, nose=_BLUFF, lamp=(0.66, 0.86)),
    "hatch": Shape(
        kind="hatch", front=2.08, rear=-2.12, width=1.79, height=1.49, axles=(1.3, -1.3),
        wheel=0.315, sill=0.19, belt=((-2.12, 1.02), (-1.6, 1.03), (0, 0.96), (0.95, 0.94),
        (1.7, 0.86), (2.08, 0.76)), crown=((-2.12, 0.01), (-1.8, 0.01), (0.95, 0.07),
        (2.08, 0.05)), cowl=1.02, back=-1.98, roof=(-1.62, 0.25), doors=(0.96, -0.12, -1.02),
        quarter=0.85, tail=_HATCH_TAIL, rear_glass_foot=0.16, spokes=7, tail_lamp=(0.6, 0.93)),
    "suv": Shape(
        kind="suv", front=2.22, rear=-2.32, width=1.91, height=1.76, axles=(1.34, -1.36),
        wheel=0.385, sill=0.27, belt=((-2.32, 1.19), (-1.7, 1.19), (0, 1.13), (1.0, 1.12),
        (1.8, 1.08), (2.22, 1.0)), crown=((-2.32, 0.01), (-1.9, 0.01), (1.0, 0.07), (2.22, 0.05)),
        cowl=1.08, back=-2.22, roof=(-1.9, 0.36), doors=(1.02, -0.08, -1.02), quarter=0.9,
        tail=_HATCH_TAIL, nose=_BLUFF, rear_glass_foot=0.14, cladding=True, rails=True,
        lamp=(0.7, 0.85), tail_lamp=(0.66, 0.88), roof_share=0.8),
    "mpv": Shape(
        kind="mpv", front=2.48, rear=-2.62, width=1.9, height=1.8, axles=(1.55, -1.5),
        wheel=0.345, sill=0.17, belt=((-2.62, 1.1), (-1.7, 1.08), (0, 1.04), (1.3, 1.02),
        (2.0, 0.95), (2.48, 0.84)), crown=((-2.62, 0.01), (-2.1, 0.01), (1.4, 0.1), (2.48, 0.05)),
        cowl=1.62, back=-2.5, roof=(-2.28, 0.72), doors=(1.42, 0.28, -0.95), quarter=0.93,
        tail=_UPRIGHT, nose=_BLUFF, rear_glass_foot=0.12, roof_share=0.84, sliding=True,
        grille="wide", spokes=8, glass_top=0.88, lamp=(0.66, 0.84), tail_lamp=(0.56, 0.96)),
    "pickup": Shape(
        kind="pickup", front=2.5, rear=-2.82, width=1.89, height=1.8, axles=(1.6, -1.56),
        wheel=0.385, sill=0.34, belt=((-2.82, 1.14), (-1.0, 1.14), (0, 1.14), (1.0, 1.13),
        (2.0, 1.1), (2.5, 1.04)), crown=((-2.82, 0.0), (-1.1, 0.0), (-0.9, 0.03), (1.0, 0.06),
        (2.5, 0.04)), cowl=1.12, back=-0.98, roof=(-0.84, 0.46), doors=(1.1, 0.12, -0.84),
        quarter=0.94, tail=_UPRIGHT, nose=_BLUFF, cladding=True, bed=(-2.7, -1.12), grille="bars",
        spokes=6, corners=(6.0, 11.0), roof_share=0.8, lamp=(0.66, 0.84), tail_lamp=(0.55, 0.95),
        rear_glass_foot=0.12),
    "electric": Shape(
        kind="electric", front=2.35, rear=-2.42, width=1.9, height=1.45, axles=(1.46, -1.46),
        wheel=0.345, sill=0.17, belt=((-2.42, 1.02), (-1.7, 1.01), (0, 0.93), (1.2, 0.9),
        (1.9, 0.81), (2.35, 0.68)), crown=((-2.42, 0.06), (-1.9, 0.06), (1.2, 0.08),
        (2.35, 0.06)), cowl=1.3, back=-2.12, roof=(-0.72, 0.26), doors=(1.16, 0.02, -1.0),
        quarter=0.8, grille="none", spokes=0, roof_share=0.74, floating_roof=True, light_bar=True,
        corners=(4.2, 5.5), lamp=(0.72, 0.86), tail_lamp=(0.72, 0.84)),
    "mini": Shape(
        kind="mini", front=1.48, rear=-1.46, width=1.5, height=1.62, axles=(0.98, -0.97),
        wheel=0.285, sill=0.17, belt=((-1.46, 0.98), (0, 0.95), (0.8, 0.93), (1.48, 0.8)),
        crown=((-1.46, 0.01), (-1.2, 0.01), (0.9, 0.08), (1.48, 0.05)), cowl=0.98, back=-1.36,
        roof=(-1.14, 0.46), doors=(0.8, -0.3, -0.34), quarter=0.86, grille="none", spokes=4,
        roof_share=0.84, tail=_UPRIGHT, nose=_BLUFF, corners=(4.6, 6.5), rear_glass_foot=0.16,
        glass_top=0.87, floating_roof=True, lamp=(0.62, 0.88), tail_lamp=(0.62, 0.88)),
}
# fmt: on
