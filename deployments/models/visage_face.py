"""The network of Visage's own face restorer: Real-ESRGAN's compact body with a prior for aligned faces.

The names of the layers are those of the published weights, so some are single letters.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FACE_SIZE_PX = 512
SHRINK = 4  # the body works on blocks of 4 by 4 pixels
GRID = FACE_SIZE_PX // SHRINK  # 128: side of the body's features
CONTEXT_AT = (7, 19)  # body layers after which the two context branches are added
POSITION_AT = 12  # body layer in which the second positional map is added
WHOLE_FACE_AT = 4  # body layer after which the hourglass is added: early, so that the later layers can use it
OFFSET_STEP_PX = 32  # windows of a face start at multiples of this, or the hourglass would see another grid


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a skip connection; initialized as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.activation = nn.PReLU(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        zero_init(self.second)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        change: Tensor = self.second(self.activation(self.first(x)))
        return x + change


class Attention(nn.Module):
    """Self-attention over the cells of a coarse grid with a learned position each; initialized as the identity."""

    HEADS = 4

    def __init__(self, channels: int, grid: int) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.zeros(1, channels, grid, grid))
        self.queries_keys_values = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        zero_init(self.out)

    def forward(self, x: Tensor, top: int, left: int) -> Tensor:
        """(N, C, H, W) to the same shape; `top` and `left` say where in the whole grid it begins."""
        n, c, h, w = x.shape
        mixed = self.queries_keys_values(x + self.place[:, :, top : top + h, left : left + w])
        q, k, v = mixed.reshape(n, 3, self.HEADS, c // self.HEADS, h * w).transpose(3, 4).unbind(1)
        attended = F.scaled_dot_product_attention(q, k, v)
        change: Tensor = self.out(attended.transpose(2, 3).reshape(n, c, h, w))
        return x + change


class Context(nn.Module):
    """Context branch at 1/8 of the body's resolution, four convolutions `a` to `d`; zero-initialized."""

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(channels, inner, 3, padding=1)
        self.b = nn.Conv2d(inner, inner, 3, padding=1)
        self.c = nn.Conv2d(inner, inner, 3, padding=1)
        self.d = nn.Conv2d(inner, channels, 3, padding=1)
        self.p = nn.ModuleList(nn.PReLU(inner) for _ in range(3))
        zero_init(self.d)

    def forward(self, h: Tensor) -> Tensor:
        """(N, C, H, W) to a residual of the same shape."""
        z = F.avg_pool2d(h, 8)
        z = self.p[0](self.a(z))
        z = self.p[1](self.b(z)) + z
        z = self.p[2](self.c(z)) + z
        return F.interpolate(self.d(z), size=h.shape[2:], mode="bilinear", align_corners=False)


