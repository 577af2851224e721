"""The one family of errors that a reader may see: each says where, what was given and what is allowed."""


class ExplorerError(ValueError):
    """Bad input, in one clear sentence. The command line and the pages show it as it stands."""


class SpecError(ExplorerError):
    """A layer or a composition was written with a value it cannot have."""


class ShapeError(ExplorerError):
    """A layer cannot take the shape it is given; the message is the reason in plain words."""
