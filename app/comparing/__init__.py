"""The views of the Compare page, each with a ``show()``."""
