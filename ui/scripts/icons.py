"""Draws the icons and the social picture of the page from icon.svg's shapes and the examples.

.venv/bin/python ui/scripts/icons.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

PUBLIC = Path(__file__).resolve().parents[1] / "public"
RUST, PAPER = (156, 63, 26), (247, 245, 242)
OVERSAMPLED = 4


def icon(side: int, *, rounded: bool) -> Image.Image:
    """icon.svg at a size; `rounded`: round corners, else filled to the edges for systems that cut their own."""
    unit = side * OVERSAMPLED / 32
    image = Image.new("RGBA", (side * OVERSAMPLED,) * 2)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 32 * unit, 32 * unit), 8 * unit if rounded else 0, (*RUST, 255))
    face = (10 * unit, 10 * unit, 22 * unit, 22 * unit)
    draw.pieslice(face, 90, 270, (*(round(255 * 0.55 + part * 0.45) for part in RUST), 255))
    draw.pieslice(face, -90, 90, (255, 255, 255, 255))
    draw.rectangle((15 * unit, 6 * unit, 17 * unit, 26 * unit), (255, 255, 255, 255))
    return image.resize((side, side), Image.Resampling.LANCZOS)


def social() -> Image.Image:
    """1200 x 630: an example, half damaged and half restored."""
    side = 630
    before = Image.open(PUBLIC / "samples" / "blur.jpg").resize((side, side), Image.Resampling.BICUBIC)
    after = Image.open(PUBLIC / "samples" / "blur-restored.webp").resize((side, side), Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", (1200, side), PAPER)
    middle = round(side * 0.46)
    canvas.paste(after, (1200 - side, 0))
    canvas.paste(before.crop((0, 0, middle, side)), (1200 - side, 0))
    ImageDraw.Draw(canvas).rectangle((1200 - side + middle - 2, 0, 1200 - side + middle + 2, side), "white")
    mark = icon(256, rounded=True)
    canvas.paste(mark, (157, (side - 256) // 2), mark)
    return canvas


def main() -> None:
    """Write all files."""
    icon(180, rounded=False).convert("RGB").save(PUBLIC / "apple-touch-icon.png", optimize=True)
    for side in (192, 512):
        icon(side, rounded=True).save(PUBLIC / f"icon-{side}.png", optimize=True)
    icon(512, rounded=False).convert("RGB").save(PUBLIC / "icon-maskable.png", optimize=True)
    icon(48, rounded=True).save(PUBLIC / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    social().save(PUBLIC / "social.jpg", quality=82, optimize=True)


if __name__ == "__main__":
    main()
