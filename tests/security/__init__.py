"""Attacks that were tried on the application, and what keeps each of them out."""
