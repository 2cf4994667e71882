"""Two fisheye circles on one frame become a panorama; each file is one of the named steps."""
