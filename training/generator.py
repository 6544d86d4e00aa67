"""MobileStyleGAN (Belousov, 2021), which draws the faces: on the CPU through OpenVINO, on a GPU through torch.

It learnt FFHQ, whose alignment, halved to 512 px, is the template that GFPGAN aligns faces to.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from training.torch_graph import TorchGraph

STYLE_DIM = 512
MEAN_STYLE_SAMPLES = 4096  # as many as random-face averages
TRUNCATION = (0.5, 1.0)  # 1: all the variety the generator has, with its failures; lower: tidier, more alike

Styles = NDArray[np.float32]
Done = Callable[[int, NDArray[np.float32]], None]
"""Takes a face's index and the generator's picture (3, 1024, 1024), RGB in [-1, 1]."""


class Engine(Protocol):
    """Runs the generator's two networks."""

    def styles(self, latents: Styles) -> Styles:
        """(N, 512) to the same."""

    def render(self, styles: Iterable[tuple[int, Styles]], done: Done) -> None:
        """Draw the face of each (index, style (1, 512)); they may be done in any order."""


class OpenVinoEngine:
    """The CPU's: one stream a core, since two faces side by side take less time than two cores for one face."""

    def __init__(self, data: Path, threads: int) -> None:
        from deployments.models.openvino_silent import openvino

        core = openvino.Core()
        streams = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads}
        mapping = core.read_model(data / "MappingNetwork.xml", data / "MappingNetwork.bin")
        mapping.reshape({mapping.input(0): [-1, STYLE_DIM]})
        self._mapping = core.compile_model(mapping, "CPU", {"INFERENCE_NUM_THREADS": threads})
        synthesis = core.read_model(data / "SynthesisNetwork.xml", data / "SynthesisNetwork.bin")
        self._queue = openvino.AsyncInferQueue(core.compile_model(synthesis, "CPU", streams), threads)

    def styles(self, latents: Styles) -> Styles:
        """(N, 512) to the same."""
        return np.asarray(self._mapping({0: latents})[0])

    def render(self, styles: Iterable[tuple[int, Styles]], done: Done) -> None:
        """Draw the faces, several at once."""

        def finish(request: Any, index: int) -> None:
            done(index, request.get_output_tensor(0).data[0])

        self._queue.set_callback(finish)
        for index, style in styles:
            self._queue.start_async({0: style}, index)
        self._queue.wait_all()


class TorchEngine:
    """A GPU's: the same two graphs in torch."""

    def __init__(self, data: Path, device: torch.device) -> None:
        self._device = device
        self._mapping = TorchGraph(data / "MappingNetwork.xml", data / "MappingNetwork.bin", device)
        self._synthesis = TorchGraph(data / "SynthesisNetwork.xml", data / "SynthesisNetwork.bin", device)

    @torch.inference_mode()
    def styles(self, latents: Styles) -> Styles:
        """(N, 512) to the same; the graph is written for one at a time."""
        rows = [self._mapping(torch.from_numpy(row[None]).to(self._device)) for row in latents]
        return torch.cat(rows).cpu().numpy()

    @torch.inference_mode()
    def render(self, styles: Iterable[tuple[int, Styles]], done: Done) -> None:
        """Draw the faces, one after the other."""
        for index, style in styles:
            done(index, self._synthesis(torch.from_numpy(style).to(self._device))[0].cpu().numpy())


class FaceGenerator:
    """Names faces: `(seed, index)` is for ever the same one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        latents = np.random.default_rng(0).standard_normal((MEAN_STYLE_SAMPLES, STYLE_DIM), dtype=np.float32)
        self._mean = engine.styles(latents).mean(0, keepdims=True)

    def style(self, seed: int, index: int) -> Styles:
        """The truncated style (1, 512) of a face: mean + t (w - mean), t uniform in TRUNCATION."""
        rng = np.random.default_rng([seed, index])
        latent = rng.standard_normal((1, STYLE_DIM), dtype=np.float32)
        truncation = np.float32(rng.uniform(*TRUNCATION))
        return np.asarray(self._mean + truncation * (self._engine.styles(latent) - self._mean))

    def render(self, seed: int, indices: Iterable[int], done: Done) -> None:
        """Draw the faces `(seed, index)`."""
        self._engine.render(((index, self.style(seed, index)) for index in indices), done)


def unpack_generator(wheel: Path, folder: Path) -> Path:
    """Unpack the networks of the random-face wheel below `folder`; gives the folder of the OpenVINO files."""
    data = folder / "random_face" / "data"
    if not (data / "SynthesisNetwork.bin").is_file():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder, [name for name in archive.namelist() if name.startswith("random_face/data/")])
    return data
