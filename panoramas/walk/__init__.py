"""A walk round a thing, from what moves in the pictures: where the camera stood at every frame."""
