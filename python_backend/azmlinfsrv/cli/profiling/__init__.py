"""``azmlinfsrv profile``: how fast a script answers, and what a deployment of it needs."""
