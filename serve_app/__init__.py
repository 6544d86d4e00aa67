"""HTTP and composition: the pipeline over the stages, and the API around it."""
