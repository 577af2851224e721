"""The parts of the pages: one function each, that draws one thing."""
