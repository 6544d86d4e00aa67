"""The recipe of Visage's own face restorer: data, degradation, losses, training, export and evaluation."""
