"""Small real nets of PyTorch and Keras: their weights by their own names, and what they give.

python -m venv venv && venv/bin/pip install torch keras numpy safetensors
venv/bin/python make_exchange_reference.py make         writes NAME.safetensors and outputs.json beside itself
venv/bin/python make_exchange_reference.py check FOLDER loads NAME.LAYOUT.safetensors, written by `foretide weights convert`,
                                                        into a new model of that framework and compares its outputs
venv/bin/python make_exchange_reference.py guide COMMAND runs every block of docs/guides/weights-exchange.md in order, with
                                                        COMMAND in place of `foretide`

Weights and inputs are drawn from a seed, biases too, since Keras' own are zero and would hide a wrong order. Numbers are
float32, printed with 9 digits, which name them exactly.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy
import safetensors.torch
import torch
from safetensors.numpy import load_file, save_file

HERE = pathlib.Path(__file__).parent
FORMAT = "foretide.exchange-reference/1"
STEPS, ROWS = 8, 2
ELMAN = {"elman-tanh": "tanh", "elman-relu": "relu", "elman-sigmoid": "sigmoid"}


def shape(cell, layers, inputs, hidden, outputs, output="linear", reads_input=False):
    return {
        "cell": cell,
        "layers": layers,
        "inputs": inputs,
        "hidden": hidden,
        "outputs": outputs,
        "output": output,
        "headReadsInput": reads_input,
    }


class TorchNet(torch.nn.Module):
    """A recurrent module, a Linear on its states and, where the head reads the input, one on that."""

    def __init__(self, net, bias=True):
        super().__init__()
        cell, layers, inputs, hidden, outputs = (net[k] for k in ("cell", "layers", "inputs", "hidden", "outputs"))
        sizes = {"input_size": inputs, "hidden_size": hidden, "num_layers": layers, "bias": bias}
        if cell in ELMAN:
            self.rnn = torch.nn.RNN(**sizes, nonlinearity=ELMAN[cell])
        else:
            self.rnn = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](**sizes)
        self.head = torch.nn.Linear(hidden, outputs, bias=bias)
        if net["headReadsInput"]:
            self.head_input = torch.nn.Linear(inputs, outputs, bias=False)
        self.log_softmax = net["output"] == "log-softmax"

    def forward(self, x):  # [T, B, F]
        states, _ = self.rnn(x)
        y = self.head(states)
        if hasattr(self, "head_input"):
            y = y + self.head_input(x)
        return torch.log_softmax(y, dim=-1) if self.log_softmax else y


class TutorialNet(torch.nn.Module):
    """The module of the tutorial "Classifying names with a character-level RNN" (1.x), line by line."""

    def __init__(self, net):
        super().__init__()
        self.hidden_size = net["hidden"]
        self.i2h = torch.nn.Linear(net["inputs"] + net["hidden"], net["hidden"])
        self.i2o = torch.nn.Linear(net["inputs"] + net["hidden"], net["outputs"])
        self.softmax = torch.nn.LogSoftmax(dim=1)

    def step(self, x, hidden):
        combined = torch.cat((x, hidden), 1)
        return self.softmax(self.i2o(combined)), self.i2h(combined)

    def forward(self, x):
        hidden = torch.zeros(x.shape[1], self.hidden_size)
        outputs = []
        for step in x:
            output, hidden = self.step(step, hidden)
            outputs.append(output)
        return torch.stack(outputs)


class CellNet(torch.nn.Module):
    """A GRUCell stepped by hand: names without layer numbers."""

    def __init__(self, net):
        super().__init__()
        self.cell = torch.nn.GRUCell(net["inputs"], net["hidden"])
        self.out = torch.nn.Linear(net["hidden"], net["outputs"])

    def forward(self, x):
        hidden = torch.zeros(x.shape[1], self.cell.hidden_size)
        outputs = []
        for step in x:
            hidden = self.cell(step, hidden)
            outputs.append(self.out(hidden))
        return torch.stack(outputs)


def torch_net(net, kind="modules"):
    if net["cell"] == "concatenation":
        return TutorialNet(net)
    return CellNet(net) if kind == "cell" else TorchNet(net, bias=kind != "no-bias")


def keras_net(net, named):
    """@param named whether layers have the names that Foretide writes, or those that Keras makes up"""
    layers = []
    for layer in range(net["layers"]):
        options = {"return_sequences": True, **({"name": f"recurrent_{layer}"} if named else {})}
        if net["cell"] in ELMAN:
            layers.append(keras.layers.SimpleRNN(net["hidden"], activation=ELMAN[net["cell"]], **options))
        elif net["cell"] == "lstm":
            layers.append(keras.layers.LSTM(net["hidden"], **options))
        else:
            layers.append(keras.layers.GRU(net["hidden"], reset_after=net["cell"] == "gru", **options))
    head = keras.layers.Dense(net["outputs"], **({"name": "head"} if named else {}))
    x = keras.Input((None, net["inputs"]))
    states = x
    for layer in layers:
        states = layer(states)
    y = head(states)
    if net["headReadsInput"]:
        direct = keras.layers.Dense(net["outputs"], use_bias=False, **({"name": "head_input"} if named else {}))
        y = y + direct(x)
    if net["output"] == "log-softmax":
        y = keras.layers.Activation("log_softmax")(y)
    return keras.Model(x, y)


def run_torch(model, x):
    with torch.no_grad():
        return model(torch.from_numpy(x)).numpy()


def run_keras(model, x):
    """Keras is batch-major."""
    return keras.ops.convert_to_numpy(model(x.transpose(1, 0, 2))).transpose(1, 0, 2)


# name: framework, architecture, kind of module, what a reader must be told
CASES = {
    "torch-rnn-tanh": ("pytorch", shape("elman-tanh", 1, 3, 4, 2), "modules", {}),
    "torch-rnn-relu-2": ("pytorch", shape("elman-relu", 2, 3, 4, 2, reads_input=True), "modules", {"cell": "elman-relu"}),
    "torch-rnn-no-bias": ("pytorch", shape("elman-tanh", 1, 3, 4, 2), "no-bias", {}),
    "torch-lstm": ("pytorch", shape("lstm", 1, 2, 5, 3), "modules", {}),
    "torch-lstm-2": ("pytorch", shape("lstm", 2, 4, 4, 4, "log-softmax"), "modules", {"output": "log-softmax"}),
    "torch-gru": ("pytorch", shape("gru", 1, 4, 4, 4, reads_input=True), "modules", {}),
    "torch-gru-3": ("pytorch", shape("gru", 3, 1, 3, 2), "modules", {}),
    "torch-gru-cell": ("pytorch", shape("gru", 1, 2, 3, 2), "cell", {}),
    "torch-tutorial": ("pytorch", shape("concatenation", 1, 5, 4, 3, "log-softmax", True), "modules", {}),
    "keras-rnn-tanh": ("keras", shape("elman-tanh", 1, 3, 4, 2), "modules", {}),
    "keras-rnn-relu-2": ("keras", shape("elman-relu", 2, 3, 4, 2), "modules", {"cell": "elman-relu"}),
    "keras-rnn-sigmoid": ("keras", shape("elman-sigmoid", 1, 3, 4, 2), "modules", {"cell": "elman-sigmoid"}),
    "keras-lstm": ("keras", shape("lstm", 1, 2, 5, 3), "modules", {}),
    "keras-lstm-2": ("keras", shape("lstm", 2, 4, 4, 4, "log-softmax"), "modules", {"output": "log-softmax"}),
    "keras-gru": ("keras", shape("gru", 1, 4, 4, 4, reads_input=True), "modules", {}),
    "keras-gru-3": ("keras", shape("gru", 3, 1, 3, 2), "modules", {}),
    "keras-gru-before": ("keras", shape("gru-reset-before", 1, 4, 4, 4), "modules", {}),
    "keras-gru-before-2": ("keras", shape("gru-reset-before", 2, 3, 4, 2, reads_input=True), "modules", {}),
}


def make():
    cases = {}
    for seed, (name, (layout, net, kind, hints)) in enumerate(CASES.items(), start=1):
        numbers = numpy.random.default_rng(seed)
        draw = lambda size: (numbers.standard_normal(size) * 0.8).astype(numpy.float32)
        x = draw((STEPS, ROWS, net["inputs"]))
        if layout == "pytorch":
            model = torch_net(net, kind)
            arrays = {key: draw(tuple(value.shape)) for key, value in model.state_dict().items()}
            model.load_state_dict({key: torch.from_numpy(value) for key, value in arrays.items()})
            y = run_torch(model, x)
        else:
            keras.backend.clear_session()
            model = keras_net(net, named=False)
            for weight in model.weights:
                weight.assign(draw(tuple(weight.shape)))
            # Without ascontiguousarray, safetensors 0.8.0 writes a matrix that Keras keeps transposed in the wrong order.
            arrays = {
                weight.path: numpy.ascontiguousarray(keras.ops.convert_to_numpy(weight)) for weight in model.weights
            }
            y = run_keras(model, x)
        save_file(arrays, HERE / f"{name}.safetensors")
        digits = lambda array: [float(f"{value:.9g}") for value in array.flatten().tolist()]
        cases[name] = {"layout": layout, "shape": net, "hints": hints, "inputs": digits(x), "outputs": digits(y)}
    types = make_number_types()
    versions = {"torch": torch.__version__.split("+")[0], "keras": keras.__version__}
    reference = {"format": FORMAT, **versions, "steps": STEPS, "rows": ROWS, "cases": cases, "numberTypes": types}
    (HERE / "outputs.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")


def make_number_types():
    """One array of each type of number, with the largest, the smallest and some in between; the values as float32."""
    values = torch.cat((torch.linspace(-2, 2, 9), torch.tensor([1 / 3, 65504, 6e-8, -6.2e-5, 0.0, -0.0, 1e-7, 3.14159265])))
    types = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    arrays = {name: values.double().to(type) for name, type in types.items()}
    safetensors.torch.save_file(arrays, HERE / "number-types.safetensors")
    return {name: [float(f"{value:.9g}") for value in array.float().tolist()] for name, array in arrays.items()}


def load_torch(file, net):
    model = torch_net(net)
    model.load_state_dict({key: torch.from_numpy(value) for key, value in load_file(file).items()})
    return lambda x: run_torch(model, x)


def load_keras(file, net):
    arrays = load_file(file)
    model = keras_net(net, named=True)
    for layer in model.layers:
        layer.set_weights([arrays.pop(f"{layer.name}/{weight.name}") for weight in layer.weights])
    assert not arrays, f"{file} has {list(arrays)} too much"
    return lambda x: run_keras(model, x)


def check(folder):
    reference = json.loads((HERE / "outputs.json").read_text())
    worst, files = 0.0, 0
    for name, case in reference["cases"].items():
        net = case["shape"]
        x = numpy.array(case["inputs"], numpy.float32).reshape(STEPS, ROWS, net["inputs"])
        expected = numpy.array(case["outputs"]).reshape(STEPS, ROWS, net["outputs"])
        for layout, load in (("pytorch", load_torch), ("keras", load_keras)):
            file = pathlib.Path(folder) / f"{name}.{layout}.safetensors"
            if not file.exists():
                print(f"{file.name}: not there")
                continue
            difference = float((numpy.abs(load(file, net)(x) - expected) / numpy.maximum(1, numpy.abs(expected))).max())
            assert difference < 1e-5, f"{file.name}: outputs differ by {difference}"
            worst, files = max(worst, difference), files + 1
    print(f"{files} files load and give the same outputs within {worst:.1e}")


def guide(command):
    text = (HERE / "../../../docs/guides/weights-exchange.md").read_text()
    namespace = {"__name__": "guide"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        blocks = re.findall(r"```(python|sh)\n(.*?)```", text, re.S)
        for language, block in blocks:
            if language == "python":
                exec(block, namespace)
            else:
                subprocess.run(["bash", "-euc", f'foretide() {{ {command} "$@"; }}\n{block}'], check=True)
    print(f"{len(blocks)} blocks of the guide ran")


{"make": make, "check": check, "guide": guide}[sys.argv[1]](*sys.argv[2:])
