"""Films: decoded in a process that can be killed, restored frame by frame without flicker, in bounded memory."""
