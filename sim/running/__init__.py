"""Futures, run: in blocks, by this process, by processes beside it or by a cluster, kept and resumed."""
