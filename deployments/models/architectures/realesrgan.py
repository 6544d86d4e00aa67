"""Real-ESRGAN (Wang et al., ICCVW 2021): RRDBNet as basicsr defines it, and the compact SRVGGNet of the same authors.

Overlaps are measured. The compact network has 34 3x3 convolutions: 34 pixels each way are its whole receptive field, so
tiles agree exactly. RRDBNet's field reaches 345; on x4plus the largest difference from the untiled image is 9/255 with
32 pixels of overlap, 2/255 with 64 and 0.05/255 with 96. x2plus works at half size, hence twice that.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from deployments.models.architecture import Architecture, Purpose, call_in_own_precision

if TYPE_CHECKING:
    from torch import Tensor, nn

_PRECISIONS = frozenset({"float32", "bfloat16", "float16"})
_FEATURES, _FLOAT_BYTES = 64, 4


def _build_rrdbnet(scale: int) -> nn.Module:
    from basicsr.archs.rrdbnet_arch import RRDBNet

    network: nn.Module = RRDBNet(num_in_ch=3, num_out_ch=3, scale=scale, num_feat=64, num_block=23, num_grow_ch=32)
    return network


def _build_srvgg() -> nn.Module:
    from realesrgan.archs.srvgg_arch import SRVGGNetCompact

    network: nn.Module = SRVGGNetCompact(
        num_in_ch=3, num_out_ch=3, num_feat=64, num_conv=32, upscale=4, act_type="prelu"
    )
    return network


def _call_srvgg(module: nn.Module, images: Tensor) -> Any:
    """The network; in half precision only what it adds to the image is, since the sum would be rounded to a few levels.

    SRVGGNetCompact.forward, whose last step is this addition of the nearest pixel.
    """
    import torch
    from torch.nn.functional import interpolate

    features = images.to(next(module.parameters(), images).dtype)
    if features.dtype == torch.float32:
        return module(images)
    for layer in module.body:  # type: ignore[union-attr]
        features = layer(features)
    residual: Tensor = module.upsampler(features).float()  # type: ignore[operator]
    return residual.add_(interpolate(images, scale_factor=module.upscale))  # type: ignore[arg-type]


COMPACT_X4 = Architecture(
    name="srvgg-x4-32",
    purposes=frozenset({Purpose.UPSCALING, Purpose.RESTORATION}),
    build=_build_srvgg,
    call=_call_srvgg,
    scale=4,
    overlap=34,
    bytes_per_pixel=_FEATURES * _FLOAT_BYTES * 3,
    has_kernel=True,
    precisions=_PRECISIONS,
)
RRDBNET_X2 = Architecture(
    name="rrdbnet-x2",
    purposes=frozenset({Purpose.UPSCALING}),
    build=partial(_build_rrdbnet, 2),
    call=call_in_own_precision,
    scale=2,
    overlap=192,
    size_multiple=2,  # it folds 2x2 pixels into channels first
    bytes_per_pixel=_FEATURES * 4 * _FLOAT_BYTES * 3,
    precisions=_PRECISIONS,
)
RRDBNET_X4 = Architecture(
    name="rrdbnet-x4",
    purposes=frozenset({Purpose.UPSCALING}),
    build=partial(_build_rrdbnet, 4),
    call=call_in_own_precision,
    scale=4,
    overlap=96,
    bytes_per_pixel=_FEATURES * 16 * _FLOAT_BYTES * 3,
    precisions=_PRECISIONS,
)
