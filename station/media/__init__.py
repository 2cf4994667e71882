"""Photos, videos, papers, panoramas, spins, label codes: hashed at the door, decoded apart."""
