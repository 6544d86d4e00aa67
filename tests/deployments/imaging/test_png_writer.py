"""PNGs that we write: whole for other readers, exact in every bit, no larger than OpenCV's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PILImage

from deployments.imaging.png_structure import read_png_structure
from deployments.imaging.png_writer import write_png
from deployments.imaging.strips import strips
from tests.helpers.images import noise, one_face


@pytest.fixture(params=[1, 8], ids=["few CPUs", "many CPUs"], autouse=True)
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """Of OpenCV: from four on a file is written in parts."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(request.param)
    yield request.param
    cv2.setNumThreads(before)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 7), (9, 1), (33, 70), (1100, 1000), (3, 70_000)])
def test_what_was_written_is_read_back_exactly(height: int, width: int, channels: int, dtype: type) -> None:
    pixels: NDArray[Any] = (noise(height, width, channels) * np.iinfo(dtype).max).astype(dtype)
    assert len(list(strips(1100, 1000))) > 1, "no picture here goes over a strip's edge"
    data = write_png(pixels)
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), pixels)


def test_pillow_reads_it_too_and_finds_no_metadata() -> None:
    data = write_png(np.ascontiguousarray(one_face()[..., ::-1]))
    with PILImage.open(io.BytesIO(data)) as found:
        found.load()
        assert found.mode == "RGB" and found.info == {}
        np.testing.assert_array_equal(np.asarray(found), one_face())
    read_png_structure(data)


def test_it_is_not_larger_than_opencvs() -> None:
    pixels = np.ascontiguousarray(one_face()[..., ::-1])
    done, theirs = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    assert done and len(write_png(pixels)) <= 1.02 * len(theirs)


def test_the_bytes_do_not_depend_on_how_many_cpus_are_many(threads: int) -> None:
    pixels = np.ascontiguousarray(one_face()[..., ::-1])
    data = write_png(pixels)
    cv2.setNumThreads({1: 2, 8: 5}[threads])
    assert write_png(pixels) == data
