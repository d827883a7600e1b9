"""Measuring systems: metrics, intervals, error analysis, suites and reports."""
