"""Tiles beside the codec's own time, and cube tiles beside other programs.

The *limit* is decoding the source and coding the very tiles that came out, with the same codec
(libjpeg-turbo through simplejpeg), in as many threads, writing nothing. Limit and chain take turns
in one process; the ratio is that of the medians. Peers run in a process of their own, once.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import simplejpeg

from bench import tile_peers
from bench.machine import measured
from demo.cars import make_car
from demo.interior import cabin_panorama
from panoramas import multires, picture, tiles
from station.ground.settings import PROJECT

ROUNDS = 5
NOISE = 2.0  # 8-bit steps, as a phone's sensor leaves them: noise is what makes coding dear
SOURCES = {"pyramid": 7680, "cube cubic": 8192, "cube linear": 8192}


def run(out: Callable[[str], None]) -> None:
    """Print the ratios of pyramid and cube export, then the peers."""
    out("input     cabin panoramas of the demonstration, sensor noise of 2 steps, JPEG q95 4:4:4")
    for width in sorted(set(SOURCES.values())):
        file = source(width)
        out(f"          {width}×{width // 2}, {file.stat().st_size / 1e6:.1f} MB")
    out("chain         cores  limit s  chain s  ratio  cpu limit  cpu chain  ratio  peak MB")
    for chain, width in SOURCES.items():
        walls = [_against_limit(out, chain, source(width), cores) for cores in (1, 2)]
        out(f"{chain:13} two cores are {walls[0] / walls[1]:.2f} times as fast as one")
    out("peers: 8192×4096 -> 300 cube tiles of 512 pixels, wall s (cpu s), peak MB")
    for peer in tile_peers.PEERS:
        out(_peer(peer, source(8192)))


def source(width: int) -> Path:
    """A drawn panorama as a camera would give it; drawn once."""
    file = PROJECT / "var" / "bench" / f"cabin-{width}.jpg"
    if not file.is_file():
        measured([sys.executable, "-m", "bench.panoramas_tiles", "draw", str(file), str(width)])
    return file


def draw(file: Path, width: int) -> None:
    """Draw it, in a process of its own: it takes 2 GB."""
    drawn = cabin_panorama(make_car(2), width)[..., ::-1]
    noise = np.random.default_rng(0).normal(0, NOISE, drawn.shape).astype(np.float32)
    noisy = np.clip(drawn + noise, 0, 255).astype(np.uint8)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(picture.encode_jpeg(noisy, 95, "444"))


def _against_limit(out: Callable[[str], None], chain: str, file: Path, cores: int) -> float:
    words = [sys.executable, "-m", "bench.panoramas_tiles", chain, str(file), str(cores)]
    told = json.loads(measured(words, cores).printed)
    peak = measured([*words, "once"], cores).peak_mb
    (limit, chained), (cpu, cpu_chained) = told["wall"], told["cpu"]
    out(
        f"{chain:13} {cores:5} {limit:8.3f} {chained:8.3f} {chained / limit:6.2f}"
        f" {cpu:10.3f} {cpu_chained:10.3f} {cpu_chained / cpu:6.2f} {peak:8.0f}"
    )
    return float(chained)


def _peer(peer: str, file: Path) -> str:
    if missing := tile_peers.missing(peer):
        return f"{peer:26} skipped: {missing} is not installed"
    with tempfile.TemporaryDirectory() as made:
        words = [sys.executable, "-m", "bench.tile_peers", peer, str(file), made]
        used = measured(words)
    return f"{peer:26} {used.seconds:6.1f} ({used.cpu:.1f}), {used.peak_mb:.0f} MB"


def cut(chain: str, file: Path, out: Path, threads: int) -> None:
    """Run one of our chains."""
    if chain == "pyramid":
        tiles.cut(file, out, threads=threads)
    else:
        kernel = "linear" if chain.endswith("linear") else "cubic"
        multires.make(file, out / "cube", kernel=kernel, threads=threads)


def limit(file: Path, squares: list[picture.Picture], threads: int) -> None:
    """Decode the source and code these tiles."""
    simplejpeg.decode_jpeg(file.read_bytes(), "RGB")
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda square: picture.encode_jpeg(square, tiles.QUALITY), squares))


def _turns(chain: str, file: Path, threads: int) -> dict[str, list[float]]:
    """Medians of wall and processor seconds: [limit, chain]."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        made = Path(folder) / "made"
        cut(chain, file, made, threads)
        squares = [
            simplejpeg.decode_jpeg(tile.read_bytes(), "RGB")
            for tile in sorted(made.rglob("*.jpg"))
            if tile.parent.name.isdigit()
        ]
        spent = []
        for _ in range(ROUNDS):
            shutil.rmtree(made)
            work = (lambda: limit(file, squares, threads), lambda: cut(chain, file, made, threads))
            spent.append([_timed(one) for one in work])
    return {
        name: [statistics.median(turn[side][clock] for turn in spent) for side in (0, 1)]
        for clock, name in enumerate(("wall", "cpu"))
    }


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """In a process of its own: CHAIN FILE THREADS [once], or draw FILE WIDTH."""
    chain, file, threads, *once = sys.argv[1:]
    if chain == "draw":
        return draw(Path(file), int(threads))
    cv2.setNumThreads(int(threads))
    if once:
        with tempfile.TemporaryDirectory(dir=Path(file).parent) as made:
            cut(chain, Path(file), Path(made) / "made", int(threads))
    else:
        sys.stdout.write(json.dumps(_turns(chain, Path(file), int(threads))))
    return None


if __name__ == "__main__":
    main()
