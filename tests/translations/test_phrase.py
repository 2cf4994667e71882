"""A sentence of the engine reaches the reader in one language, its places included."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale

from panoramas.sentences import PLACES, REMARKS
from station.ground.web import phrase
from translations.compile import compile_all

GAP = {"where": PLACES["rear_left_low"], "percent": "3.0", "count": 2}


def test_the_words_that_fill_a_sentence_are_translated_too(ctx: Flask) -> None:
    compile_all()
    with force_locale("en"):
        assert phrase(REMARKS["again"], GAP) == (
            "No usable photo: behind to the left, low (about 3.0% of the sphere). Take 2 more there."
        )
    with force_locale("zh"):
        assert phrase(REMARKS["again"], GAP) == (
            "左后方低处没有可用的照片（约占全景 3.0%），请朝该方向再拍 2 张。"
        )
