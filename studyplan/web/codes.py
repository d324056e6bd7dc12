"""Addresses as pictures that a phone's camera reads."""

from __future__ import annotations

import segno


def code(address: str) -> str:
    """The address as a QR code, an SVG to stand in a page: dark on light whatever the page is, as cameras want it."""
    made = segno.make(address, error="m", micro=False)
    return made.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff")
