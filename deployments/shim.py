"""Makes basicsr importable, which gfpgan and realesrgan need; import it before either of them.

basicsr 1.4.2, its last release, imports `rgb_to_grayscale` from `torchvision.transforms.functional_tensor`, a module
that torchvision removed in 0.17; the function lives on in `torchvision.transforms.functional`.
"""

from __future__ import annotations

import sys
import types

from torchvision.transforms import functional

_NAME = "torchvision.transforms.functional_tensor"

if _NAME not in sys.modules:
    _module = types.ModuleType(_NAME, __doc__)
    _module.rgb_to_grayscale = functional.rgb_to_grayscale  # type: ignore[attr-defined]
    sys.modules[_NAME] = _module
