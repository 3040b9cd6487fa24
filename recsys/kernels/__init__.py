"""Inner loops: over observed cells only, rows in parallel, the same numbers with numba and with NumPy."""
