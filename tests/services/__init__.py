"""Real servers that the tests start for themselves, on loopback only, and end again."""
