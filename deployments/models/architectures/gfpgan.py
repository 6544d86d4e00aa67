"""GFPGAN (Wang et al., CVPR 2021): the "clean" architecture of versions 1.3 and 1.4, from the gfpgan package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.models.architecture import Architecture, Purpose

if TYPE_CHECKING:
    from torch import Tensor, nn


def _build() -> nn.Module:
    """The arguments are those of gfpgan.GFPGANer(arch="clean")."""
    from gfpgan.archs.gfpganv1_clean_arch import GFPGANv1Clean

    network: nn.Module = GFPGANv1Clean(
        out_size=512,
        num_style_feat=512,
        channel_multiplier=2,
        decoder_load_path=None,
        fix_decoder=False,
        num_mlp=8,
        input_is_latent=True,
        different_w=True,
        narrow=1,
        sft_half=True,
    )
    return network


def _call(module: nn.Module, batch: Tensor) -> Tensor:
    """The network takes and returns RGB in [-1, 1]; its noise is off, so that the same face gives the same result."""
    output: Tensor = module(batch * 2.0 - 1.0, return_rgb=False, randomize_noise=False)[0]
    return output * 0.5 + 0.5


GFPGAN = Architecture(
    name="gfpgan-v1-clean",
    purposes=frozenset({Purpose.RESTORATION}),
    build=_build,
    call=_call,
    precisions=frozenset({"float32", "bfloat16"}),  # float16 overflows in the modulated convolutions
    facial_prior=True,
)
