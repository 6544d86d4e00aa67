"""What an operator installs beside the service, by the real programs where they are on this machine."""
