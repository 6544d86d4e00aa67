"""One file a network: its `Architecture`. To add one, see CONTRIBUTING.md, \"Add a network\"."""
