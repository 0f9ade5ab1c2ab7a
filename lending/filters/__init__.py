"""What the lists of lending may be narrowed by."""
