"""Orders: post-sale services, quotes, payments."""
