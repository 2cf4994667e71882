"""English for every Chinese sentence: one file a room in `en/`, compiled into one catalogue."""
