"""A release written for other tools, and read back as it was."""
