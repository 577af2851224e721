"""Small modules that torch does not have; they are written into the source where a network uses them."""

LIF = '''class Spike(torch.autograd.Function):
    """1 where the potential is above the threshold; backwards, the derivative of a fast sigmoid."""

    @staticmethod
    def forward(ctx, above: Tensor) -> Tensor:
        ctx.save_for_backward(above)
        return (above > 0).to(above.dtype)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        (above,) = ctx.saved_tensors
        return gradient / (1 + 25 * above.abs()) ** 2


class LIF(nn.Module):
    """Leaky integrate-and-fire neurons; time is the first axis behind the channels."""

    def __init__(self, decay: float, threshold: float) -> None:
        super().__init__()
        self.decay = decay
        self.threshold = threshold

    def forward(self, x: Tensor) -> Tensor:
        potential = torch.zeros_like(x[:, :, 0])
        spikes = []
        for current in x.unbind(2):
            potential = self.decay * potential + current
            spike = Spike.apply(potential - self.threshold)
            potential = potential - self.threshold * spike
            spikes.append(spike)
        return torch.stack(spikes, dim=2)
'''

PAD_CHANNELS = '''class PadChannels(nn.Module):
    """Maps of zeros behind the others, up to a number of channels."""

    def __init__(self, out_channels: int) -> None:
        super().__init__()
        self.out_channels = out_channels

    def forward(self, x: Tensor) -> Tensor:
        zeros = x.new_zeros(x.shape[0], self.out_channels - x.shape[1], *x.shape[2:])
        return torch.cat([x, zeros], dim=1)
'''

WORD_EMBEDDING = '''class WordEmbedding(nn.Embedding):
    """The vectors of words as the channels of a sequence: from (N, 1, L) numbers of words to (N, D, L)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x[:, 0].long()).transpose(1, 2)
'''

HELPERS = {"LIF": LIF, "PadChannels": PAD_CHANNELS, "WordEmbedding": WORD_EMBEDDING}
"""Source by the name of the class that constructors call."""
NAMES = frozenset((*HELPERS, "Spike"))
