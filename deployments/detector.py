"""The detector: finds faces and five landmarks each (RetinaFace through facexlib)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.config import AUTO, DetectorConfig
from deployments.contract import MEGAPIXEL, Detection, Face, Image, StageReport, check_image, check_landmarks
from deployments.errors import InferenceFailed
from deployments.imaging.candidates import (
    DOUBTFUL_ROLL,
    NONE,
    SAME_FACE,
    SURE_ROLL,
    SURE_SCORE,
    Candidates,
    beside,
    distinct,
    intersection_over_union,
    is_certain,
    is_doubtful,
    largest_first,
    mapped,
    merge_passes,
    overlap,
    quality,
    roll_of,
)
from deployments.imaging.covered import is_behind, looks_behind
from deployments.imaging.turns import quarter_turned, upright_cut
from deployments.imaging.windows import WHOLE, is_whole, plan_windows
from deployments.models import weights
from deployments.runtime.engines import Model, engine_for, load_model, on_cpu
from deployments.runtime.inference import inference
from deployments.runtime.inference_thread import IsCancelled, never_cancelled, raise_if_cancelled
from deployments.runtime.network_stage import NetworkStage
from deployments.stages import StageName

ON_GPU = "retinaface-resnet50"
ON_CPU = "retinaface-mobile0.25"

_NMS_IOU = 0.4  # RetinaFace.detect_faces
_CENTER_VARIANCE, _SIZE_VARIANCE = np.float32(0.1), np.float32(0.2)  # "variance" in facexlib's configurations
_COARSE_SIDE = 640  # RetinaFace was trained at 640 and 840 pixels
_PADDING = 0.35  # of the longer side, around a face that may fill the picture
_FILLS_FROM = 0.3  # of the longer side: a smaller face does not fill the picture, and other looks would have found it
# A face in question is cut out with its surroundings at the size at which the network is at its best.
_CUT_FACE = 96  # at most, in pixels
_CUT_SURROUNDINGS = 2.5  # side of the cut-out over the face's
_NEARLY = 20.0  # degrees
_AGAIN = 0.5  # a drawing of cloth that scored 0.97 had none in a cut-out; 24 real faces of 0.95 to 0.99 had 0.96 there
_QUARTERS = (1, 3, 2)  # scans lie on one side more often than they stand on their head
_MEAN = (123 / 255, 117 / 255, 104 / 255)  # RGB that the network sees as zero


class Detector(NetworkStage):
    """RetinaFace with filters that suit photos."""

    name = StageName.DETECTOR

    def __init__(self, network: Model, config: DetectorConfig) -> None:
        self._network = engine_for(network, config)
        super().__init__(config, self._network)
        self.config = config

    @classmethod
    def load(cls, config: DetectorConfig) -> Detector:
        """See Stage.load."""
        detector = cls(load_model(choose_model(config), config), config)
        black = np.zeros((_COARSE_SIDE, _COARSE_SIDE, 3), np.float32)
        detector.warm_up(lambda: detector.detect(black), _COARSE_SIDE**2 / MEGAPIXEL, config)
        return detector

    @property
    def report(self) -> StageReport:
        """See Stage.report."""
        return StageReport(self.name, (self._network.name,), self.device, "float32", details={"engine": self.library})

    def detect(self, image: Image, is_cancelled: IsCancelled = never_cancelled) -> Detection:
        """The faces in `image`, largest first, in its own pixel coordinates.

        Pictures of more than `max_side` pixels are looked at in windows too. Where no face is found, the picture is
        looked at with a border and turned by quarters; heads that are not upright are cut out and turned until they
        are, so that their landmarks are as good as any; behind each face others are looked for. Raises
        ContractViolation, OutOfMemory, InferenceFailed or Cancelled. No face is an empty list, not an error.
        """
        check_image(image, self.name)
        with inference(self.name):
            looked = self._look(image, is_cancelled)
            rows = self._without_doubtful(image, looked, is_cancelled)
            rows, turned = self._straighten(image, rows, is_cancelled)
            for quarters in sorted(turned):  # where one head lies, others may that were not seen upright
                lying = self._turned(image, quarters, self.config.max_side, is_cancelled)
                exact = np.array([abs(_wrapped(roll_of(row) + 90 * quarters)) < _NEARLY for row in lying], bool)
                rows = beside(beside(lying[exact], rows), lying)
            if len(rows) == 0:  # what was doubted stays so
                rows = beside(looked, self._close(image, is_cancelled))[len(looked) :]
            for quarters in _QUARTERS if len(rows) == 0 else ():
                rows = self._turned(image, quarters, _COARSE_SIDE, is_cancelled)
                if len(rows) > 0:
                    break
            rows = rows[distinct(rows, self.config.min_face_size)]
            rows = np.concatenate([rows, self._behind(image, rows, is_cancelled)])
        rows = rows[largest_first(rows)]
        faces = [Face(row[:4], check_landmarks(row[5:].reshape(5, 2), self.name), float(row[4])) for row in rows]
        return Detection(faces[: self.config.max_faces], max(0, len(faces) - self.config.max_faces))

    def _look(self, image: Image, is_cancelled: IsCancelled) -> Candidates:
        """Faces as they stand: at the image's own size, reduced to `max_side`, and reduced to 640 pixels."""
        longest, side = max(image.shape[:2]), self.config.max_side
        rows = self._reduced(image, side, is_cancelled)
        if longest > side:
            rows = merge_passes(self._through_windows(image, is_cancelled), rows, 1.0, 0.75 * WHOLE, WHOLE)
        if longest > _COARSE_SIDE:
            rows = merge_passes(rows, self._reduced(image, _COARSE_SIDE, is_cancelled), min(1.0, side / longest))
        return rows[distinct(rows, self.config.min_face_size)]

    def _without_doubtful(self, image: Image, rows: Candidates, is_cancelled: IsCancelled) -> Candidates:
        """The rows beyond doubt, and those of whose face a cut-out in which it is smaller shows anything."""
        kept = np.ones(len(rows), bool)
        for index in np.flatnonzero(rows[:, 4] < SURE_SCORE)[: self.config.max_faces]:
            raise_if_cancelled(self.name, is_cancelled)
            cut, back = upright_cut(image, rows[index, :4], 0.0, _CUT_FACE, _CUT_SURROUNDINGS)
            again = mapped(self._rows(cut[None], 1.0, _AGAIN)[0], back)
            kept[index] = any(overlap(one, rows[index]) > SAME_FACE for one in again)
        return rows[kept]

    def _through_windows(self, image: Image, is_cancelled: IsCancelled) -> Candidates:
        """What overlapping windows at the image's own size see whole."""
        height, width = image.shape[:2]
        found = [NONE]
        for window in plan_windows(height, width, self.config.max_side):
            (top, bottom), (left, right) = window
            rows = self._reduced(image[top:bottom, left:right], max(height, width), is_cancelled)
            rows = mapped(rows, np.array([[1, 0, left], [0, 1, top]], np.float64))
            found.append(rows[is_whole(rows[:, :4], window, height, width)])
        rows = _suppressed(np.concatenate(found))
        # Enlarged that much, hands and cloth pass for faces; the reduced image shows larger faces as well.
        return rows[(rows[:, 2:4] - rows[:, :2]).max(axis=1, initial=0.0) <= WHOLE]

    def _close(self, image: Image, is_cancelled: IsCancelled) -> Candidates:
        """Faces that fill the picture.

        The border leaves room around a face whose outline the picture cuts off, and makes it smaller for the network.
        """
        longest = max(image.shape[:2])
        border = int(_PADDING * longest)
        # Reduced before the border is put around it: an image of 16 megapixels would be copied at three times its size.
        scale = min(1.0, _COARSE_SIDE / (longest + 2 * border))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1.0 else image
        border = int(border * scale)
        padded = cv2.copyMakeBorder(small, border, border, border, border, cv2.BORDER_CONSTANT, value=_MEAN)
        rows = self._reduced(padded, max(padded.shape[:2]), is_cancelled)
        rows = mapped(rows, np.array([[1, 0, -border], [0, 1, -border]], np.float64) / scale)
        rows = rows[(rows[:, 2:4] - rows[:, :2]).max(axis=1, initial=0.0) >= _FILLS_FROM * longest]
        return rows[distinct(rows, self.config.min_face_size)]

    def _turned(self, image: Image, quarters: int, side: int, is_cancelled: IsCancelled) -> Candidates:
        """Faces that are certain in the image turned by `quarters` and reduced to `side` pixels."""
        turned, back = quarter_turned(image, quarters)
        rows = self._reduced(turned, side, is_cancelled)
        rows = mapped(rows[[is_certain(row) for row in rows]], back)
        return rows[distinct(rows, self.config.min_face_size)]

    def _behind(self, image: Image, rows: Candidates, is_cancelled: IsCancelled) -> Candidates:
        """Faces that one of `rows` covers in part, and that are seen only where that one is painted over.

        Two faces that share half of their boxes share the network's anchors too, and the whole one takes them.
        """
        seen, least = [NONE], self.config.min_score
        for row in rows[: self.config.max_faces]:
            raise_if_cancelled(self.name, is_cancelled)
            for looks, backs in looks_behind(image, row, rows):
                for found, back in zip(self._rows(looks, 1.0, min(_AGAIN, least)), backs, strict=True):
                    there = mapped(found, back)
                    seen.append(there[[is_behind(each, row, rows, least) for each in there]])
        behind = NONE
        for each in sorted(np.concatenate(seen), key=lambda row: -row[4]):
            behind = beside(behind, each[None])
        return behind

    def _straighten(self, image: Image, rows: Candidates, is_cancelled: IsCancelled) -> tuple[Candidates, set[int]]:
        """The rows with the landmarks of turned heads as seen upright, and the quarters that make such heads upright.

        The network sees heads in any position, but its landmarks are wrong by 15% of the eye distance at 45 degrees,
        by 30% at 90, and those of a head upside down may be an upright face's. Looks at no more than `max_faces`.
        """
        rows, quarters = rows.copy(), set[int]()
        doubtful = [row for row in rows if is_doubtful(row)]
        for row in doubtful[: self.config.max_faces]:
            raise_if_cancelled(self.name, is_cancelled)
            guess = roll_of(row)
            turns = [guess + 90 * n for n in range(4)] if abs(guess) > DOUBTFUL_ROLL else [guess + 180]
            best = self._best_turned(image, row, turns)
            if best is not None and len(turns) == 1 and quality(best) <= quality(row):
                continue  # upright, and seen from the side
            best = best if best is None else self._best_turned(image, row, [roll_of(best)])
            if best is None or abs(roll := roll_of(best)) <= DOUBTFUL_ROLL:
                continue
            row[4:] = best[4:]
            quarters.add(round(-roll / 90) % 4)
        return rows, quarters - {0}

    def _best_turned(self, image: Image, row: NDArray[np.float32], turns: list[float]) -> NDArray[np.float32] | None:
        """The face of `row` as seen best in cut-outs turned back by so many degrees; None where none shows it."""
        cuts = [upright_cut(image, row[:4], _snapped(turn), _CUT_FACE, _CUT_SURROUNDINGS) for turn in turns]
        side = cuts[0][0].shape[0]
        found: list[tuple[float, NDArray[np.float32]]] = []
        for (_, back), seen in zip(cuts, self._rows(np.stack([cut for cut, _ in cuts]), 1.0), strict=True):
            away = np.linalg.norm((seen[:, :2] + seen[:, 2:4]) / 2 - side / 2, axis=1)
            upright = [abs(roll_of(one)) <= SURE_ROLL for one in seen]
            found += [
                (quality(one), mapped(one[None], back)[0])
                for one in seen[(away < side / _CUT_SURROUNDINGS / 2) & np.array(upright, bool)]
            ]
        return max(found, key=lambda each: each[0])[1] if found else None

    def _reduced(self, image: Image, side: int, is_cancelled: IsCancelled) -> Candidates:
        """The candidates in `image`, which is reduced to `side` pixels for it where it is larger."""
        raise_if_cancelled(self.name, is_cancelled)
        scale = min(1.0, side / max(image.shape[:2]))
        if scale < 1.0:
            image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return self._rows(image[None], scale)[0]

    def _rows(self, images: NDArray[np.float32], scale: float, least: float | None = None) -> list[Candidates]:
        """For each of (N, H, W, 3) its candidates by score after non-maximum suppression, their pixels over `scale`.

        Their scores are above `least`, or what the settings say. Computes what RetinaFace.detect_faces does without
        keeping the image on the network.
        """
        height, width = images.shape[1:3]
        locations, confidences, points = self._network(images.transpose(0, 3, 1, 2))
        if not np.isfinite(confidences).all():
            raise InferenceFailed(self.name, "the detector returned scores that are not finite")
        priors = anchors(height, width)
        size = np.array([width, height], np.float32) / np.float32(scale)
        found = []
        for location, confidence, point in zip(locations, confidences, points, strict=True):
            sure = confidence[:, 1] > (self.config.min_score if least is None else least)
            centers, extents = priors[sure, :2], priors[sure, 2:]
            middle = centers + _moved(location[sure, :2], extents)
            half = extents * np.exp(location[sure, 2:] * _SIZE_VARIANCE) / 2
            marks = centers[:, None] + _moved(point[sure].reshape(-1, 5, 2), extents[:, None])
            boxes = [(middle - half) * size, (middle + half) * size]
            rows = np.concatenate([*boxes, confidence[sure, 1:], (marks * size).reshape(-1, 10)], axis=1)
            found.append(_suppressed(rows))
        return found


