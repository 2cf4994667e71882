"""The trail: an append-only chain of acts per organisation. Everything else is read from it."""
