"""The HTTP API around the pipeline."""
