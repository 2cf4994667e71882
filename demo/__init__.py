"""The demonstration: cars, yard and cabin drawn from known geometry, so that every picture has a truth."""
