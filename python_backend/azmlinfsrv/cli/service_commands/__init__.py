"""The commands of ``azmlinfsrv services``, and what they have in common with ``deploy``."""
