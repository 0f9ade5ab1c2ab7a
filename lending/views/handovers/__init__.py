"""Hand-overs: the day’s list, the appointment, and the wizard up to the signature."""
