"""How good models are on held-out rows, by the same names and definitions as ``runtime/metrics``."""
