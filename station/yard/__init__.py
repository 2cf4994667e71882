"""Yard: bays, moves, care plan and log."""
