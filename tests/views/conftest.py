"""Fonts and colours need an application."""

import pytest


@pytest.fixture(autouse=True)
def application(qapp):
    """Every test of a view has one."""
    return qapp
