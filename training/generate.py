"""Makes the synthetic faces to train on, and others to evaluate on: `python -m training.generate`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from deployments.atomic_write import write_atomically
from deployments.contract import FACE_SIZE
from training.generator import Engine, FaceGenerator, OpenVinoEngine, TorchEngine, unpack_generator
from training.sources import cache_folder, random_face_wheel

JPEG_QUALITY = 96
TRAINING_FACES, TRAINING_SEED = 8000, 1
HELD_OUT_FACES, HELD_OUT_SEED = 64, 99
SHOW_EVERY = 20


def to_picture(image: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The generator's (3, 1024, 1024) RGB in [-1, 1] as BGR uint8 (512, 512, 3), averaged over 2 by 2 pixels."""
    pixels = (np.clip(image, -1, 1).transpose(1, 2, 0)[:, :, ::-1] + 1) * 127.5
    small = cv2.resize(pixels, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small + 0.5, 0, 255), np.uint8)


def face_path(folder: Path, seed: int, index: int) -> Path:
    """Where the face `(seed, index)` lies."""
    return folder / f"{seed:02d}_{index:05d}.jpg"


def save_whole(path: Path, image: NDArray[np.uint8]) -> None:
    """Write a JPEG so that a reader sees the whole file or none."""
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not ok:
        raise RuntimeError(f"could not encode {path.name}")
    write_atomically(path, data.tobytes())


def build_engine(device: torch.device, threads: int) -> Engine:
    """OpenVINO on the CPU, where it is much the faster of the two; torch on a GPU."""
    data = unpack_generator(random_face_wheel(), cache_folder())
    return OpenVinoEngine(data, threads) if device.type == "cpu" else TorchEngine(data, device)


def generate(folder: Path, count: int, seed: int, device: torch.device, threads: int) -> None:
    """Fill `folder` with the faces 0 to `count` - 1 of `seed`; those that lie there already are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [index for index in range(count) if not face_path(folder, seed, index).is_file()]
    if not missing:
        print(f"{folder}: {count} faces are there", flush=True)
        return
    generator = FaceGenerator(build_engine(device, threads))
    start, made = time.monotonic(), 0

    def save(index: int, image: NDArray[np.float32]) -> None:
        nonlocal made
        save_whole(face_path(folder, seed, index), to_picture(image))
        made += 1
        if made % SHOW_EVERY == 0 or made == len(missing):
            left_min = (time.monotonic() - start) / made * (len(missing) - made) / 60
            line = f"\r{folder.name}: {made}/{len(missing)} faces, {left_min:.0f} min left "
            print(line, end="", file=sys.stderr, flush=True)

    generator.render(seed, missing, save)
    print(file=sys.stderr)


def main() -> None:
    """Make the training faces and the held-out ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=TRAINING_FACES, help="faces to train on")
    parser.add_argument("--held-out", type=int, default=HELD_OUT_FACES, help="faces of another seed, to evaluate on")
    parser.add_argument("--folder", type=Path, default=cache_folder(), help="faces/ and heldout/ are made in it")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--device", help="cpu or cuda; by default a GPU where there is one")
    args = parser.parse_args()
    device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    generate(args.folder / "heldout", args.held_out, HELD_OUT_SEED, device, args.threads)
    generate(args.folder / "faces", args.count, TRAINING_SEED, device, args.threads)


if __name__ == "__main__":
    main()
