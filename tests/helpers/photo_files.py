"""Writes the pictures that the browser tests choose, drop and paste."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from tests.helpers.photo_formats import heic

ORIENTATION = 0x0112
TURNED_RIGHT = 6
"""To be turned by 90 degrees clockwise: a landscape sensor held upright."""


def make_pictures(folder: Path) -> None:
    """portrait.jpg (200x240, one face), turned.jpg (the same, lying down, with EXIF), and what must be refused.

    two.png (400x240) has two faces. phone.heic is a format that browsers do not show.

    slow.jpg (512x512, one face) takes seconds, so that a test can act while the service works on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    astronaut = Image.fromarray(data.astronaut())
    astronaut.save(folder / "slow.jpg", quality=92)
    portrait = astronaut.crop((124, 10, 324, 250))
    portrait.save(folder / "portrait.jpg", quality=92)
    two = Image.new("RGB", (400, 240))
    two.paste(portrait, (0, 0))
    two.paste(portrait, (200, 0))
    two.save(folder / "two.png")
    (folder / "phone.heic").write_bytes(heic(np.asarray(portrait)))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    portrait.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", quality=92, exif=exif)
    Image.fromarray(np.full((96, 128, 3), 128, np.uint8)).save(folder / "nobody.png")
    Image.new("L", (9000, 6000), 200).save(folder / "huge.png")
    Image.new("L", (3800, 3000), 200).save(folder / "large.png")
    whole = (folder / "portrait.jpg").read_bytes()
    (folder / "damaged.jpg").write_bytes(whole[:20] + bytes(500))
    (folder / "heavy.jpg").write_bytes(whole[:4] + bytes(12 * 1_048_576))
    (folder / "notes.jpg").write_text("This is no picture.")
    (folder / "empty.png").write_bytes(b"")


if __name__ == "__main__":
    make_pictures(Path(__file__).resolve().parents[2] / "artifacts" / "e2e-pictures")
