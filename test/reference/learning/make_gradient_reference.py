"""Writes gru-gradient.json beside itself: a small net, a chunk, and torch's loss and gradient for every parameter.

python -m venv venv && venv/bin/pip install torch && venv/bin/python make_gradient_reference.py
Parameters and inputs are float32 values; loss and gradient are computed in float64.
"""

import json
import pathlib

import torch

HIDDEN, INPUTS, LEADS, STEPS, LANES, DELTA = 5, 3, 4, 7, 3, 2.0


def flat(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


torch.manual_seed(7)
gru = torch.nn.GRU(INPUTS, HIDDEN)
from_hidden = torch.nn.Linear(HIDDEN, LEADS)
from_input = torch.nn.Linear(INPUTS, LEADS, bias=False)
x = torch.randn(STEPS, LANES, INPUTS) * 1.5
h = torch.tanh(torch.randn(1, LANES, HIDDEN))
targets = torch.randn(STEPS, LANES, LEADS) * 3
weights = torch.rand(STEPS, LANES, LEADS) * (torch.rand(STEPS, LANES, LEADS) > 0.3)
gru, from_hidden, from_input = gru.double(), from_hidden.double(), from_input.double()
states, last = gru(x.double(), h.double())
outputs = from_hidden(states) + from_input(x.double())
losses = torch.nn.functional.huber_loss(outputs, targets.double(), reduction="none", delta=DELTA)
loss = (losses * weights.double()).sum()
loss.backward()
parameters = {
    "inputToGates": gru.weight_ih_l0,
    "hiddenToGates": gru.weight_hh_l0,
    "inputBias": gru.bias_ih_l0,
    "hiddenBias": gru.bias_hh_l0,
    "hiddenToLeads": from_hidden.weight,
    "inputToLeads": from_input.weight,
    "leadBias": from_hidden.bias,
}
reference = {
    "format": "foretide.gru-gradient/1",
    "torch": torch.__version__.split("+")[0],
    "huberDelta": DELTA,
    "chunk": {
        "lanes": LANES,
        "inputs": flat(x),
        "targets": flat(targets),
        "lossWeights": flat(weights),
        "hidden": flat(h),
    },
    "tensors": {name: flat(value) for name, value in parameters.items()},
    "loss": loss.item(),
    "gradient": {name: flat(value.grad) for name, value in parameters.items()},
    "hiddenAfter": flat(last),
    "beyondDelta": int((losses > DELTA * DELTA / 2).sum()),
}
path = pathlib.Path(__file__).parent / "gru-gradient.json"
path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
