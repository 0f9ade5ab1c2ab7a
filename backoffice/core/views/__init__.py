"""The kernel's pages: the server itself, accounts, sites, one's own account."""
