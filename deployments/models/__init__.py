"""Models: the manifest of weights, the registry of architectures, and how the one fills the other."""
