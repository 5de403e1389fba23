"""The commands of ``azmlinfsrv models``, one module each."""
