"""Builds the network that a model's weights belong to, and fills it; every file format is read in one place."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

import deployments.shim  # noqa: F401 - must run before torchvision, gfpgan or basicsr is imported
from deployments import weights
from deployments.contract import ModelUnavailable
from deployments.facenet import FaceNet
from deployments.flax_pickle import read_parameters
from deployments.manifest import manifest
from deployments.ncnn import load_into

LPIPS_ALEX_LAYERS = 5


def _retinaface(backbone: str) -> nn.Module:
    from facexlib.detection.retinaface import RetinaFace

    return RetinaFace(network_name=backbone, half=False, device="cpu")


def _gfpgan_v1_clean() -> nn.Module:
    """The arguments are those of gfpgan.GFPGANer(arch="clean")."""
    from gfpgan.archs.gfpganv1_clean_arch import GFPGANv1Clean

    return GFPGANv1Clean(
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


def _rrdbnet(scale: int) -> nn.Module:
    from basicsr.archs.rrdbnet_arch import RRDBNet

    return RRDBNet(num_in_ch=3, num_out_ch=3, scale=scale, num_feat=64, num_block=23, num_grow_ch=32)


def _srvgg() -> nn.Module:
    from realesrgan.archs.srvgg_arch import SRVGGNetCompact

    return SRVGGNetCompact(num_in_ch=3, num_out_ch=3, num_feat=64, num_conv=32, upscale=4, act_type="prelu")


def _bisenet() -> nn.Module:
    from facexlib.parsing.bisenet import BiSeNet

    return BiSeNet(num_class=19)


def _lpips_alex() -> nn.Module:
    """The heads come with the lpips package; pnet_rand keeps torchvision from downloading the backbone."""
    from lpips import LPIPS

    return LPIPS(net="alex", pnet_rand=True, verbose=False)


BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "retinaface-mobile0.25": lambda: _retinaface("mobile0.25"),
    "retinaface-resnet50": lambda: _retinaface("resnet50"),
    "gfpgan-v1-clean": _gfpgan_v1_clean,
    "srvgg-x4-32": _srvgg,
    "rrdbnet-x2": lambda: _rrdbnet(2),
    "rrdbnet-x4": lambda: _rrdbnet(4),
    "facenet": FaceNet,
    "bisenet": _bisenet,
    "lpips-alex": _lpips_alex,
}


def load_network(name: str) -> nn.Module:
    """The network of a model in the manifest with its verified weights, on the CPU, float32, in eval mode.

    Raises ModelUnavailable where the file is missing, differs from the manifest or does not fit its network.
    """
    path = weights.require(name)
    model = manifest()[name]
    network = BUILDERS[model.build]()
    try:
        if model.companions:
            load_into(network, weights.require(model.companions[0]), path)
        elif path.suffix == ".ckpt":
            _fill_lpips(network, path)
        elif path.suffix == ".safetensors":
            network.load_state_dict({key: value.float() for key, value in load_file(path).items()}, strict=True)
        else:
            network.load_state_dict(_read_torch(path), strict=True)
    except (RuntimeError, ValueError, KeyError, pickle.UnpicklingError, SafetensorError) as error:
        reason = str(error).splitlines()[0]  # torch goes on to recommend loading it without weights_only
        raise ModelUnavailable(weights.STAGE, f"{path} does not fit {model.build}: {reason}") from error
    return network.eval().requires_grad_(False)


def _read_torch(path: Path) -> dict[str, torch.Tensor]:
    """A state dict, whichever of the usual keys it lies under and whether or not DataParallel named its modules.

    `map_location` because some of the files were saved from a GPU; `weights_only` because a pickle can run anything.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    for key in ("params_ema", "params"):
        state = state.get(key, state)
    return {name.removeprefix("module."): tensor for name, tensor in state.items()}


def _fill_lpips(network: nn.Module, path: Path) -> None:
    """AlexNet's five convolutions; flax keeps kernels as (H, W, in, out), torch as (out, in, H, W)."""
    parameters = read_parameters(path)
    convolutions = [module for module in network.net.modules() if isinstance(module, nn.Conv2d)]  # type: ignore[union-attr]
    unique = list(dict.fromkeys(convolutions))
    if len(unique) != LPIPS_ALEX_LAYERS:
        raise ValueError(f"expected {LPIPS_ALEX_LAYERS} convolutions, found {len(unique)}")
    for index, convolution in enumerate(unique):
        kernel = torch.from_numpy(parameters[f"AlexNet_0/Conv_{index}/kernel"]).permute(3, 2, 0, 1)
        if kernel.shape != convolution.weight.shape or convolution.bias is None:
            raise ValueError(f"convolution {index} has another shape")
        convolution.weight.data.copy_(kernel)
        convolution.bias.data.copy_(torch.from_numpy(parameters[f"AlexNet_0/Conv_{index}/bias"]))
