"""Benchmarks: ratios and distributions measured in one run on this machine; never tests."""
