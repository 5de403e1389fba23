"""Clients of a service, each a single file: from its OpenAPI document to source text."""
