"""Which faces a client wants restored, as the option `faces` says it."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, StrictInt, ValidationError


class FaceChoice(StrEnum):
    """Which faces to restore."""

    ALL = "all"
    NONE = "none"
    LARGEST = "largest"
    CENTER = "center"


class ChosenFace(BaseModel):
    """One face of a picture."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    index: StrictInt = Field(ge=0, description="Its place in the response's list of faces, from 0.")
    strength: float | None = Field(default=None, ge=0.0, le=1.0, description="Its own strength.")


def _from_index(value: Any) -> Any:
    return {"index": value} if isinstance(value, int) else value


class ChosenFaces(RootModel[tuple[Annotated[ChosenFace, BeforeValidator(_from_index)], ...]]):
    """Some faces of a picture."""

    model_config = ConfigDict(frozen=True)

    def strengths(self, default: float) -> dict[int, float]:
        """Each face's strength by its index; `default` where it has none of its own."""
        return {face.index: default if face.strength is None else face.strength for face in self.root}


ALLOWED = f"{', '.join(FaceChoice)}, or a JSON list such as " + '[{"index": 0, "strength": 0.6}], each face once'
FACES_SCHEMA: dict[str, Any] = {
    "type": "string",
    "contentMediaType": "application/json",
    "pattern": r"^\s*\[",
    "description": 'A JSON list of faces: `[{"index": 0, "strength": 0.6}]`, or `[0, 2]`.',
}


def parse_faces(value: Any) -> Any:
    """FaceChoice or ChosenFaces of a form's text, or of what json.loads makes of it; raises ValueError."""
    if isinstance(value, (FaceChoice, ChosenFaces)):
        return value
    if isinstance(value, str) and value in list(FaceChoice):
        return FaceChoice(value)
    try:
        chosen = ChosenFaces.model_validate(json.loads(value) if isinstance(value, str) else value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{place} {first['msg'].lower()}. Allowed are {ALLOWED}".strip()) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"allowed are {ALLOWED}") from error
    if len({face.index for face in chosen.root}) < len(chosen.root):
        raise ValueError(f"a face is named twice. Allowed are {ALLOWED}")
    return chosen