def _moved(offsets: NDArray[np.float32], extents: NDArray[np.float32]) -> NDArray[np.float32]:
    """RetinaFace's offsets from the middle of an anchor, in parts of the picture."""
    return offsets * _CENTER_VARIANCE * extents


def _suppressed(rows: Candidates) -> Candidates:
    """What non-maximum suppression leaves of the rows, by score."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    kept = []
    while len(rows):
        kept.append(rows[0])
        rows = rows[1:][intersection_over_union(rows[:1], rows[1:])[0] <= _NMS_IOU]
    return np.array(kept, np.float32).reshape(-1, 15)


def _wrapped(degrees: float) -> float:
    """The same turn in [-180, 180)."""
    return (degrees + 180.0) % 360.0 - 180.0


def _snapped(degrees: float) -> float:
    """Whole quarters where it is nearly one: such a turn only moves pixels."""
    quarter = 90.0 * round(degrees / 90)
    return quarter if abs(degrees - quarter) < _NEARLY else degrees


@lru_cache(maxsize=8)
def anchors(height: int, width: int) -> NDArray[np.float32]:
    """RetinaFace's anchors for an image, (N, 4) center and size relative to it; facexlib's PriorBox, vectorized."""
    whole = np.array([width, height], np.float32)
    found = []
    for step, sizes in ((8, (16, 32)), (16, (64, 128)), (32, (256, 512))):
        rows, columns = -(-height // step), -(-width // step)
        cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 1, 2)
        centers = np.repeat((cells + 0.5) * step / whole, 2, axis=1)
        extents = np.broadcast_to(np.array([[size, size] for size in sizes]) / whole, centers.shape)
        found.append(np.concatenate([centers, extents], axis=-1).reshape(-1, 4))
    return np.concatenate(found).astype(np.float32)


def choose_model(config: DetectorConfig) -> str:
    """The model that `config` names, or for auto the best one that is on this machine."""
    if config.model != AUTO:
        return config.model
    return ON_CPU if on_cpu(config) or weights.locate(ON_GPU) is None else ON_GPU
