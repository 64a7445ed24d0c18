"""Writes recurrent-reference.json beside itself: what PyTorch gives for every cell, forward and backward, in float64.

python -m venv venv && venv/bin/pip install torch keras numpy && venv/bin/python make_reference.py

Parameters, inputs, first states and loss weights are float32 numbers that both sides draw from Park and Miller's generator
(park-miller.ts, random-nets.ts); the file holds their checksums. The loss is the sum of loss weight times output over the steps
within the rows' lengths. torch.nn.RNN, LSTM and GRU run as they are, on packed rows; for the cells that PyTorch has no
module for (sigmoid Elman, the name-classification tutorial's concatenation, GRU with the reset gate before the product) the
step is written in torch operations, and autograd goes back. The last of these is Keras's convention: Keras itself computes
it here too, and the script stops where they differ.
"""

import hashlib
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "torch"

import keras  # noqa: E402
import numpy  # noqa: E402
import torch  # noqa: E402

FORMAT = "foretide.recurrent-reference/1"
STEPS = 50
LENGTHS = [50, 1, 37, 50, 18]
LANES = len(LENGTHS)
STATES_AFTER = [0, 1, 18, 37, 45, 50]
GATES = {"lstm": 4, "gru": 3, "gru-reset-before": 3}
F64 = torch.float64


# The numbers that both sides draw.


def park_miller(seed):
    state = seed % 2147483646 + 1
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


def uniform(length, spread, generator):
    return numpy.array([(2 * next(generator) - 1) * spread for _ in range(length)], dtype=numpy.float32)


def tensor_sizes(shape):
    rows = GATES.get(shape["cell"], 1) * shape["hidden"]
    for layer in range(shape["layers"]):
        yield f"layers.{layer}.inputToGates", (rows, shape["inputs"] if layer == 0 else shape["hidden"])
        yield f"layers.{layer}.hiddenToGates", (rows, shape["hidden"])
        yield f"layers.{layer}.inputBias", (rows,)
        yield f"layers.{layer}.hiddenBias", (rows,)
    yield "head.hiddenToOutputs", (shape["outputs"], shape["hidden"])
    if shape["headReadsInput"]:
        yield "head.inputToOutputs", (shape["outputs"], shape["inputs"])
    yield "head.outputBias", (shape["outputs"],)


def draw_tensors(shape, seed):
    generator = park_miller(seed)
    return {
        name: uniform(int(numpy.prod(size)), 0.5 if len(size) == 1 else 1 / size[1] ** 0.5, generator).reshape(size)
        for name, size in tensor_sizes(shape)
    }


def draw_chunk(shape, seed):
    parts = shape["layers"] * (2 if shape["cell"] == "lstm" else 1)
    inputs = uniform(STEPS * LANES * shape["inputs"], 2, park_miller(seed + 1))
    state = uniform(LANES * parts * shape["hidden"], 0.5, park_miller(seed + 2))
    weights = uniform(STEPS * LANES * shape["outputs"], 1, park_miller(seed + 3))
    return (
        inputs.reshape(STEPS, LANES, -1),
        state.reshape(LANES, parts, shape["hidden"]),
        weights.reshape(STEPS, LANES, -1),
    )


