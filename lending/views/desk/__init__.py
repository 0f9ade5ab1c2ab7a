"""The coordinators’ first desk: what waits, what there is, and where each number leads."""
