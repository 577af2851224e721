"""A convolutional spiking network: leaky integrate-and-fire neurons over several time steps."""

from __future__ import annotations

from explorer.layers import LIF, Conv, Flatten, GlobalAvgPool, MaxPool, ReLU
from explorer.shapes import Shape
from explorer.spec import Series, Spec
from explorer.zoo.architecture import Architecture, Knob, classes_knob


def snn_lenet(time_steps: int, neuron: str, decay: float, threshold: float, num_classes: int) -> Spec:
    """Give 12C5-MP2-64C5-MP2-1024FC10. Time is the first axis of every map; no layer but the neurons looks along it.

    The fully connected layer of each time step is a 4×4 convolution of a 4×4 map, which is the same.
    """
    spiking = neuron == "lif"
    neurons = LIF(decay, threshold) if spiking else ReLU()
    name = "lif" if spiking else "relu"
    read_out: dict[str, Spec] = {"lif3": neurons} if spiking else {}
    return Series(
        conv1=Conv(12, (1, 5, 5)),
        pool1=MaxPool((1, 2, 2)),
        **{f"{name}1": neurons},
        conv2=Conv(64, (1, 5, 5)),
        pool2=MaxPool((1, 2, 2)),
        **{f"{name}2": neurons},
        fc=Conv(num_classes, (1, 4, 4)),
        **read_out,
        rate=GlobalAvgPool(),
        flatten=Flatten(),
    )


def _input(time_steps: int, **_: object) -> Shape:
    return (1, time_steps, 28, 28)


ARCHITECTURES = (
    Architecture(
        id="snn_lenet",
        name="Spiking LeNet",
        family="Spiking network",
        year=2023,
        authors="Eshraghian et al.",
        paper="Training Spiking Neural Networks Using Lessons From Deep Learning",
        url="https://arxiv.org/abs/2109.12894",
        input_shape=(1, 50, 28, 28),
        input_of=_input,
        build=snn_lenet,
        knobs=(
            Knob("time_steps", 50, "time steps for which the image is shown", high=1000),
            Knob("neuron", "lif", "neurons: spiking, or those of the dense twin", choices=("lif", "relu")),
            Knob("decay", 0.5, "share of the potential that is left after a time step", low=0, high=1),
            Knob("threshold", 1.0, "potential at which a neuron fires", low=0, high=1000),
            classes_knob(10),
        ),
        notes="The convolutional network of the snnTorch tutorial, on images of 28×28 that are shown for 50 time "
        "steps. A neuron adds up what it is given, leaks, and fires a spike when it passes the threshold; the class is "
        "that of the output neuron that fires most. Mult-adds are those of simulating every step as dense arithmetic; "
        "on spiking hardware a spike costs an accumulate per synapse, and silence nothing. With neuron relu and one "
        "time step it is the dense twin.",
    ),
)
