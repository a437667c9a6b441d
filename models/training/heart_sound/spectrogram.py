"""Log-mel spectrogram of a window, of plain convolutions: inside the exported graph, so that bedside and training cannot differ."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .recordings import RATE_HZ

FFT, FRAME, HOP, MELS, LOW_HZ, HIGH_HZ = 256, 64, 16, 32, 25, 450


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
    """[batch, samples] and mask -> [batch, 32, frames] log-mel and [batch, frames] frame mask; 10 s are 622 frames.

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
        mel = (F.conv1d(real * real + imaginary * imaginary, self.bank) + 1e-5).log() / 2
        frames = (F.avg_pool1d(mask.unsqueeze(1), FRAME, HOP) > 0.999).float().squeeze(1)
        return centred(mel, frames), frames


def centred(mel, frames):
    """Less the mean over bands and time: how loud it was means nothing."""
    present = frames.unsqueeze(1)
    mean = (mel * present).sum((1, 2), keepdim=True) / (MELS * frames.sum(1)[:, None, None]).clamp(min=1)
    return (mel - mean) * present


def without_colour(mel, frames):
    """Less the mean of each band: what stethoscope, chest and room add to all of a recording is gone."""
    present = frames.unsqueeze(1)
    return (mel - (mel * present).sum(2, keepdim=True) / frames.sum(1)[:, None, None].clamp(min=1)) * present
