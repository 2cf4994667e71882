"""Notices: an outbox of address, channel, text and delivery proof; and the live stream."""
