"""How stages run: device, precision and threads, the inference thread, and what all stages have in common."""
