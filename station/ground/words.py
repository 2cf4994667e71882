"""Words that are shown later, in the reader's language."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a Chinese text for translation where it is defined; the template translates it."""
    return text
