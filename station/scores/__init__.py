"""Scores: checkpoints and points, each with the trail lines it came from."""
