"""Two dates of the same place: one picture laid onto the other, and what has changed."""
