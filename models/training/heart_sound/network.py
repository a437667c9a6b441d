"""The network: log-mel front end inside the graph, a small CNN, masked pooling. No operation depends on another row of the batch."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

RATE_HZ, FFT, FRAME, HOP, MELS, LOW_HZ, HIGH_HZ = 1000, 256, 64, 16, 32, 25, 450
FRAMES = (10 * RATE_HZ - FRAME) // HOP + 1


def mel_bank() -> np.ndarray:
    """Triangles [mels, bins] on a mel scale with its break at 200 Hz; above 450 Hz the recordings are not to be trusted."""
    to_mel = lambda hz: 2595 * np.log10(1 + hz / 200)
    from_mel = lambda mel: 200 * (10 ** (mel / 2595) - 1)
    edges = from_mel(np.linspace(to_mel(LOW_HZ), to_mel(HIGH_HZ), MELS + 2))
    bins = np.fft.rfftfreq(FFT, 1 / RATE_HZ)
    bank = np.zeros((MELS, len(bins)))
    for band in range(MELS):
        rise = (bins - edges[band]) / (edges[band + 1] - edges[band])
        fall = (edges[band + 2] - bins) / (edges[band + 2] - edges[band + 1])
        bank[band] = np.maximum(0, np.minimum(rise, fall))
        if bank[band].sum() == 0:
            bank[band, np.argmin(np.abs(bins - edges[band + 1]))] = 1
    return bank / bank.sum(1, keepdims=True)


class LogMel(nn.Module):
    """[batch, 10000] samples and mask -> [batch, 32, 622] log-mel and [batch, 622] frame mask.

    The Fourier transform is a convolution with fixed cosine and sine kernels, so that no provider needs an STFT operator.
    Level means nothing across stethoscopes: the window is scaled to its own power twice, around a clip of spikes.
    """

    def __init__(self):
        super().__init__()
        n, k = np.arange(FRAME), np.arange(FFT // 2 + 1)[:, None]
        hann = np.hanning(FRAME)
        kernels = np.concatenate([np.cos(2 * np.pi * k * n / FFT) * hann, np.sin(2 * np.pi * k * n / FFT) * hann])
        self.register_buffer("kernels", torch.tensor(kernels[:, None], dtype=torch.float32))
        self.register_buffer("bank", torch.tensor(mel_bank()[:, :, None], dtype=torch.float32))

    def forward(self, pcg, mask):
        count = mask.sum(1, keepdim=True).clamp(min=1)
        x = pcg * mask
        x = (x - x.sum(1, keepdim=True) / count) * mask
        x = x / ((x * x).sum(1, keepdim=True) / count).clamp(min=1e-12).sqrt()
        x = x.clamp(-5, 5)
        x = x / ((x * x).sum(1, keepdim=True) / count).clamp(min=1e-6).sqrt()
        spectrum = F.conv1d(x.unsqueeze(1), self.kernels, stride=HOP)
        real, imaginary = spectrum[:, : FFT // 2 + 1], spectrum[:, FFT // 2 + 1 :]
        mel = (F.conv1d(real * real + imaginary * imaginary, self.bank) + 1e-5).log()
        frames = (F.avg_pool1d(mask.unsqueeze(1), FRAME, HOP) > 0.999).float().squeeze(1)
        present = frames.unsqueeze(1)
        mean = (mel * present).sum((1, 2), keepdim=True) / (MELS * frames.sum(1)[:, None, None]).clamp(min=1)
        return (mel - mean) * present / 2, frames


def block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class HeartSoundNet(nn.Module):
    """Log-mel -> embedding [batch, 64] and class scores [batch, 3] of the weighted loss."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 20, 5, stride=2, padding=2, bias=False), nn.BatchNorm2d(20), nn.ReLU())
        self.block1, self.block2, self.block3 = block(20, 32), block(32, 48), block(48, 80)
        self.across = nn.Sequential(nn.Conv2d(80, 96, (4, 1), bias=False), nn.BatchNorm2d(96), nn.ReLU())
        self.along = nn.Sequential(nn.Conv1d(96, 96, 5, padding=2, bias=False), nn.BatchNorm1d(96), nn.ReLU())
        self.attend = nn.Conv1d(96, 1, 1)
        self.embed = nn.Linear(192, 64)
        self.drop = nn.Dropout(0.4)
        self.head = nn.Linear(64, 3)

    def forward(self, mel, frames):
        keep = frames[:, None, None]
        # A gap is silence at every depth, not what bias and batch norm make of zeros.
        x, keep = self.stem(mel.unsqueeze(1)), F.max_pool2d(keep, (1, 1), (1, 2))
        x = F.max_pool2d(self.block1(x * keep), 2)
        keep = F.max_pool2d(keep, (1, 2))
        x = F.max_pool2d(self.block2(x * keep), 2)
        keep = F.max_pool2d(keep, (1, 2))
        x = self.block3(x * keep)
        x = self.across(x).squeeze(2)
        keep = keep.squeeze(1)
        x = x * keep
        x = (x + self.along(x)) * keep
        weights = torch.exp(self.attend(x).clamp(-8, 8)) * keep
        attended = (x * weights).sum(2) / weights.sum(2).clamp(min=1e-6)
        mean = x.sum(2) / keep.sum(2).clamp(min=1)
        embedding = F.relu(self.embed(self.drop(torch.cat([attended, mean], 1))))
        return embedding, self.head(self.drop(embedding))


class Shipped(nn.Module):
    """What is exported: samples in, calibrated answer out.

    The loss weighs classes 5:3:1, so its scores overstate the rare ones; subtracting the log weights undoes that
    (Bayes), then one temperature fitted on validation children calibrates.
    """

    def __init__(self, net: HeartSoundNet, log_weights, temperature: float):
        super().__init__()
        self.front, self.net = LogMel(), net
        self.register_buffer("log_weights", torch.tensor(log_weights, dtype=torch.float32))
        self.temperature = temperature

    def forward(self, pcg, mask):
        pooled, scores = self.net(*self.front(pcg, mask))
        logits = (scores - self.log_weights) / self.temperature
        return logits, torch.softmax(logits, 1), pooled
