"""Prints a part of a lock file:   lock.py cuda|cpu|torch LOCK

cuda: all of it. cpu: what runs without a GPU, apart from torch. torch: the versions of torch and torchvision, without
hashes, because PyTorch's builds for CPUs are other files.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_TORCH = re.compile(r"(torch|torchvision)==(\S+)")
_GPU = re.compile(r"(nvidia-|cuda-|triton==|torch==|torchvision==)")


def entries(text: str) -> list[str]:
    """Each requirement with the lines of its hashes; comments are dropped."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


def part(which: str, text: str) -> list[str]:
    """See above; raises KeyError for another word."""
    found = entries(text)
    return {
        "cuda": found,
        "cpu": [entry for entry in found if not _GPU.match(entry)],
        "torch": [f"{match[1]}=={match[2]}" for entry in found if (match := _TORCH.match(entry))],
    }[which]


if __name__ == "__main__":
    print("\n".join(part(sys.argv[1], Path(sys.argv[2]).read_text())))
