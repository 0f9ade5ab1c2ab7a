"""What people type about machines, and about what is put on them."""
