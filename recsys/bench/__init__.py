"""Benchmarks: what is promised, measured again on the machine at hand."""
