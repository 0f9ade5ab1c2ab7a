"""`python -m agent scanner`: a serial barcode scanner becomes one of a scan station.

`frames` makes codes of bytes, `port` opens the line, `listening` stays on it,
`waiting` keeps each code on the disk, `carrying` brings them to the server, `beeping`
answers the scanner, `belonging` is its credential and `command` puts them together.
"""
