"""Deployments on this machine: what the published files describe, running as a service."""
