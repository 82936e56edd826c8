"""Ports made real in memory: for the tests of Broadsheet and of what is built on it."""
