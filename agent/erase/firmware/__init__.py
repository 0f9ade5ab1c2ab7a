"""What drives do to themselves when they are told to. No exit code is trusted alone."""
