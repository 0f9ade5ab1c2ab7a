"""Pages of loans: the list, one loan, what is done about it, and its return."""
