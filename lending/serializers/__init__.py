"""What the API says of lending, and what it is told."""
