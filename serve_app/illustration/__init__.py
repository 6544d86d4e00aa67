"""One photo's change as a page that a person can keep: before, after, where it changed, and by what."""
