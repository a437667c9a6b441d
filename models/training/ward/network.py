"""What stands behind the encoders in a ward's model: gates, fusion, shares, interval."""
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from .evidence import EVIDENCE, NOTES, PCG, SUBSETS, VIDEO, VITALS, WAVEFORMS
from .heads import TOKEN
from .strangeness import Devices, Surroundings
from .tokens import Alignment, facts, finding

OUTPUTS = [
    "risk", "risk_interval", "shares", "used", "strangeness", "subsets",
    "sepsis", "alarm_true", "murmur", "view_state", "instrument", "lung", "death",
]  # fmt: skip
GATED = tuple(one for one in EVIDENCE if one is not VIDEO)  # procedure-view says by itself how strange a frame is
#: a frame that is hardly of any known procedure is not believed
NO_PROCEDURE = 0.5
#: where an encoder answered with no number
NEVER = 99.0


def bits() -> np.ndarray:
    """[SUBSETS, evidence]: bit i of a subset's number is evidence i."""
    return (np.arange(SUBSETS)[:, None] >> np.arange(len(EVIDENCE))) & 1


def shapley() -> np.ndarray:
    """[SUBSETS, evidence]: values of the subsets times this are the Shapley values (Shapley 1953); they add up to the whole less the empty one."""
    from math import factorial

    count, table = len(EVIDENCE), bits()
    weight = lambda size: factorial(size) * factorial(count - size - 1) / factorial(count)
    out = np.zeros((SUBSETS, count))
    for subset in range(SUBSETS):
        for index in range(count):
            size = int(table[subset].sum())
            out[subset, index] = weight(size - 1) if table[subset, index] else -weight(size)
    return out


@dataclass(frozen=True)
class Fitted:
    head: nn.Module
    #: by name of evidence: the scale of its facts, its alignment and its surroundings
    scales: dict[str, dict[str, np.ndarray]]
    alignments: dict[str, Alignment]
    surroundings: dict[str, Surroundings]
    devices: Devices
    #: [channels] of waveforms
    rough: np.ndarray
    base_rate: float
    #: [SUBSETS, 2]: how far below and above, in log-odds, the risk from all evidence lay for 95 of 100
    unknown: np.ndarray


