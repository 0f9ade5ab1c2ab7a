"""Bring about on this machine what a signed description says, and prove it."""
