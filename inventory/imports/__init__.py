"""What other erasure tools wrote down, read without trusting their last word.

Pure and bounded: bytes in, `Result` rows out. Nothing here knows drives or rules.
"""
