"""People: accounts, organisations, roles, sign-in, and one-time links for people without one."""