def checksum(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(numpy.ascontiguousarray(array, dtype="<f4").tobytes())
    return digest.hexdigest()[:16]


# Nets: run(x [T, B, F], state [B, parts, D], lengths) -> what the head reads [T, B, D] (0 beyond a length), state after.


class ModuleNet:
    """torch.nn.RNN, LSTM or GRU, on rows packed to their lengths."""

    def __init__(self, shape, tensors):
        size = {"input_size": shape["inputs"], "hidden_size": shape["hidden"], "num_layers": shape["layers"]}
        self.lstm = shape["cell"] == "lstm"
        if self.lstm:
            self.module = torch.nn.LSTM(**size, dtype=F64)
        elif shape["cell"] == "gru":
            self.module = torch.nn.GRU(**size, dtype=F64)
        else:
            self.module = torch.nn.RNN(**size, nonlinearity=shape["cell"].removeprefix("elman-"), dtype=F64)
        # The tensors themselves become the module's parameters, so that autograd reaches them.
        for layer in range(shape["layers"]):
            ours = ["inputToGates", "hiddenToGates", "inputBias", "hiddenBias"]
            for name, theirs in zip(ours, ["weight_ih_l", "weight_hh_l", "bias_ih_l", "bias_hh_l"]):
                setattr(self.module, f"{theirs}{layer}", tensors[f"layers.{layer}.{name}"])

    def run(self, x, state, lengths):
        steps, lanes, _ = x.shape
        rows = [row for row in range(lanes) if lengths[row] > 0]
        if not rows:
            return torch.zeros(steps, lanes, state.shape[2], dtype=F64), state
        packed = torch.nn.utils.rnn.pack_padded_sequence(
            x[:, rows], torch.tensor([lengths[row] for row in rows]), enforce_sorted=False
        )
        parts = state[rows].transpose(0, 1).contiguous()  # [parts, rows, D]
        if self.lstm:
            read, (h, c) = self.module(packed, (parts[0::2].contiguous(), parts[1::2].contiguous()))
            after = torch.stack([h, c], dim=1).reshape(parts.shape)
        else:
            read, after = self.module(packed, parts)
        read, _ = torch.nn.utils.rnn.pad_packed_sequence(read, total_length=steps)
        all_read = torch.zeros(steps, lanes, state.shape[2], dtype=F64)
        all_read = all_read.index_copy(1, torch.tensor(rows), read)
        return all_read, state.index_copy(0, torch.tensor(rows), after.transpose(0, 1))


class WrittenNet:
    """Cells without a module in PyTorch, step by step."""

    def __init__(self, shape, tensors):
        self.shape, self.tensors = shape, tensors

    def step(self, layer, x, h):
        linear = torch.nn.functional.linear
        w_x, w_h, b_x, b_h = (
            self.tensors[f"layers.{layer}.{name}"]
            for name in ["inputToGates", "hiddenToGates", "inputBias", "hiddenBias"]
        )
        if self.shape["cell"] == "elman-sigmoid":
            return torch.sigmoid(linear(x, w_x, b_x) + linear(h, w_h, b_h))
        if self.shape["cell"] == "concatenation":
            i2h = torch.cat([w_x, w_h], dim=1)
            return linear(torch.cat([x, h], dim=1), i2h, b_x + b_h)
        xr, xz, xn = linear(x, w_x, b_x).chunk(3, dim=1)
        hr, hz, _ = linear(h, w_h, b_h).chunk(3, dim=1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        n = torch.tanh(xn + linear(r * h, w_h.chunk(3)[2], b_h.chunk(3)[2]))
        return (1 - z) * n + z * h

    def run(self, x, state, lengths):
        read = []
        for t in range(x.shape[0]):
            live = torch.tensor([t < length for length in lengths])[:, None]
            below, after = x[t], []
            for layer in range(self.shape["layers"]):
                below = self.step(layer, below, state[:, layer])
                after.append(torch.where(live, below, state[:, layer]))
            top = state[:, -1] if self.shape["cell"] == "concatenation" else after[-1]
            read.append(torch.where(live, top, torch.zeros_like(top)))
            state = torch.stack(after, dim=1)
        return torch.stack(read) if read else torch.zeros(0, *state[:, -1].shape, dtype=F64), state


WRITTEN = {"elman-sigmoid", "concatenation", "gru-reset-before"}


def make_net(shape, tensors):
    return (WrittenNet if shape["cell"] in WRITTEN else ModuleNet)(shape, tensors)


def head(shape, tensors, read, x):
    out = read @ tensors["head.hiddenToOutputs"].T + tensors["head.outputBias"]
    if shape["headReadsInput"]:
        out = out + x @ tensors["head.inputToOutputs"].T
    return torch.log_softmax(out, dim=-1) if shape["output"] == "log-softmax" else out


def within(lengths, steps):
    return torch.tensor([[float(t < length) for length in lengths] for t in range(steps)], dtype=F64)[..., None]


def double(array, gradient=True):
    return torch.nn.Parameter(torch.tensor(array.astype(numpy.float64)), requires_grad=gradient)


def run_case(shape, seed):
    drawn = draw_tensors(shape, seed)
    inputs, state, weights = draw_chunk(shape, seed)
    tensors = {name: double(values) for name, values in drawn.items()}
    x, w, first = double(inputs, False), double(weights, False), double(state)
    net = make_net(shape, tensors)
    mask = within(LENGTHS, STEPS)
    read, last = net.run(x, first, LENGTHS)
    outputs = head(shape, tensors, read, x) * mask
    loss = (outputs * w).sum()
    loss.backward()
    gradients = {}
    for t in STATES_AFTER:
        gradients[t] = state_gradient(shape, tensors, net, x, w, first, t)
    # Cutting at the first state is not cutting at all.
    assert torch.allclose(gradients[0], first.grad, rtol=0, atol=1e-13)
    return {
        "shape": shape,
        "seed": seed,
        "checksums": {
            "values": checksum(*drawn.values()),
            "inputs": checksum(inputs),
            "state": checksum(state),
            "lossWeights": checksum(weights),
        },
        "outputs": numbers(outputs),
        "state": numbers(last),
        "loss": float(f"{loss.item():.14g}"),
        "gradient": {name: numbers(tensor.grad) for name, tensor in tensors.items()},
        "stateGradients": {str(t): numbers(gradient) for t, gradient in gradients.items()},
    }


def state_gradient(shape, tensors, net, x, w, first, t):
    """d loss / d (the whole state after t steps), of the outputs and later states that read it."""
    done = [min(length, t) for length in LENGTHS]
    left = [length - d for length, d in zip(LENGTHS, done)]
    with torch.no_grad():
        _, state = net.run(x[:t], first, done) if t > 0 else (None, first)
    state = state.detach().clone().requires_grad_()
    loss = state.sum() * 0
    if t < STEPS:
        read, _ = net.run(x[t:], state, left)
        loss = loss + (head(shape, tensors, read, x[t:]) * w[t:] * within(left, STEPS - t)).sum()
    if t > 0 and shape["cell"] != "concatenation":
        top = state[:, -2 if shape["cell"] == "lstm" else -1]
        stepped = torch.tensor([[float(length >= t)] for length in LENGTHS], dtype=F64)
        loss = loss + (head(shape, tensors, top, x[t - 1]) * w[t - 1] * stepped).sum()
    return torch.autograd.grad(loss, state)[0]


def numbers(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().flatten().tolist()]


# Keras decides what the reset gate before the product means.


def check_against_keras(seed):
    shape = make_shape("gru-reset-before", 1, 4, 7, 3, "linear", True)
    drawn = draw_tensors(shape, seed)
    inputs, state, weights = draw_chunk({**shape, "outputs": 7}, seed)
    tensors = {name: double(values) for name, values in drawn.items()}
    x, w, first = double(inputs, False), double(weights, False), double(state)
    read, _ = WrittenNet(shape, tensors).run(x, first, [STEPS] * LANES)
    (read * w).sum().backward()

    layer = keras.layers.GRU(7, reset_after=False, return_sequences=True, dtype="float64")
    layer.build((LANES, STEPS, 4))
    # Keras orders the gates update, reset, candidate and has one bias.
    swap = numpy.r_[7:14, 0:7, 14:21]
    of = {name.removeprefix("layers.0."): values.astype(numpy.float64) for name, values in drawn.items()}
    weights_of_keras = [
        of["inputToGates"][swap].T,
        of["hiddenToGates"][swap].T,
        (of["inputBias"] + of["hiddenBias"])[swap],
    ]
    # Its own set_weights rounds to float32, and so does its matrix product: the conventions differ by 1e-2 and more.
    with torch.no_grad():
        for variable, values in zip(layer.trainable_variables, weights_of_keras):
            variable.value.copy_(torch.tensor(values))
    start = first.detach()[:, 0].requires_grad_()
    theirs = layer(x.transpose(0, 1), initial_state=start).transpose(0, 1)
    (theirs * w).sum().backward()
    kernel, recurrent, bias = (variable.value.grad for variable in layer.trainable_variables)
    pairs = {
        "outputs": (theirs, read),
        "first state": (start.grad, first.grad[:, 0]),
        "inputToGates": (kernel.T, tensors["layers.0.inputToGates"].grad[swap]),
        "hiddenToGates": (recurrent.T, tensors["layers.0.hiddenToGates"].grad[swap]),
        "bias": (bias, tensors["layers.0.inputBias"].grad[swap]),
    }
    for name, (a, b) in pairs.items():
        difference = (a - b).abs().max().item() / b.abs().max().item()
        print(f"keras {keras.__version__} against ours, {name}: {difference:.1e}")
        assert difference < 1e-5, name
    return {"keras": keras.__version__, "cell": "gru-reset-before"}


def make_shape(cell, layers, inputs, hidden, outputs, output, head_reads_input):
    return {
        "cell": cell,
        "layers": layers,
        "inputs": inputs,
        "hidden": hidden,
        "outputs": outputs,
        "output": output,
        "headReadsInput": head_reads_input,
    }


def main():
    torch.set_num_threads(1)
    shapes = []
    for cell in ["elman-tanh", "elman-sigmoid", "elman-relu", "concatenation", "lstm", "gru", "gru-reset-before"]:
        one = "log-softmax" if cell == "concatenation" else "linear"
        two = "linear" if cell == "concatenation" else "log-softmax"
        shapes.append(make_shape(cell, 1, 4, 7, 3, one, True))
        shapes.append(make_shape(cell, 2, 3, 6, 3, two, cell == "concatenation"))
    shapes.append(make_shape("gru", 3, 2, 5, 1, "linear", False))
    shapes.append(make_shape("lstm", 3, 2, 5, 1, "linear", False))
    reference = {
        "format": FORMAT,
        "torch": torch.__version__.split("+")[0],
        "checkedAgainst": check_against_keras(777),
        "steps": STEPS,
        "lengths": LENGTHS,
        "cases": [run_case(shape, 1000 * (index + 1)) for index, shape in enumerate(shapes)],
    }
    path = pathlib.Path(__file__).parent / "recurrent-reference.json"
    path.write_text(json.dumps(reference, separators=(",", ":")).replace('{"shape"', '\n{"shape"') + "\n")
    print(f"{path.name}: {len(shapes)} cases, {path.stat().st_size} bytes")


main()
