"""What composes the stages and what speaks HTTP. See docs/architecture.md."""

__version__ = "0.2.0"
"""The one source of Visage's version: the package, the API's document and the page follow it."""
