"""The graph in domain words: no FastAPI, no Starlette, no Ray. What runs the stages is passed in (`StageClient`)."""
