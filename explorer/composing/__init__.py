"""Composing a network: editing a spec, seeing each row of it, what to do where it breaks, and what to build from."""
