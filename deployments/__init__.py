"""The stages: each a plain class that runs without Ray, and the thin deployment around it."""
