"""The graph that is shipped: a frame in, what it shows and how far that can be believed out."""
import numpy as np
import torch
from torch import nn

from .encoder import Encoder
from .fitting import Fitted
from .frames import PROCEDURES
from .heads import QUESTIONS
from .strangeness import KNOWN

OUTPUTS = ["view_state", "instrument", "lung", "procedure", "answers", "strangeness", "pooled"]
STEEPNESS = 8.0
"""of the step from known to strange: half at the limit, a fiftieth half as far again"""


class ProcedureView(nn.Module):
    def __init__(self, encoder: Encoder, fitted: Fitted):
        super().__init__()
        self.encoder = encoder
        surroundings = fitted.parts.surroundings
        platt = [fitted.platt[question.output] for question in QUESTIONS]
        heads = [fitted.parts.questions[question.output] for question in QUESTIONS]
        slopes = np.array([one.slope for one in platt])
        self._keep("question_weight", np.concatenate([head.weight for head in heads], 1) * slopes)
        self._keep("question_bias", np.concatenate([head.bias for head in heads]) * slopes + [one.offset for one in platt])
        self._keep("procedure_weight", fitted.parts.procedure.weight / fitted.temperature)
        self._keep("procedure_bias", fitted.parts.procedure.bias / fitted.temperature)
        self._keep("mean", surroundings.mean)
        self._keep("directions", surroundings.directions)
        # [KNOWN, DIRECTIONS, DIRECTIONS] side by side, for one product; the centres whitened alike.
        self._keep("whitening", np.concatenate(list(surroundings.whitening), 1))
        self._keep("whitened_centres", np.concatenate([c @ w for c, w in zip(surroundings.centres, surroundings.whitening)]))
        self._keep("limits", fitted.limits)

    def _keep(self, name: str, value: np.ndarray) -> None:
        self.register_buffer(name, torch.tensor(np.asarray(value), dtype=torch.float32))

    def forward(self, frame: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """[batch, 3, SIZE, SIZE] of red, green, blue from 0 to 255. Of the outputs:

        view_state, instrument, lung [batch, 3]: yes, no, and not of this procedure or strange; they sum to 1
        procedure [batch, 4]: PROCEDURES, none of them for what is strange
        answers [batch, 3]: the yes of each question given that the frame is of its procedure
        strangeness [batch, 1]: distance as a share of its limit, of the procedure to which it is nearest
        pooled [batch, DIRECTIONS]
        """
        features = self.encoder(frame)
        answers = torch.sigmoid(features @ self.question_weight + self.question_bias)
        pooled = (features - self.mean) @ self.directions
        away = pooled @ self.whitening - self.whitened_centres
        shares = away.reshape(-1, len(KNOWN), pooled.shape[1]).square().mean(2) / self.limits
        likely = torch.softmax(features @ self.procedure_weight + self.procedure_bias, 1)
        seen = likely[:, : len(KNOWN)] * torch.sigmoid(STEEPNESS * (1 - shares))
        procedure = torch.cat([seen, 1 - seen.sum(1, keepdim=True)], 1)
        gated = []
        for index, question in enumerate(QUESTIONS):
            of = PROCEDURES.index(question.procedure)
            here, yes = seen[:, of : of + 1], answers[:, index : index + 1]
            gated.append(torch.cat([here * yes, here * (1 - yes), 1 - here], 1))
        return (*gated, procedure, answers, shares.amin(1, keepdim=True), pooled)
