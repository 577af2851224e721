"""Which names can stand in Python source as they are, and what stands there for the others."""

from __future__ import annotations

import re
from itertools import takewhile
from keyword import iskeyword, issoftkeyword

RESERVED = frozenset(
    [
        "T_destination",
        "add_module",
        "append",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extend",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "insert",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "pop",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
"""Names that ``nn.Module`` and ``nn.Sequential`` use themselves."""

TAKEN = frozenset(("torch", "nn", "Tensor", "OrderedDict", "self", "super", "range", "tuple", "print", "sum"))
"""Words of the source itself."""


def is_plain(name: str) -> bool:
    """Say whether a child can be an attribute of this name: ``self.name``.

    Not a keyword, nothing that Python would change (``__x``, letters that it folds together), nothing of nn.Module's.

    >>> [is_plain(name) for name in ("conv1", "0", "class", "train", "_x")]
    [True, False, False, False, False]
    """
    return name.isascii() and name.isidentifier() and not iskeyword(name) and name[0] != "_" and name not in RESERVED


def reach(path: str) -> str:
    """Write how a method gets at a child, or at a child's child.

    >>> reach("conv1"), reach("layer1.conv1"), reach("0"), reach("train")
    ('self.conv1', 'self.layer1.conv1', 'self.get_submodule("0")', 'self._modules["train"]')
    """
    written = "self"
    for name in path.split("."):
        if is_plain(name):
            written += f".{name}"
        elif name in RESERVED or name.startswith("_"):
            written += f'._modules["{name}"]'
        else:
            written += f'.get_submodule("{name}")'
    return written


def place(path: str) -> tuple[str, str]:
    """Write what stands before and after the module when a child is put in its place.

    >>> place("conv1"), place("0"), place("train")
    (('self.conv1 = ', ''), ('self.add_module("0", ', ')'), ('self._modules["train"] = ', ''))
    """
    holder, _, name = path.rpartition(".")
    owner = reach(holder) if holder else "self"
    if is_plain(name):
        return f"{owner}.{name} = ", ""
    if name in RESERVED or name.startswith("_"):
        return f'{owner}._modules["{name}"] = ', ""
    return f'{owner}.add_module("{name}", ', ")"


def variable(hint: str, taken: set[str] | frozenset[str], fallback: str = "out") -> str:
    """Give a name for a value: the hint in lower case if it can be one, and numbered where it is taken.

    >>> variable("Mixed_5b", frozenset()), variable("0", frozenset()), variable("out", {"out"})
    ('mixed_5b', 'out', 'out2')
    """
    word = hint.lower().replace("-", "_").strip("_")
    usable = word.isascii() and word.isidentifier() and not iskeyword(word) and not issoftkeyword(word)
    return _numbered(word if usable else fallback, {*taken, *TAKEN})


def class_name(text: str, taken: set[str], fallback: str = "Network") -> str:
    """Give the name of a class: the words of a text written together, and numbered where it is taken.

    >>> class_name("NASNet-A Mobile (4 @ 1056)", set()), class_name("3d net", set()), class_name("None", {"None"})
    ('NASNetAMobile', 'Network3dNet', 'NoneNetwork')
    """
    words = re.findall(r"[A-Za-z0-9]+", text.partition(" (")[0])[:8]
    joined = "".join(word[0].upper() + word[1:] for word in words)[:60] or fallback
    joined = fallback + joined if joined[0].isdigit() else joined
    return _numbered(f"{joined}{fallback}" if iskeyword(joined) else joined, {*taken, *TAKEN})


def quoted(text: str, most: int = 200) -> str:
    r"""Give text that may stand in a docstring whoever wrote it: one line, no quotation marks, no backslashes.

    >>> quoted('a "name"\n\\')
    "a 'name' /"
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    plain = plain.replace('"', "'").replace("\\", "/")
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def shared_start(names: list[str]) -> str:
    """Give what all names begin with.

    >>> shared_start(["branch3x3_1", "branch3x3_2a"])
    'branch3x3_'
    """
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in alike)


def _numbered(name: str, taken: set[str]) -> str:
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name}{count}"
    return found
