"""A composition as a token for an address: its YAML text, compressed, in letters that an address may hold.

The text is compressed with zlib against ``WORDS``, what specs are usually made of, so that a short network has a short
token (VGG16 about a hundred characters). A token is bounded when it is read: it cannot inflate beyond ``MOST_TEXT``.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, urlsafe_b64encode

from explorer.errors import ExplorerError
from explorer.reading import Document
from explorer.text import dump, load

MARK = "~"
"""How a token begins; no id of the zoo does."""
MOST_CHARACTERS = 8_000
"""The longest token that goes into an address: what browsers, proxies and chat programs pass on unharmed."""
MOST_TEXT = 400_000
"""The longest text in a token, in bytes; that of the largest network of the zoo has 256,000."""

WORDS = b"""\
Softmax LeakyReLU: ELU GELU Tanh Scale: {factor: LIF Embedding: LocalResponseNorm: {size: 5, alpha: 0.0005} Sigmoid
Identity Hardswish SiLU ReLU6 Complement ZeroPad: {before: 1, after: PadChannels: {out_channels: AdaptiveAvgPool:
GlobalMaxPool AvgPool: {kernel_size: 2, stride: 2, count_include_pad: false, ceil_mode: true
    Cell:
      inputs: [x]
      steps:
      - name: h
        inputs: [
        apply: Multiply Concat Add
      output: y
Side: - inline: []
      - downsample:
        - Conv: {out_channels: 512, kernel_size: 1, stride: 2, bias: false}
        - BatchNorm: {eps: 0.001}
  - Branches:
      join: concat
      branches:
      - branch1: [
    - inline:
        Branches:
          join: add
          branches:
          - inline:
            - conv1:
                Conv: {out_channels: 256, kernel_size: 3, stride: 2, padding: 1, groups: 32, dilation: 2, bias: false}
            - bn1: BatchNorm
            - relu1: ReLU
            - conv2:
                Conv: {out_channels: 128, kernel_size: 3, padding: 1, bias: false}
            - bn2: BatchNorm
          - inline: []
    - relu: ReLU
  - Conv: {out_channels: 64, kernel_size: 3, padding: 1}
  - ReLU
  - MaxPool: {kernel_size: 3, stride: 2, padding: 1}
- avgpool: GlobalAvgPool
- flatten: Flatten
- classifier:
  - Dropout: {p: 0.2}
  - Linear: {out_features: 4096}
  - ReLU
- fc:
    Linear: {out_features: 1000}
name: network
input: [3, 224, 224]
network:
- features:
  - Conv: {out_channels: 64, kernel_size: 3, padding: 1}
  - ReLU
"""
"""What zlib may refer to. It never changes: a token that was shared once must be read for ever (a test holds it)."""


def write(document: Document) -> str:
    """Give the token of a composition.

    Raises:
        ExplorerError: its text is longer than a token may hold.

    >>> from explorer.layers import Conv, ReLU
    >>> from explorer.spec import Series
    >>> document = Document("small", (3, 32, 32), Series(Conv(8, 3), ReLU()))
    >>> read(write(document)) == document
    True
    """
    text = dump(document.spec, document.input_shape, document.name).encode()
    if len(text) > MOST_TEXT:
        raise ExplorerError(
            f"{document.name}: its text has {len(text):,} bytes, too many to share by address; allowed: {MOST_TEXT:,}; "
            "share it as a YAML file"
        )
    press = zlib.compressobj(9, zdict=WORDS)
    return MARK + urlsafe_b64encode(press.compress(text) + press.flush()).decode().rstrip("=")


def fits(token: str) -> bool:
    """Say whether a token is short enough for an address; a longer one is better shared as a YAML file."""
    return len(token) <= MOST_CHARACTERS


def read(token: str) -> Document:
    """Read a token.

    Raises:
        ExplorerError: it is no token, was cut off or changed, would inflate beyond the bound, or holds no spec.
    """
    if not token.startswith(MARK):
        raise ExplorerError(f"the shared network {_short(token)} is no token; allowed: {MARK} and what follows it")
    if len(token) > MOST_TEXT:
        raise ExplorerError(f"the shared network has {len(token):,} characters; allowed: {MOST_TEXT:,}")
    raw, more = _inflated(token[1:])
    if more:
        raise ExplorerError(
            f"the shared network {_short(token)} would grow to more than {MOST_TEXT:,} bytes; allowed: no more"
        )
    if raw is None:
        raise ExplorerError(
            f"the shared network {_short(token)} is damaged; allowed: the whole address, as it was copied"
        )
    return load(raw, "shared network")


def _inflated(packed: str) -> tuple[str | None, bool]:
    """Give the text, None if it is damaged, and whether there is more of it than is read."""
    inflate = zlib.decompressobj(zdict=WORDS)
    try:
        raw = inflate.decompress(b64decode(packed + "=" * (-len(packed) % 4), b"-_", validate=True), MOST_TEXT)
        whole = inflate.eof and not inflate.unused_data
        return (raw.decode() if whole else None), bool(inflate.unconsumed_tail)
    except (ValueError, zlib.error):
        return None, False


def _short(token: str) -> str:
    return repr(token if len(token) <= 16 else f"{token[:15]}…")
