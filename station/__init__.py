"""The rooms of the station, in import order; a room imports only rooms before it."""
