"""Images as pure functions: formats, codec, geometry, blending and resampling. No model, no Ray, no HTTP."""
