"""Batch scoring without a cloud: mini batches, workers, a journal, and the published accounting.

Headless: nothing in here prints for people. ``run.run_job`` is the way in.
"""
