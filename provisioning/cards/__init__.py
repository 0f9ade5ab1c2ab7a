"""What the boards of machines show, in words."""
