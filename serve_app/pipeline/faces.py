"""Which of the detected faces are restored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deployments.contract import Face, Image
from deployments.errors import BadRequest
from deployments.imaging.focus import face_detail
from serve_app.pipeline.chosen import ChosenFaces, FaceChoice
from serve_app.pipeline.options import EnhanceOptions

_BYSTANDER_AREA, _BYSTANDER_DETAIL = 0.25, 0.5
"""Of the largest face's. A smaller face in focus has more detail a pixel than a larger one, never half as much; blurred
by a Gaussian of 2 pixels it has 0.4 of it, measured on faces of 70 beside one of 210 pixels."""


def bystanders(image: Image, faces: list[Face]) -> list[int]:
    """Indices of the faces that the camera left out of focus, behind the largest one: much smaller, and blurred.

    Restored they would be sharper than what surrounds them. In a photograph that is blurred all over there are none.
    """
    if len(faces) < 2:
        return []
    largest = max(faces, key=lambda face: face.area)
    needed = _BYSTANDER_DETAIL * face_detail(image, largest.box)
    return [
        index
        for index, face in enumerate(faces)
        if face.area < _BYSTANDER_AREA * largest.area and face_detail(image, face.box) < needed
    ]


def in_reading_order(faces: list[Face]) -> list[Face]:
    """Line by line from the top, each from the left. A line holds what has its middle within its topmost face's box."""
    lines: list[list[Face]] = []
    for face in sorted(faces, key=lambda face: (_middle(face)[1], _middle(face)[0])):
        if lines and _middle(face)[1] <= lines[-1][0].box[3]:
            lines[-1].append(face)
        else:
            lines.append([face])
    return [face for line in lines for face in sorted(line, key=lambda face: _middle(face)[0])]


def size_of(face: Face) -> float:
    """Pixels of the box's longer side."""
    return float(max(face.box[2] - face.box[0], face.box[3] - face.box[1]))


@dataclass(frozen=True)
class Selection:
    """The faces to restore, and why others are left as they are."""

    strengths: dict[int, float]
    """By index, in the order of the faces."""
    wrong_size: int = 0
    bystanders: int = 0


def select_faces(image: Image, faces: list[Face], options: EnhanceOptions) -> Selection:
    """Which of the faces in `image` the options ask for.

    A size limits what the other choices see; faces that are named by index are taken as they are. Raises BadRequest
    where a face is named that is not there.
    """
    if isinstance(options.faces, ChosenFaces):
        strengths = options.faces.strengths(options.strength)
        missing = sorted(strengths.keys() - range(len(faces)))
        if missing:
            there = f"the image has {len(faces)}, with indices from 0" if faces else "the image has none"
            raise BadRequest(f"faces: there is no face {missing[0]}; {there}.")
        return Selection(dict(sorted(strengths.items())))
    largest = float("inf") if options.max_face_size is None else options.max_face_size
    fitting = [i for i, face in enumerate(faces) if options.min_face_size <= size_of(face) <= largest]
    chosen = choose_faces([faces[i] for i in fitting], options.faces, image.shape[1], image.shape[0])
    indices = [fitting[i] for i in chosen]
    blurred: list[int] = []
    if options.faces is FaceChoice.ALL and not options.bystanders:
        blurred = [i for i in bystanders(image, faces) if i in indices]
    strengths = {i: options.strength for i in indices if i not in blurred}
    return Selection(strengths, len(faces) - len(fitting), len(blurred))


def choose_faces(faces: list[Face], which: FaceChoice, width: int, height: int) -> list[int]:
    """Indices of the faces to restore: all, none, the largest, or the one nearest the center of the image."""
    if which is FaceChoice.NONE:
        return []
    if which is FaceChoice.ALL or not faces:
        return list(range(len(faces)))
    if which is FaceChoice.LARGEST:
        return [max(range(len(faces)), key=lambda i: faces[i].area)]
    center = np.array([width / 2, height / 2])
    return [min(range(len(faces)), key=lambda i: float(np.linalg.norm(_middle(faces[i]) - center)))]


def _middle(face: Face) -> NDArray[np.float32]:
    return (face.box[:2] + face.box[2:]) * np.float32(0.5)
