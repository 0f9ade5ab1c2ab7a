"""What the API says of things, and what it is told about them."""