class WholeFace(nn.Module):
    """Hourglass from the body's grid down to 16 by 16 cells and back, for the face as a whole; zero-initialized."""

    def __init__(self, channels: int, middle: int, inner: int) -> None:
        super().__init__()
        self.down1 = nn.Conv2d(channels, middle, 3, stride=2, padding=1)
        self.act1 = nn.PReLU(middle)
        self.enter1 = ResidualBlock(middle)
        self.down2 = nn.Conv2d(middle, inner, 3, stride=2, padding=1)
        self.act2 = nn.PReLU(inner)
        self.enter2 = nn.Sequential(ResidualBlock(inner), ResidualBlock(inner))
        self.down3 = nn.Conv2d(inner, inner, 3, stride=2, padding=1)
        self.act3 = nn.PReLU(inner)
        self.bottom = ResidualBlock(inner)
        self.attention = Attention(inner, GRID // 8)
        self.below = ResidualBlock(inner)
        self.leave2 = ResidualBlock(inner)
        self.up1 = nn.Conv2d(inner, middle, 1)
        self.leave1 = ResidualBlock(middle)
        self.out = nn.Conv2d(middle, channels, 3, padding=1)
        zero_init(self.out)

    def forward(self, h: Tensor, top: int, left: int) -> Tensor:
        """(N, C, H, W) to a residual of the same shape; `top` and `left` are in cells of the coarsest grid."""
        z1 = self.enter1(self.act1(self.down1(h)))
        z2 = self.enter2(self.act2(self.down2(z1)))
        z3 = self.below(self.attention(self.bottom(self.act3(self.down3(z2))), top, left))
        z2 = self.leave2(z2 + F.interpolate(z3, scale_factor=2.0, mode="nearest"))
        z1 = self.leave1(z1 + F.interpolate(self.up1(z2), scale_factor=2.0, mode="nearest"))
        return F.interpolate(self.out(z1), scale_factor=2.0, mode="bilinear", align_corners=False)


class BlendGate(nn.Module):
    """Predicts for each pixel how much of the input the output keeps, from the input and the body's last features."""

    SHUT = -4.0  # the logit it starts with: it keeps 2% of the input

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(channels + 3 * SHRINK**2, inner, 3, padding=1)
        self.b = nn.Conv2d(inner, inner, 3, padding=1)
        self.c = nn.Conv2d(inner, SHRINK**2, 3, padding=1)
        self.p = nn.ModuleList(nn.PReLU(inner) for _ in range(2))
        self.overall = nn.Linear(2 * inner, inner)
        zero_init(self.overall)
        zero_init(self.c)
        nn.init.constant_(self.c.bias, self.SHUT)  # type: ignore[arg-type]

    def forward(self, blocks: Tensor, h: Tensor) -> Tensor:
        """(N, 48, H, W) and (N, C, H, W) to logits (N, 1, 4H, 4W)."""
        z = self.p[0](self.a(torch.cat([blocks, h], 1)))
        # Noise and blur are the same all over a face, so their statistics are taken over all of it.
        deviation, mean = torch.std_mean(z.float(), dim=(2, 3))
        z = z + self.overall(torch.cat([mean, deviation], 1)).to(z.dtype)[:, :, None, None]
        return F.pixel_shuffle(self.c(self.p[1](self.b(z))), SHRINK)


class Finish(nn.Module):
    """Refinement head at half resolution, on blocks of 2 by 2 pixels; zero-initialized."""

    SHRINK = 2

    def __init__(self, channels: int, inner: int) -> None:
        super().__init__()
        pixels = 3 * self.SHRINK**2
        self.a = nn.Conv2d(2 * pixels + channels // self.SHRINK**2, inner, 3, padding=1)
        self.b = nn.Conv2d(inner, inner, 3, padding=1)
        self.c = nn.Conv2d(inner, pixels, 3, padding=1)
        self.p = nn.ModuleList(nn.PReLU(inner) for _ in range(2))
        zero_init(self.c)

    def forward(self, x: Tensor, chosen: Tensor, h: Tensor) -> Tensor:
        """Input and gated output (N, 3, 4H, 4W) and the last features (N, C, H, W) to a residual (N, 3, 4H, 4W)."""
        halves = [F.pixel_unshuffle(pixels, self.SHRINK).to(h.dtype) for pixels in (x, chosen)]
        z = self.p[0](self.a(torch.cat([*halves, F.pixel_shuffle(h, self.SHRINK)], 1)))
        return F.pixel_shuffle(self.c(self.p[1](self.b(z))), self.SHRINK)


class VisageFaceRestorer(nn.Module):
    """Restores one aligned face: (N, 3, 512, 512) RGB in [0, 1] to the same.

    The body is that of Real-ESRGAN's SRVGGNetCompact (Wang et al., 2021) on blocks of 4 by 4 pixels, so that it can
    start from realesr-general-x4v3. Learned position maps, an hourglass and two context branches give it the facial
    prior. The body's output is added to the input averaged over the blocks; a gate blends that, pixel by pixel, with
    the unchanged input, so that a clean face can come back untouched; and a head at half resolution adds the detail
    that quarter resolution cannot carry.
    """

    def __init__(self, channels: int = 64, layers: int = 32, middle: int = 128, inner: int = 256) -> None:
        super().__init__()
        self.head = nn.Conv2d(3 * SHRINK**2, channels, 3, padding=1)
        self.pos = nn.Parameter(torch.zeros(1, channels, GRID, GRID))
        self.pos2 = nn.Parameter(torch.zeros(1, channels, GRID, GRID))
        self.acts = nn.ModuleList(nn.PReLU(channels) for _ in range(layers + 1))
        self.body = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(layers))
        self.ctx = nn.ModuleDict({str(i): Context(channels, 2 * channels) for i in CONTEXT_AT})
        self.whole = WholeFace(channels, middle, inner)
        self.gate = BlendGate(channels, 32)
        self.tail = nn.Conv2d(channels, 3 * SHRINK**2, 3, padding=1)
        self.finish = Finish(channels, 32)

    def forward(self, x: Tensor, top: int = 0, left: int = 0) -> Tensor:
        """Restore `x`; in training it may be a window of faces that begins at (`top`, `left`) pixels of the whole.

        Its sides, `top` and `left` are multiples of 32. The output is not clipped to [0, 1].
        """
        averaged = F.interpolate(F.avg_pool2d(x, SHRINK), scale_factor=float(SHRINK), mode="nearest")
        blocks = F.pixel_unshuffle(x, SHRINK)
        rows = slice(top // SHRINK, top // SHRINK + blocks.shape[2])
        columns = slice(left // SHRINK, left // SHRINK + blocks.shape[3])
        h = self.head(blocks)
        # The maps and branches take the body's precision, or one sum would turn the rest into float32.
        h = self.acts[0](h + self.pos[:, :, rows, columns].to(h.dtype))
        for i, layer in enumerate(self.body):
            h = layer(h)
            if i == POSITION_AT:
                h = h + self.pos2[:, :, rows, columns].to(h.dtype)
            h = self.acts[i + 1](h)
            if i == WHOLE_FACE_AT:
                h = h + self.whole(h, top // OFFSET_STEP_PX, left // OFFSET_STEP_PX).to(h.dtype)
            if str(i) in self.ctx:
                h = h + self.ctx[str(i)](h).to(h.dtype)
        painted = averaged + F.pixel_shuffle(self.tail(h), SHRINK).to(x.dtype)
        keep = torch.sigmoid(self.gate(blocks, h).to(x.dtype))
        chosen = painted + keep * (x - painted)
        return chosen + self.finish(x, chosen, h).to(x.dtype)


def zero_init(layer: nn.Conv2d | nn.Linear) -> None:
    """Initialize a layer with zeros, so that its branch changes nothing before it has learned something."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
