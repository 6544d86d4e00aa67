"""What became of a film, as a whole and shot by shot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from serve_app.video.film import Film
from serve_app.video.restoring import FilmFigures


@dataclass
class FilmReport:
    """The figures of a film."""

    film: Film
    width: int
    height: int
    figures: FilmFigures
    pieces: int
    resumed: int
    """Pieces that had been done before."""
    interlaced: int = 0
    """Frames that say so."""
    deinterlaced: bool = False
    left_out: list[str] = field(default_factory=list)
    """Streams that the container of the result cannot hold."""

    def as_dict(self) -> dict[str, Any]:
        """For a report: plain values, the similarities as their mean and least."""
        figures = dict(vars(self.figures))
        similarities = [value for _, value in figures.pop("similarities")]
        figures["identity_mean"] = round(float(np.mean(similarities)), 4) if similarities else None
        figures["identity_least"] = round(min(similarities), 4) if similarities else None
        film = {"codec": self.film.codec, "rate": str(self.film.rate), "rotation": self.film.rotation}
        notes = {
            "pieces": self.pieces, "resumed_pieces": self.resumed, "interlaced_frames": self.interlaced,
            "deinterlaced": self.deinterlaced, "left_out": self.left_out,
        }  # fmt: skip
        return {"width": self.width, "height": self.height, "film": film, **figures, **notes}
