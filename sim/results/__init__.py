"""The reading wing: what is counted of futures, what is said of them, and the folder that holds it.

It knows no model.
"""
