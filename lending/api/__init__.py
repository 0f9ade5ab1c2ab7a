"""Lending in the API: the same acts as the pages, for staff and for partners."""
