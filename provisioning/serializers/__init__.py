"""What programs read and say of machines, orders and records."""
