"""Image engine of the station: pictures in, panoramas, spins and tiles out.

Arrays and paths in, arrays and files out; it knows nothing of web, database or station.

Frame of directions used everywhere (the local frame of the Photo Sphere XMP text): x to the
right of the picture's middle (east), y into the picture's middle (north), z up. Longitude grows
to the right, latitude upwards, both from the picture's middle; pixel (row, column) of an
equirectangular picture of height h and width w looks at latitude 90° - (row + .5) 180°/h and
longitude (column + .5) 360°/w - 180°. Pictures are RGB, uint8, shape (h, w, 3).
"""

from __future__ import annotations

from panoramas.sentences import VERSION, Unusable

__all__ = ["VERSION", "Unusable"]
