"""Overlapping photos from one point become a panorama; each file is one of the named steps."""