class Fusion(nn.Module):
    """present, profile, roughness and the encoders' outputs to OUTPUTS."""

    def __init__(self, fitted: Fitted):
        super().__init__()
        self.head = fitted.head
        for one in EVIDENCE:
            self._keep(f"{one.name}_centre", fitted.scales[one.name]["centre"])
            self._keep(f"{one.name}_size", fitted.scales[one.name]["size"])
            self._keep(f"{one.name}_align", fitted.alignments[one.name].weight)
            self._keep(f"{one.name}_align_bias", fitted.alignments[one.name].bias)
            if one in GATED:
                near = fitted.surroundings[one.name]
                self._keep(f"{one.name}_near", near.centre)
                # Scaled so that a squared length of 1 is the limit.
                self._keep(f"{one.name}_whitening", near.whitening / np.sqrt(near.limit))
        mixture = fitted.devices.mixture
        self._keep("device_mean", mixture["mean"])
        self._keep("device_directions", mixture["directions"])
        self._keep("device_factors", np.concatenate(list(mixture["factors"]), 1))
        self._keep("device_centres", np.concatenate([c @ f for c, f in zip(mixture["centres"], mixture["factors"])]))
        self._keep("device_constant", mixture["constant"])
        self.devices, self.least, self.most = len(mixture["constant"]), fitted.devices.least, fitted.devices.limit
        self._keep("rough_limits", fitted.rough)
        self._keep("bits", bits())
        self._keep("shapley", shapley())
        self._keep("places", 2.0 ** np.arange(len(EVIDENCE)))
        self._keep("unknown", fitted.unknown)
        self._keep("base", np.log(fitted.base_rate / (1 - fitted.base_rate)))

    def _keep(self, name: str, value) -> None:
        self.register_buffer(name, torch.tensor(np.asarray(value), dtype=torch.float32))

    def device(self, profile: torch.Tensor) -> torch.Tensor:
        placed = (profile - self.device_mean) @ self.device_directions
        away = (placed @ self.device_factors - self.device_centres).reshape(-1, self.devices, self.device_directions.shape[1])
        terms = self.device_constant - away.square().sum(2) / 2
        return ((-torch.logsumexp(terms, 1) - self.least) / (self.most - self.least)).clamp_min(0)

    def strangeness(self, outputs: dict[str, dict[str, torch.Tensor]], profile: torch.Tensor, rough: torch.Tensor) -> torch.Tensor:
        """[batch, evidence]; 1 is the limit."""
        shares = []
        for one in EVIDENCE:
            said = outputs[one.name]
            if one is VIDEO:
                share = torch.maximum(said["strangeness"][:, 0], said["procedure"][:, 3] / NO_PROCEDURE)
            else:
                share = ((said["pooled"] - getattr(self, f"{one.name}_near")) @ getattr(self, f"{one.name}_whitening")).square().sum(1)
            if one is PCG:
                share = torch.maximum(share, self.device(profile))
            if one is WAVEFORMS:
                share = torch.maximum(share, (rough / self.rough_limits).amax(1))
            shares.append(torch.where(torch.isnan(share), NEVER, share))
        return torch.stack(shares, 1)

    def token(self, one, said: dict[str, torch.Tensor]) -> torch.Tensor:
        told = (facts(one, said) - getattr(self, f"{one.name}_centre")) / getattr(self, f"{one.name}_size")
        placed = (said["pooled"] @ getattr(self, f"{one.name}_align") + getattr(self, f"{one.name}_align_bias")).clamp(-4, 4)
        gap = torch.zeros_like(placed[:, :1]).expand(-1, TOKEN - told.shape[1] - placed.shape[1])
        return torch.cat([told, gap, placed], 1)

    def forward(self, present: torch.Tensor, profile: torch.Tensor, rough: torch.Tensor, outputs: dict[str, dict[str, torch.Tensor]]) -> tuple[torch.Tensor, ...]:
        strange = self.strangeness(outputs, profile, rough) * present
        used = present * (strange < 1).float()
        tokens = torch.stack([self.token(one, outputs[one.name]) for one in EVIDENCE], 1)
        found, trusted = (torch.stack(part, 1) for part in zip(*(finding(one, outputs[one.name]) for one in EVIDENCE)))
        # Of what is not used nothing may come through, whatever it is.
        clean = lambda part, keep: torch.where(keep > 0, part, torch.zeros_like(part))[None]
        told = [clean(tokens, used[:, :, None]), clean(found, used), clean(trusted, used)]
        taken = self.bits[:, None] * used[None]
        log_odds = self.base + self.head(*told, taken)
        subsets = torch.sigmoid(log_odds).mean(0).T
        # Exactly nothing where rounding would leave a trace.
        shares = torch.cat([subsets[:, :1], (subsets @ self.shapley) * used], 1)
        risk = subsets[:, -1:]
        return (risk, self.interval(log_odds[:, -1], risk, used), shares, used, strange, subsets, *self.answers(used, outputs))

    def interval(self, of_replicas: torch.Tensor, risk: torch.Tensor, used: torch.Tensor) -> torch.Tensor:
        """[batch, 2]: by what the replicas are apart, and by what the missing evidence could still say."""
        apart = 1.96 * (of_replicas - of_replicas.mean(0)).square().mean(0).sqrt()
        still = self.unknown[(used @ self.places).long()]
        centre = torch.log(risk / (1 - risk))
        below, above = ((still[:, side].square() + apart.square()).sqrt()[:, None] for side in (0, 1))
        return torch.sigmoid(torch.cat([centre - below, centre + above], 1))

    def answers(self, used: torch.Tensor, outputs: dict[str, dict[str, torch.Tensor]]) -> tuple[torch.Tensor, ...]:
        """Of evidence that is not used nothing is known."""
        of = {one.name: used[:, index : index + 1] for index, one in enumerate(EVIDENCE)}
        said = lambda one: outputs[one.name]["probabilities"]
        unknown = lambda one, nothing: of[one.name] * said(one) + (1 - of[one.name]) * torch.tensor(nothing)
        waves = of[WAVEFORMS.name]
        alarm = torch.cat([waves * said(WAVEFORMS), 1 - waves], 1)
        of_frame = lambda part: torch.cat([of[VIDEO.name] * part[:, :2], of[VIDEO.name] * part[:, 2:] + 1 - of[VIDEO.name]], 1)
        frames = [of_frame(outputs[VIDEO.name][name]) for name in ("view_state", "instrument", "lung")]
        return (said(VITALS), alarm, unknown(PCG, [0.0, 1.0, 0.0]), *frames, said(NOTES))


class Behind(nn.Module):
    """Fusion with what the encoders said side by side, in the order of EVIDENCE and of their outputs: present, profile, roughness, heard -> OUTPUTS."""

    def __init__(self, fusion: Fusion):
        super().__init__()
        self.fusion = fusion

    def forward(self, present: torch.Tensor, profile: torch.Tensor, roughness: torch.Tensor, heard: torch.Tensor) -> tuple[torch.Tensor, ...]:
        at, outputs = 0, {}
        for one in EVIDENCE:
            outputs[one.name] = {}
            for name, width in one.outputs.items():
                outputs[one.name][name] = heard[:, at : at + width]
                at += width
        return self.fusion(present, profile, roughness, outputs)


def heard_names() -> dict[str, int]:
    """What an encoder says, by its name in the graph, and its width."""
    return {f"{one.name}_{name}": width for one in EVIDENCE for name, width in one.outputs.items()}
