"""Writes gru-d5-f3-h4.json and gru-d32-f20-h24.json beside itself: weights, inputs and what torch.nn.GRU gives.

python -m venv venv && venv/bin/pip install torch && venv/bin/python make_gru_reference.py
Numbers are float32, printed with 9 digits, which name them exactly.
"""

import json
import pathlib

import torch

FORMAT = "foretide.gru-reference/1"


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def rows(tensor):
    return [numbers(row) for row in tensor]


def make(hidden, inputs, leads, steps, batch, seed):
    torch.manual_seed(seed)
    gru = torch.nn.GRU(inputs, hidden, batch_first=False)
    from_hidden = torch.nn.Linear(hidden, leads, bias=True)
    from_input = torch.nn.Linear(inputs, leads, bias=False)
    x = torch.randn(steps, batch, inputs) * 1.5
    with torch.no_grad():
        states, _ = gru(x)
        outputs = from_hidden(states) + from_input(x)
    reference = {
        "format": FORMAT,
        "torch": torch.__version__.split("+")[0],
        "sizes": {"inputs": inputs, "hidden": hidden, "leads": leads, "rows": batch, "steps": steps},
        "tensors": {
            "inputToGates": numbers(gru.weight_ih_l0),
            "hiddenToGates": numbers(gru.weight_hh_l0),
            "inputBias": numbers(gru.bias_ih_l0),
            "hiddenBias": numbers(gru.bias_hh_l0),
            "hiddenToLeads": numbers(from_hidden.weight),
            "inputToLeads": numbers(from_input.weight),
            "leadBias": numbers(from_hidden.bias),
        },
        "steps": [
            {"inputs": rows(x[t]), "hidden": rows(states[t]), "outputs": rows(outputs[t])} for t in range(steps)
        ],
    }
    path = pathlib.Path(__file__).parent / f"gru-d{hidden}-f{inputs}-h{leads}.json"
    path.write_text(json.dumps(reference, separators=(",", ":")) + "\n")


make(hidden=5, inputs=3, leads=4, steps=20, batch=3, seed=1)
make(hidden=32, inputs=20, leads=24, steps=20, batch=3, seed=2)
