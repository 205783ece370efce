"""Training beside the window: a worker in a thread, and the session that speaks for it."""
