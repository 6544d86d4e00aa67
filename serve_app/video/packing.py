"""Lists, dictionaries, numbers, texts, bytes and arrays as one piece of bytes and back, exactly and without pickle."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

_ARRAY, _BYTES, _TREE = "\0array", "\0bytes", "tree"


def pack(tree: Any) -> bytes:
    """The bytes of `tree`; tuples become lists."""
    arrays: dict[str, Any] = {}
    text = json.dumps(_plain(tree, arrays)).encode()
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays, **{_TREE: np.frombuffer(text, np.uint8)})
    return file.getvalue()


def unpack(data: bytes) -> Any:
    """The opposite of `pack`; raises ValueError, OSError or KeyError for what is not its work."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return _found(json.loads(arrays[_TREE].tobytes()), arrays)


# Functions of the module: one that calls itself from within another is a cycle, and all that it saw stays in memory
# until Python looks for cycles.
def _plain(each: Any, arrays: dict[str, Any]) -> Any:
    if isinstance(each, dict):
        return {name: _plain(value, arrays) for name, value in each.items()}
    if isinstance(each, list | tuple):
        return [_plain(value, arrays) for value in each]
    if isinstance(each, np.ndarray | bytes):
        name = f"a{len(arrays)}"
        arrays[name] = each if isinstance(each, np.ndarray) else np.frombuffer(each, np.uint8)
        return {_ARRAY if isinstance(each, np.ndarray) else _BYTES: name}
    return each


def _found(each: Any, arrays: Any) -> Any:
    if isinstance(each, list):
        return [_found(value, arrays) for value in each]
    if not isinstance(each, dict):
        return each
    if _ARRAY in each:
        return arrays[each[_ARRAY]]
    if _BYTES in each:
        return arrays[each[_BYTES]].tobytes()
    return {name: _found(value, arrays) for name, value in each.items()}
