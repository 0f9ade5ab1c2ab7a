"""What ready environments begin with: sheets, a portfolio, useful sites, four layers.

Written by Rebond, in French and in English, under CC BY-SA 4.0. The words are in
`texts/`, in one file a sheet and language; what is drawn from them is the same bytes
every time, so loading them twice changes nothing.
"""
