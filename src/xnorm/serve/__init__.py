"""Linking over HTTP: one process, several indexes, requests that are linked together."""
