"""Watch: the judge's desk, a vehicle's whole story, the first page of every role."""
