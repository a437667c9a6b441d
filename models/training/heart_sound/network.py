"""One network with two answers: murmur and abnormal. No operation depends on another row of the batch."""
import torch
from torch import nn
from torch.nn import functional as F

from .calibration import LOG_WEIGHTS, AbnormalLine, abnormality
from .spectrogram import LogMel, without_colour

EMBEDDING = 64


def block(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


class HeartSoundNet(nn.Module):
    """Log-mel [batch, 32, frames] and frame mask -> embedding [batch, 64], scores of murmur [batch, 3] (of the weighted loss) and of abnormal [batch, 1]."""

    def __init__(self):
        super().__init__()
        self.stem = block(1, 20, 5, 2)
        self.block1, self.block2, self.block3 = block(20, 32), block(32, 48), block(48, 80)
        self.across = nn.Sequential(nn.Conv2d(80, 96, (4, 1), bias=False), nn.BatchNorm2d(96), nn.ReLU())
        self.along = nn.Sequential(nn.Conv1d(96, 96, 5, padding=2, bias=False), nn.BatchNorm1d(96), nn.ReLU())
        self.attend = nn.Conv1d(96, 1, 1)
        self.embed = nn.Linear(192, EMBEDDING)
        self.drop = nn.Dropout(0.4)
        self.murmur = nn.Linear(EMBEDDING, 3)
        self.abnormal = nn.Linear(EMBEDDING, 1)

    def forward(self, mel, frames):
        keep = frames[:, None, None]
        # A gap is silence at every depth, not what bias and batch norm make of zeros.
        x = without_colour(mel, frames).unsqueeze(1)
        x, keep = self.stem(x), F.max_pool2d(keep, (1, 1), (1, 2))
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
        return embedding, self.murmur(self.drop(embedding)), self.abnormal(self.drop(embedding))


class Shipped(nn.Module):
    """What is exported: [batch, 10000] samples and mask in, calibrated answers out.

    The murmur loss weighs classes 5:3:1, so its scores overstate the rare ones; subtracting the log weights undoes that (Bayes), then one
    temperature calibrates. Abnormal is told from both heads, with a zero from children.
    """

    def __init__(self, net: HeartSoundNet, temperature: float, line: AbnormalLine):
        super().__init__()
        self.front, self.net = LogMel(), net
        self.register_buffer("log_weights", torch.tensor(LOG_WEIGHTS, dtype=torch.float32))
        self.temperature, self.line = temperature, line

    def forward(self, pcg, mask):
        return self.told(*self.front(pcg, mask))

    def told(self, mel, frames):
        pooled, murmur, abnormal = self.net(mel, frames)
        logits = (murmur - self.log_weights) / self.temperature
        odds = self.line.slope * (abnormality(murmur, abnormal[:, 0]) - self.line.zero)
        probability = torch.sigmoid(odds).unsqueeze(1)
        return logits, torch.softmax(logits, 1), torch.cat([probability, 1 - probability], 1), pooled
