"""Recommenders: who likes which dress, and why; a library of NumPy, SciPy and numba code."""
