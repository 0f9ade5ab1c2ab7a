"""Where agents call. An agent is not a user: it has its own credential and scope."""
