"""Learning environments: layers that people fill in, merged and compiled into one
signed description that a machine obeys. No database here, and no request.
"""
