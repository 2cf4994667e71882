"""Release: gate pass, hand-over, comparison with intake."""
