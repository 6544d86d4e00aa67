"""Measures: the official pipeline beside ours, and the service under load."""
