"""The official pipeline, as the reference of tests and benchmark, and the benchmark."""
