"""Layers of environments as people write them: sections of fields, and what is wrong.

The fields come from `LayerContent` itself, which also judges what is typed: there is
one description of what a layer may say, and no second one here.
"""
