"""The day step once more, as a few compiled loops: the engine's dynamics for those who look, not for the record.

It works on the same arrays of a `World` in place, and agrees with `sim.engine` to 1e-9 relative; results that are kept
are the engine's. It needs numba (the extra `fast`), and nothing of `sim` imports it but on request.
"""
