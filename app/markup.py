"""Texts of others on a page that reads Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]<>#+\-!~$:|^])")


def plain(text: str) -> str:
    r"""Keep a quotation, or a name that came with a link, from being read as Markdown.

    >>> plain("vgg_16 ![](x)")
    'vgg\\_16 \\!\\[\\](x)'
    """
    return _MARKS.sub(r"\\\1", text)
