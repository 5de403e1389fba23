"""Serving a model without an entry script: which framework it needs, and the script for it."""
