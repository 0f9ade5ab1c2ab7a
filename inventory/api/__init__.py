"""The workshop's API: the same acts and filters as its pages."""
