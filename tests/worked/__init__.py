"""Routes: how the product computes each worked example of the lectures. One file per subject."""
