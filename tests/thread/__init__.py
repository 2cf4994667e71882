"""The whole thread, walked in a real browser."""
