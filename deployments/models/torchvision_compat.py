"""Makes torchvision import in a second and basicsr import at all; has to be imported before either of them.

basicsr 1.4.2, its last release, which gfpgan and realesrgan need, imports `rgb_to_grayscale` from
`torchvision.transforms.functional_tensor`, a module that torchvision removed in 0.17; the function lives on in
`torchvision.transforms.functional`.

torchvision 0.29 imports torch's compiler for the sake of one question (roi_align, which nothing here uses, asks whether
it could be compiled), which costs six seconds in every process. While torchvision is imported the answer is no.
"""

from __future__ import annotations

import sys
import types

_REMOVED = "torchvision.transforms.functional_tensor"
_COMPILER = "torch._dynamo.utils"


def _import_torchvision() -> None:
    import torch  # noqa: F401 - with its compiler's real name still free

    stand_in = types.ModuleType(_COMPILER)
    stand_in.is_compile_supported = lambda device: False  # type: ignore[attr-defined]
    package = types.ModuleType("torch._dynamo")
    package.__path__ = []
    package.utils = stand_in  # type: ignore[attr-defined]
    absent = "torch._dynamo" not in sys.modules
    if absent:
        sys.modules["torch._dynamo"], sys.modules[_COMPILER] = package, stand_in
    try:
        import torchvision  # noqa: F401
    finally:
        if absent:
            del sys.modules["torch._dynamo"], sys.modules[_COMPILER]


if _REMOVED not in sys.modules:
    _import_torchvision()
    from torchvision.transforms import functional

    _module = types.ModuleType(_REMOVED, __doc__)
    _module.rgb_to_grayscale = functional.rgb_to_grayscale  # type: ignore[attr-defined]
    sys.modules[_REMOVED] = _module
