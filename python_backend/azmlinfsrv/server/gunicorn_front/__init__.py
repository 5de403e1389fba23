"""The gunicorn front (POSIX): a master that forks workers, and an event loop in each of them."""
