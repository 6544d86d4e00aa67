"""What composes the stages and what speaks HTTP. See docs/architecture.md."""

import deployments  # noqa: F401  # for what it sets before OpenCV is loaded

__version__ = "0.2.0"
"""The one source of Visage's version: the package, the API's document and the page follow it."""
