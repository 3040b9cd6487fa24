"""The numba twins of the kernels: imported only when numba is there and asked for."""
