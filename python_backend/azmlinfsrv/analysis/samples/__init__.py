"""Requests that a script can answer, found out without running it."""
