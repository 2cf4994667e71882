"""A house for the release of a vehicle."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.makers import House, make_house


@pytest.fixture
def house(ctx: Flask) -> House:
    return make_house()
