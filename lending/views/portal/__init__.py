"""The portal of partner structures: their requests, their people, their members."""
