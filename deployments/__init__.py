"""The stages, each a class that runs without Ray, and their Serve deployments. See docs/architecture.md."""
