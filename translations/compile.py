"""Merge every room's English into the one catalogue that pages read: `python -m translations.compile`.

Chinese is the key and needs no catalogue. A sentence that two rooms translate differently is an
error: the reader would see one of them by chance.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

HERE = Path(__file__).resolve().parent


class Faulty(ValueError):
    """Two rooms say the same Chinese in different English, or a file cannot be read."""


def merge(folder: Path, locale: str) -> Catalog:
    """One catalogue from all ``*.po`` files of `folder`.

    Raises `Faulty` naming the files and the sentence or line.
    """
    merged, origin = Catalog(locale=locale), dict[str, str]()
    for path in sorted(folder.glob("*.po")):
        for message in _read(path, locale):
            key = str(message.id)
            known = merged.get(key)
            if known is not None and known.string != message.string:
                raise Faulty(
                    f"{origin[key]} and {path.name} differ on {key!r}:"
                    f" {known.string!r} and {message.string!r}"
                )
            merged.add(message.id, message.string)
            origin.setdefault(key, path.name)
    return merged


def _read(path: Path, locale: str) -> list[Message]:
    """The translated sentences of one file; the header has no id."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale, abort_invalid=True)
    except PoFileError as error:
        raise Faulty(f"{path.name}: {error}") from error
    return [message for message in catalogue if message.id and message.string]


def compile_all(translations: Path = HERE, locale: str = "en") -> Path:
    """Write ``<locale>/LC_MESSAGES/messages.mo`` and give its path."""
    target = translations / locale / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    merged = merge(translations / locale, locale)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, merged)
    fresh.replace(target)  # a running server never reads half a file
    return target


if __name__ == "__main__":
    try:
        compile_all()
    except Faulty as error:
        sys.exit(str(error))
