"""Benchmarks that others can repeat."""
