"""The four vital signs, one card each: pure functions from the board to components."""
