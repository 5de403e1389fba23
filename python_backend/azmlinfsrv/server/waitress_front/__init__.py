"""The waitress front (the only one on Windows): one process, and threads that score in it."""
