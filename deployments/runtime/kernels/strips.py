"""Takes a picture through a chain of 3x3 convolutions in strips of rows, with nothing computed twice.

Each layer is one row behind the one before it, since it needs the row below. A strip of a layer reads the strip of the
layer before and the last two rows of the strip above, which are kept. So the memory is that of a few strips and of four
rows a layer. Strips follow one another through the layers on different threads; the last strips end below the picture.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from deployments.runtime.kernels.layer import Layer, aligned

_KEPT = 2  # rows of a layer that the strip below needs too
MAX_WIDTH = 2048  # pixels that go through the layers side by side: 72 MB of kept rows in 34 layers
STRIP_BYTES = 2**22  # of a layer: more falls out of the cache, less waits more often


class Workspace:
    """What one thread writes to while it works on a strip."""

    def __init__(self, layers: Sequence[Layer], rows: int, columns: int, in_place: bool) -> None:
        self.first = aligned(rows + _KEPT, columns + 2, layers[0].shape.reads)
        self.inner = aligned(2, rows - _KEPT, columns + 2, layers[0].shape.writes)
        self.last = aligned(rows, columns, layers[-1].shape.writes)
        self.unused = aligned(columns, layers[0].shape.writes)
        scratch = max(layer.shape.scratch for layer in layers)
        self.frequencies = aligned(scratch)
        self.products = self.frequencies if in_place else aligned(scratch)
        self.scratch = self.frequencies.ctypes.data, self.products.ctypes.data
        self.rows: dict[tuple[int, int], tuple[NDArray[np.uint64], NDArray[np.uint64]]] = {}
        """See Strips._addresses."""


class Strips:
    """One picture, or a part of it as wide as the memory allows, on its way through the layers."""

    def __init__(
        self,
        layers: Sequence[Layer],
        picture: NDArray[np.float32],
        put: Callable[[int, NDArray[np.float32]], None],
        threads: int,
        in_place: bool,
        entering: Callable[[NDArray[np.float32]], NDArray[np.float32]] = np.asarray,
    ) -> None:
        """`picture` is (H, W, channels). `put(row, features)` takes the last layer's (rows, at least W, outputs) from
        that row on; it is called in several threads, for each row once. `in_place`: the convolutions may write their
        products over the frequencies. `entering` makes of some rows of the picture the words of the first layer's
        pixels; those that it leaves out are zeros.
        """
        self._layers, self._picture, self._put, self._entering = layers, picture, put, entering
        # Each strip is two layers behind the one above it, so no more of them are on their way at a time.
        self._threads, self._in_place = min(threads, -(-len(layers) // 2)), in_place
        self._height, self._width = picture.shape[:2]
        self._tile = tile, across = layers[0].shape.tile
        self._columns = -(-self._width // across) * across
        share = -(-self._height // (2 * self._threads))
        fitting = STRIP_BYTES // (self._columns * 4 * layers[0].shape.writes)
        self._rows = max(2 * tile, min(fitting, share + tile - 1) // tile * tile)
        self.count = -(-(self._height + len(layers)) // self._rows)
        self._turns = [threading.Semaphore(0) for _ in range(self.count + 1)]
        self._stopped = False

    def run(self) -> Generator[None, None, None]:
        """Do the work; yields before each strip's end is awaited, `count` times. Closed early, it stops the threads.

        Whatever happens in between, at most as many strips as there are threads, and one more, are begun ahead.
        """
        words = self._layers[0].shape.writes
        self._kept = aligned(len(self._layers), 2, _KEPT, self._columns + 2, words)
        self._nothing = aligned(self._columns + 2, words)
        self._workspaces: queue.SimpleQueue[Workspace] = queue.SimpleQueue()
        for _ in range(min(self._threads, self.count)):
            self._workspaces.put(Workspace(self._layers, self._rows, self._columns, self._in_place))
        self._turns[0].release(len(self._layers))
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                ahead = self._threads + 1  # no more, so that the work rests while nobody asks for the next
                running = deque(pool.submit(self._strip, number) for number in range(min(ahead, self.count)))
                for number in range(self.count):
                    yield
                    running.popleft().result()
                    if number + ahead < self.count:
                        running.append(pool.submit(self._strip, number + ahead))
            finally:
                self._stopped = True
                for turn in self._turns:
                    turn.release(len(self._layers))
                pool.shutdown(cancel_futures=True)

    def _strip(self, number: int) -> None:
        workspace = self._workspaces.get()
        try:
            self._through_layers(workspace, number)
        finally:
            self._workspaces.put(workspace)

    def _through_layers(self, workspace: Workspace, number: int) -> None:
        """All layers of one strip, each once the strip above has done it and the next: see `_addresses`."""
        top = number * self._rows
        self._fill(workspace.first, top - _KEPT)
        for index in range(len(self._layers)):
            self._turns[number].acquire()
            if self._stopped:
                return
            self._convolve(workspace, index, number)
            if index > 0:
                self._turns[number + 1].release()
        self._turns[number + 1].release()
        row = top - len(self._layers)
        begin, end = max(0, -row), min(self._rows, self._height - row)
        if begin < end:
            self._put(row + begin, workspace.last[begin:end])

    def _fill(self, rows: NDArray[np.float32], top: int) -> None:
        """Copy the picture's rows from `top` on into a frame of zeros."""
        rows[:] = 0
        begin, end = max(0, top), min(self._height, top + len(rows))
        if begin < end:
            pixels = self._entering(self._picture[begin:end])
            rows[begin - top : end - top, 1 : self._width + 1, : pixels.shape[2]] = pixels

    def _convolve(self, workspace: Workspace, index: int, number: int) -> None:
        layer, above, below = self._layers[index], *self._addresses(workspace, index, number)
        row = number * self._rows - index - 1  # of the picture, that comes out first
        tile, across = self._tile
        begin, end = max(0, -row) // tile * tile, -(-min(self._rows, self._height - row) // tile) * tile
        if begin >= end:
            return
        layer.convolve(
            above[begin:].ctypes.data,
            below[begin:].ctypes.data,
            *layer.addresses,
            *workspace.scratch,
            (end - begin) // tile,
            self._columns // across,
            self._width,
        )

    def _addresses(
        self, workspace: Workspace, index: int, number: int
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Of the rows that layer `index` reads for strip `number`, and of those it writes to."""
        parity = number % 2
        key = index, parity
        if key not in workspace.rows:  # kept, as they take longer than a tenth of a small layer
            workspace.rows[key] = self._read_by(workspace, *key), self._written_by(workspace, *key)
        above, below = workspace.rows[key]
        first = number * self._rows - index - _KEPT  # of the picture, that is read
        if first >= 0 and first + self._rows + _KEPT <= self._height:
            return above, below
        rows = np.arange(first, first + len(above))
        inside = (rows >= 0) & (rows < self._height)
        if index > 0:
            above = np.where(inside, above, np.uint64(self._nothing.ctypes.data))
        if index < len(self._layers) - 1:
            below = np.where(inside[1:-1], below, np.uint64(workspace.unused.ctypes.data))
        return above, below

    def _read_by(self, workspace: Workspace, index: int, parity: int) -> NDArray[np.uint64]:
        """The rows that a layer reads where all of them are in the picture.

        A strip's last rows are kept where the strip after the next will write: so that one has to wait until the next
        has read them, one layer further on.
        """
        if index == 0:
            return _rows_of(workspace.first)
        kept = self._kept[index - 1]
        parts = kept[1 - parity], workspace.inner[index % 2], kept[parity]
        return np.concatenate([_rows_of(part) for part in parts])

    def _written_by(self, workspace: Workspace, index: int, parity: int) -> NDArray[np.uint64]:
        """The rows that a layer writes to where all of them are in the picture."""
        if index == len(self._layers) - 1:
            return _rows_of(workspace.last)
        rows = np.concatenate([_rows_of(workspace.inner[(index + 1) % 2]), _rows_of(self._kept[index, parity])])
        return rows + np.uint64(self._kept.strides[-2])  # past the frame


def _rows_of(array: NDArray[np.float32]) -> NDArray[np.uint64]:
    """The address of each row."""
    return np.uint64(array.ctypes.data) + np.arange(len(array), dtype=np.uint64) * np.uint64(array.strides[0])
