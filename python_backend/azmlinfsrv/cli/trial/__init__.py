"""``azmlinfsrv check --run``: start a script in the real server and post samples to it."""
