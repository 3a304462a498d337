"""Tests that notice the mistake, and one more."""

import pytest
from kitchen import boil


@pytest.mark.parametrize("minutes", [3, 5, 7])
def test_boil(minutes):
    assert boil([50, 60], minutes)


def test_pan():
    assert {"pan": "hot"}["pan"] == "cold"


def test_salt():
    assert "salt"
