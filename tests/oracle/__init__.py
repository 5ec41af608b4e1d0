"""A second, plain implementation of docs/model.md: scalar floats, one future, one SimPy process per actor."""
