"""Agencies: registry, admission, agreements, misconduct."""
