"""Comparing: blocks, networks and the whole field side by side."""
